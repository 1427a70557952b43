/** What the package asks for, in people's words; for an upgrade only what is new or gone. */
import { Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { PlanView } from "../../api/generated/center";
import { centerStatus } from "../../api/queries";
import { askedLines, askedOf, askedSummary } from "../../parts/capabilities";
import { listed } from "../../parts/format";
import { useLocale } from "../../useLocale";
import classes from "./Review.module.css";
import { Note, Section } from "./Section";

export function WhatItMayDo({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const upgrade = plan.kind === "upgrade" || plan.kind === "go_back";
  return (
    <Section
      number={2}
      heading={t(upgrade ? "review.may.changes" : "review.may.heading")}
      note={<Enforced />}
    >
      {upgrade ? <Differences plan={plan} /> : <Everything plan={plan} />}
    </Section>
  );
}

function Enforced() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data } = useQuery(centerStatus);
  const measures = data?.sandbox ?? [];
  const lacking = measures.filter(({ enforced }) => !enforced);
  if (measures.length === 0)
    return (
      <Note tone="neutral" icon={<IconInfoCircle size={18} aria-hidden />}>
        {t("review.may.unknown")}
      </Note>
    );
  if (lacking.length === 0)
    return (
      <Note tone="good" icon={<IconCircleCheck size={18} aria-hidden />}>
        {t("review.may.enforced")}
      </Note>
    );
  const names = lacking.map(({ name }) => t(`review.measure.${name}`, { defaultValue: name }));
  return (
    <Note tone="caution" icon={<IconAlertTriangle size={18} aria-hidden />}>
      {t("review.may.declared", { measures: listed(names, locale) })}
    </Note>
  );
}

function Everything({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <dl className={classes.lines}>
        {askedSummary(t, askedOf(plan.capabilities), locale).map(({ label, text }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
      <Text size="sm" c="dimmed" mt={6}>
        {t("review.may.never")}
      </Text>
    </>
  );
}

function Differences({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const permission = ({ title }: { title: string }) => t("review.may.permission", { title });
  const added = [
    ...askedLines(t, askedOf(plan.capabilities), locale),
    ...plan.permissions_added.map(permission),
  ];
  const removed = [
    ...askedLines(t, askedOf(plan.removed), locale),
    ...plan.permissions_removed.map(permission),
  ];
  if (added.length + removed.length === 0) return <Text size="sm">{t("review.may.same")}</Text>;
  return (
    <ul className={classes.changes} data-testid="differences">
      {added.map((line) => (
        <Change key={`+${line}`} kind="new" line={line} />
      ))}
      {removed.map((line) => (
        <Change key={`-${line}`} kind="removed" line={line} />
      ))}
    </ul>
  );
}

function Change({ kind, line }: { kind: "new" | "removed"; line: string }) {
  const { t } = useTranslation();
  return (
    <li className={classes.change}>
      <span className={classes.mark} data-kind={kind}>
        {t(`review.may.${kind}`)}
      </span>
      <span>{line}</span>
    </li>
  );
}
