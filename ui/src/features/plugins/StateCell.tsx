/** What a plugin is doing: its badge, a sentence where one is needed, and the way on. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginView } from "../../api/generated/center";
import { endingWords } from "../../parts/ending";
import { day, listed } from "../../parts/format";
import { ImportLicense } from "../../parts/license";
import { useReview } from "../../parts/review";
import { type BadgeState, badgeOf, StateBadge } from "../../parts/StateBadge";
import { awaitedName, awaitedSentence, togetherWords } from "../../parts/together";
import { untrustedSentence } from "../../parts/trust-words";
import { useLocale } from "../../useLocale";
import classes from "./PluginTable.module.css";
import { useAct } from "./use-act";
import { useFileReview } from "./use-file-review";

/** Badges that say everything by themselves. */
const calm = new Set<BadgeState>(["off", "running", "starting", "stopping"]);

export function StateCell({ plugin }: { plugin: PluginView }) {
  const { observed } = plugin;
  const badge = badgeOf(plugin);
  const { t } = useTranslation();
  const name = observed.state === "waiting_for_dependency" ? awaitedName(t, observed.awaited) : "";
  return (
    <StateLines
      badge={<StateBadge state={badge} name={name} />}
      acts={!calm.has(badge) && <Acts plugin={plugin} />}
      sentence={<Sentence plugin={plugin} />}
      spoken={hasSentence(plugin)}
    />
  );
}

interface Lines {
  badge: ReactNode;
  acts?: ReactNode;
  sentence?: ReactNode;
  spoken?: boolean;
}

export function StateLines({ badge, acts, sentence, spoken = true }: Lines) {
  return (
    <div className={classes.state}>
      <div className={classes.stateHead}>
        {badge}
        {acts}
      </div>
      {spoken && <div className={`${classes.sentence} ${classes.small}`}>{sentence}</div>}
    </div>
  );
}

/** Rows with a sentence are higher, so this also tells a row's height. */
export function hasSentence(plugin: PluginView): boolean {
  const badge = badgeOf(plugin);
  if (badge === "set_up_first") return plugin.missing.length > 0;
  return !calm.has(badge);
}

export function Sentence({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { observed, missing, update, version: installed, wanted } = plugin;
  if (badgeOf(plugin) === "update_waiting") {
    const words = wanted ? "state.update_waiting.sentence" : "plugins.updateOff";
    return t(words, { version: update?.version, installed });
  }
  switch (observed.state) {
    case "set_up_first":
      return t("state.set_up_first.sentence", { fields: listed(missing, locale) });
    case "not_trusted":
      return untrustedSentence(t, observed, locale);
    case "license_needed":
      return t("state.license_needed.sentence");
    case "license_expired":
      return t("state.license_expired.sentence", { date: day(observed.at, locale) });
    case "waiting_for_keyring":
      return t(observed.lost ? "state.waiting_for_keyring.lost" : "state.waiting_for_keyring.sentence");
    case "passwords_unreadable":
      return t("state.passwords_unreadable.sentence");
    case "waiting_for_dependency":
      return awaitedSentence(t, observed.awaited, locale);
    case "restarting":
      return <Countdown {...observed} />;
    case "stopped_after_errors":
      return t("state.stopped_after_errors.sentence", {
        failures: observed.failures,
        cause: endingWords(t, observed.ending, observed.cause, locale),
      });
    case "package_missing":
      return t("state.package_missing.sentence");
    default:
      return null;
  }
}

/** Counts down from when the core told it. */
function Countdown({ attempt, of, in_ms: wait }: { attempt: number; of: number; in_ms: number }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(wait);
  useEffect(() => {
    const until = performance.now() + wait;
    setLeft(wait);
    const tick = setInterval(() => setLeft(Math.max(0, until - performance.now())), 1000);
    return () => clearInterval(tick);
  }, [wait]);
  return t("state.restarting.sentence", { attempt, of, seconds: Math.ceil(left / 1000) });
}

interface ActsParts {
  plugin: PluginView;
  size?: "compact-xs" | "compact-sm";
}

export function Acts({ plugin, size = "compact-xs" }: ActsParts) {
  const { t } = useTranslation();
  const review = useReview();
  const reviewFile = useFileReview();
  const act = useAct();
  const locale = useLocale();
  const { id, name, update, observed, revision } = plugin;
  const about = (text: string) => `${text}: ${name}`;
  const button = (text: string, run: () => void) => (
    <Button size={size} variant="light" onClick={run} aria-label={about(text)}>
      {text}
    </Button>
  );
  switch (badgeOf(plugin)) {
    case "update_waiting":
      return button(t("plugins.state.update"), () => update && reviewFile(update.file));
    case "set_up_first":
      return (
        <PageButton id={id} size={size} tab="settings" label={about(t("plugins.state.fill"))}>
          {t("plugins.state.fill")}
        </PageButton>
      );
    case "not_trusted":
      return <PublishersButton size={size} label={about(t("plugins.switch.toPublishers"))} />;
    case "license_needed":
    case "license_expired":
      return <ImportLicense plugin={plugin} size={size} variant="light" leftSection={null} />;
    case "waiting_for_dependency":
      return (
        observed.state === "waiting_for_dependency" &&
        observed.together.length > 0 &&
        button(togetherWords(t, observed.together), () =>
          act(() =>
            call("plugin_switch_together", { plugin: id, on: true, others: observed.together, revision }),
          ),
        )
      );
    case "stopped_after_errors":
      return (
        <>
          {button(t("plugins.state.again"), () =>
            act(() => call("plugin_switch", { plugin: id, on: true, revision })),
          )}
          <PageButton id={id} size={size} tab="logs" label={about(t("plugins.state.logs"))}>
            {t("plugins.state.logs")}
          </PageButton>
        </>
      );
    case "package_missing":
      return (
        <>
          {button(t("plugins.state.putBack"), () =>
            act(() =>
              call("package_put_back", { plugin: id, locale }).then((plan) => plan && review.plan(plan)),
            ),
          )}
          {button(t("plugins.state.choose"), review.choose)}
        </>
      );
    default:
      return null;
  }
}

function PublishersButton({ size, label }: Pick<PageButtonParts, "size" | "label">) {
  const { t } = useTranslation();
  return (
    <Button
      size={size}
      variant="light"
      aria-label={label}
      renderRoot={(props) => <Link to="/publishers" {...props} />}
    >
      {t("plugins.switch.toPublishers")}
    </Button>
  );
}

interface PageButtonParts {
  id: string;
  tab: "settings" | "logs";
  label: string;
  size: NonNullable<ActsParts["size"]>;
  children: string;
}

function PageButton({ id, tab, label, size, children }: PageButtonParts) {
  return (
    <Button
      size={size}
      variant="light"
      aria-label={label}
      renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} search={{ tab }} {...props} />}
    >
      {children}
    </Button>
  );
}
