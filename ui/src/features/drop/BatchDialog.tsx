/** Several files at once: what of each, and one decision for those that can be installed. */
import { Button, Group, Loader, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed, IconCircleX } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { PlanView } from "../../api/generated/center";
import { HeadedDialog } from "../../components/HeadedDialog";
import type { Locale } from "../../i18n";
import { nextStep, sentence } from "../../parts/failure";
import { listed } from "../../parts/format";
import { useLocale } from "../../useLocale";
import { type Aside, nameOf } from "./intake";
import { asks } from "./order";
import classes from "./Review.module.css";
import { ReviewDialog } from "./ReviewDialog";
import { type Entry, useBatch } from "./use-batch";

interface Parts {
  paths: string[];
  asides: Aside[];
  behind: number;
  /** These are to be checked instead, together with all that is here. */
  instead: (paths: string[], asides: Aside[]) => void;
  onEnd: () => void;
}

export function BatchDialog({ paths, asides, behind, instead, onEnd }: Parts) {
  const { t } = useTranslation();
  const batch = useBatch(paths, asides);
  const { entries, phase, question } = batch;
  const count = entries.length;
  const can = entries.filter(({ standing }) => standing === "ready").length;
  const done = entries.filter(({ standing }) => standing === "installed").length;
  const now = entries.findIndex(({ standing }) => standing === "now") + 1;
  const close = () => {
    batch.abandon();
    onEnd();
  };
  const checkToo = (folder: Aside) => {
    batch.abandon();
    instead(
      [...new Set([...paths, ...folder.packages])],
      asides.filter((one) => one !== folder),
    );
  };
  if (question)
    return (
      <ReviewDialog
        key={sourceKey(question.source)}
        source={question.source}
        behind={behind}
        onEnd={question.answer}
      />
    );
  const titles = {
    checking: t("review.batch.checking", { done: Math.max(now, 1), count }),
    summary: t("review.batch.title", { can, count }),
    installing: t("review.batch.title", { can: entries.filter(({ plan }) => plan).length, count }),
    result: t("review.batch.result", { done, count }),
  };
  return (
    <HeadedDialog
      wide
      title={titles[phase]}
      onClose={phase === "installing" ? () => {} : close}
      closeLabel={t("common.close")}
      testId="review-batch"
      footer={
        <>
          {phase !== "installing" && (
            <Button variant="default" onClick={close}>
              {t(phase === "result" || (phase === "summary" && can === 0) ? "common.close" : "common.cancel")}
            </Button>
          )}
          {(phase === "installing" || (phase === "summary" && can > 0)) && (
            <Button onClick={batch.install} loading={phase === "installing"} data-testid="batch-install">
              {t("review.batch.install", { count: can })}
            </Button>
          )}
        </>
      }
    >
      <ul className={classes.files} aria-label={t("review.batch.files")}>
        {entries.map((entry) => (
          <Line key={entry.path} entry={entry} check={phase === "summary" ? checkToo : null} />
        ))}
      </ul>
      {phase === "summary" && can < count && (
        <Text size="sm" mt="sm">
          {t("common.nothingChanged")}
        </Text>
      )}
    </HeadedDialog>
  );
}

function sourceKey(source: { path: string } | { plan: { plan: string } }): string {
  return "path" in source ? source.path : source.plan.plan;
}

const marks = {
  waiting: <IconCircleDashed size={18} aria-hidden />,
  now: <Loader size={16} aria-hidden />,
  ready: <IconCircleCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden />,
  installed: <IconCircleCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden />,
  refused: <IconCircleX size={18} color="var(--mantine-color-error)" aria-hidden />,
  skipped: <IconCircleDashed size={18} aria-hidden />,
};

/** What it does not run without. */
function needs(t: TFunction, { dependencies }: PlanView, locale: Locale): string[] {
  const names = dependencies
    .filter(({ optional }) => !optional)
    .map((one) => `${one.name} ${one.requirement}`);
  return names.length > 0 ? [t("review.batch.needs", { names: listed(names, locale) })] : [];
}

interface LineParts {
  entry: Entry;
  /** Checks what a folder holds as well; `null` while that is not possible. */
  check: ((folder: Aside) => void) | null;
}

function Line({ entry, check }: LineParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { path, standing, plan, failure, aside } = entry;
  const file = nameOf(path);
  const words = {
    waiting: () => t("review.batch.waiting"),
    now: () => t("review.batch.now"),
    ready: () => t(plan && asks(plan) ? "review.batch.asks" : "review.batch.ready"),
    installed: () => t("review.batch.installed"),
    skipped: () => t("review.batch.skipped"),
    refused: () => {
      if (aside) return <Apart aside={aside} check={check} />;
      const named = failure && { ...failure, details: { file, ...Object(failure.details) } };
      return named ? [sentence(t, named), nextStep(t, named)].join(locale === "zh-CN" ? "" : " ") : "";
    },
  };
  return (
    <li className={classes.file} data-standing={standing}>
      {marks[standing]}
      <div>
        <Text size="sm" fw={600}>
          {plan ? `${plan.name} ${plan.version}` : file}
        </Text>
        {plan && (
          <Text size="xs" c="dimmed">
            {[file, ...needs(t, plan, locale)].join(" · ")}
          </Text>
        )}
      </div>
      <span>{words[standing]()}</span>
    </li>
  );
}

/** What is no file: said, with the packages in a folder on offer. */
function Apart({ aside, check }: { aside: Aside; check: LineParts["check"] }) {
  const { t } = useTranslation();
  const { path, kind, packages } = aside;
  const count = packages.length;
  if (kind === "missing") return t("review.missing", { name: nameOf(path) });
  if (count === 0) return t("review.batch.emptyFolder");
  return (
    <Group gap="xs" component="span">
      <span>{t("review.batch.folder", { count })}</span>
      {check && (
        <Button size="compact-sm" variant="light" onClick={() => check(aside)}>
          {t("review.folder.check", { count })}
        </Button>
      )}
    </Group>
  );
}
