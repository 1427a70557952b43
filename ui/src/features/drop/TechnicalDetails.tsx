/** What a technician wants to compare, folded away. */
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { PlanView } from "../../api/generated/center";
import { size } from "../../parts/format";
import { useLocale } from "../../useLocale";
import classes from "./Review.module.css";

export function TechnicalDetails({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const contents = [t("review.details.files", { count: plan.files }), size(plan.size, locale)];
  if (plan.encrypted) contents.push(t("review.details.encrypted"));
  const lines = [
    ["id", plan.plugin],
    ["fingerprint", plan.fingerprint],
    ["digest", plan.digest],
    ["contents", contents.join(" · ")],
  ] as const;
  return (
    <details className={classes.details}>
      <summary>{t("review.details.summary")}</summary>
      <dl className={classes.lines}>
        {lines.map(([label, value]) => (
          <Fragment key={label}>
            <dt>{t(`review.details.${label}`)}</dt>
            <dd className={label === "contents" ? "" : (classes.mono ?? "")}>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
