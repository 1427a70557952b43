/** A plugin's settings: its form, what is found in it, saving, and what others saved meanwhile. */
import { Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetailView, SettingsView } from "../../../api/generated/center";
import { settings } from "../../../api/queries";
import { Empty } from "../../../components/Empty";
import { Waiting } from "../../../components/Waiting";
import { FailureNote } from "../../../parts/FailureNote";
import { focusSetting } from "../../../parts/form/focus";
import { GeneratedForm } from "../../../parts/form/GeneratedForm";
import { isObject } from "../../../parts/form/pointers";
import { type FormStore, visit } from "../../../parts/form/state";
import { useLocale } from "../../../useLocale";
import { Conflict } from "./Conflict";
import { beginDraft } from "./drafts";
import { Emptying, SaveBar } from "./SaveBar";
import classes from "./Settings.module.css";
import { Side } from "./Side";
import { Try } from "./Try";
import { useCheck } from "./useCheck";
import { useSave } from "./useSave";

interface Parts {
  plugin: PluginDetailView;
  account: number;
  /** A setting to go to; a new object each time. */
  target: { pointer: string } | null;
}

export function SettingsTab({ plugin, account, target }: Parts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery(settings(plugin.id, locale));
  if (!data && error) {
    return <FailureNote error={error} title={t("plugin.settings.unreadable")} retry={() => void refetch()} />;
  }
  if (!data) return <Waiting text={t("common.reading")} />;
  if (data.fields.length === 0) return <Empty>{t("plugin.settings.none")}</Empty>;
  return <Editing plugin={plugin} latest={data} draft={beginDraft(account, data)} target={target} />;
}

interface EditingParts {
  plugin: PluginDetailView;
  latest: SettingsView;
  draft: FormStore;
  target: { pointer: string } | null;
}

function Editing({ plugin, latest, draft, target }: EditingParts) {
  const locale = useLocale();
  const saving = useSave(draft, plugin.name);
  const wide = useMediaQuery("(min-width: 1000px)", undefined, { getInitialValueInEffect: false }) ?? false;
  useCheck(draft, locale);
  useEffect(() => {
    if (!target) return;
    visit(draft, [target.pointer]);
    const frame = requestAnimationFrame(() => focusSetting(target.pointer));
    return () => cancelAnimationFrame(frame);
  }, [target, draft]);
  return (
    <div className={classes.layout}>
      <div>
        <Conflict draft={draft} latest={latest} />
        <GeneratedForm store={draft} aside={wide} />
        <Unused settings={latest} />
        <Try plugin={plugin} draft={draft} />
        <SaveBar plugin={plugin} draft={draft} saving={saving} />
        <Emptying saving={saving} />
      </div>
      {wide && <Side draft={draft} />}
    </div>
  );
}

/** What an earlier version knew and this one does not: kept, and not given to the plugin. */
function Unused({ settings: { unused } }: { settings: SettingsView }) {
  const { t } = useTranslation();
  const keys = isObject(unused) ? Object.keys(unused) : [];
  if (keys.length === 0) return null;
  return (
    <Text size="xs" c="dimmed" mt="lg">
      {t("plugin.settings.unused", { keys: keys.join(", ") })}
    </Text>
  );
}
