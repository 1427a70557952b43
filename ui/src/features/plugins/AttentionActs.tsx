/** The ways on from something that needs a person. */
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { AttentionView, PluginView } from "../../api/generated/center";
import { ImportLicense } from "../../parts/license";
import { useReview } from "../../parts/review";
import type { Concern } from "./concerns";
import { Acts } from "./StateCell";
import { useAct } from "./use-act";
import { useFileReview } from "./use-file-review";

export function AttentionActs({ concern }: { concern: Concern }) {
  const { t } = useTranslation();
  const review = useReview();
  const reviewFile = useFileReview();
  const act = useAct();
  const { view, plugin } = concern;
  if (!view) return plugin && <Acts plugin={plugin} size="compact-sm" />;
  const remove = (answer: "uninstall" | "put_back") => act(() => call("folder_removals", { answer }));
  switch (view.kind) {
    case "approval_waiting":
      return <Do text={t("plugins.attention.review")} run={() => reviewFile(view.subject)} />;
    case "package_refused":
      return (
        <>
          <Do text={t("plugins.attention.details")} run={() => review.explain(view.subject, view.cause)} />
          <Dismiss view={view} name={concern.name} />
        </>
      );
    case "many_removed":
      return (
        <>
          <Do text={t("plugins.attention.putBack")} run={() => remove("put_back")} />
          <Do text={t("plugins.attention.uninstall")} run={() => remove("uninstall")} />
        </>
      );
    case "folder_unavailable":
      return (
        <>
          <Do text={t("plugins.openFolder")} run={() => act(() => call("folder_open", {}))} />
          <Do text={t("plugins.attention.renewFolder")} run={() => act(() => call("folder_renew", {}))} />
        </>
      );
    case "license_expired":
    case "license_expiring":
      return (
        <>
          {plugin && <ImportLicense plugin={plugin} size="compact-sm" variant="light" leftSection={null} />}
          <Dismiss view={view} name={concern.name} />
        </>
      );
    default:
      return (
        <>
          {plugin && <OpenPage view={view} plugin={plugin} />}
          <Dismiss view={view} name={concern.name} />
        </>
      );
  }
}

function Do({ text, run }: { text: string; run: () => void }) {
  return (
    <Button size="compact-sm" variant="light" onClick={run}>
      {text}
    </Button>
  );
}

/** Leads to where the cause can be removed: the settings that are empty, the log of what failed, else the plugin. */
function OpenPage({ view, plugin }: { view: AttentionView; plugin: PluginView }) {
  const { t } = useTranslation();
  const empty = plugin.missing.length > 0 && view.cause.code !== "start_failed";
  const tab = empty ? "settings" : view.kind === "plugin_failed" ? "logs" : "overview";
  const text = empty ? "fill" : view.kind === "plugin_failed" ? "logs" : "open";
  return (
    <Button
      size="compact-sm"
      variant="light"
      renderRoot={(props) => (
        <Link to="/plugins/$id" params={{ id: plugin.id }} search={{ tab }} {...props} />
      )}
    >
      {t(`plugins.attention.${text}`)}
    </Button>
  );
}

function Dismiss({ view, name }: { view: AttentionView; name: string | null }) {
  const { t } = useTranslation();
  const act = useAct();
  const label = t("plugins.attention.dismissNamed", { name });
  return (
    <Tooltip label={t("plugins.attention.dismiss")}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={label}
        onClick={() => act(() => call("attention_dismiss", { id: view.id }))}
      >
        <IconX size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
