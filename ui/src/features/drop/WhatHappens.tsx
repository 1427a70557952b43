/** What comes after "Install": said before, so that nothing surprises. */
import { Alert, List, Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { DependencyView, PlanView } from "../../api/generated/center";
import type { Locale } from "../../i18n";
import { listed } from "../../parts/format";
import { useLocale } from "../../useLocale";
import { Section } from "./Section";

export function WhatHappens({ plan }: { plan: PlanView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Section number={3} heading={t("review.then.heading")}>
      <Stack gap="xs">
        <Text size="sm" data-testid="what-happens">
          {sentences(t, plan, locale).join(locale === "zh-CN" ? "" : " ")}
        </Text>
        {plan.resembles && (
          <Alert color="yellow" role="alert" title={t("review.resembles.title")}>
            {t("review.resembles.text", { name: plan.resembles.name, id: plan.resembles.plugin })}
          </Alert>
        )}
        {plan.warnings.length > 0 && (
          <div>
            <Text size="sm" fw={600}>
              {t("review.then.warnings")}
            </Text>
            <List size="sm">
              {plan.warnings.map((warning) => (
                <List.Item key={warning}>{warning}</List.Item>
              ))}
            </List>
          </div>
        )}
      </Stack>
    </Section>
  );
}

function sentences(t: TFunction, plan: PlanView, locale: Locale): string[] {
  const { name, from, version, kind, missing, dependencies, license } = plan;
  const upgrade = kind === "upgrade";
  const fill = missing.length > 0 && { fields: listed(missing, locale) };
  return [
    t(`review.then.${kind}`, { name, from, version }),
    ...(fill ? [t(upgrade ? "review.then.fillUpgrade" : "review.then.fill", fill)] : []),
    ...needs(t, dependencies, locale, upgrade),
    ...(upgrade && license === "none"
      ? []
      : [t(`review.then.license.${license}`, { defaultValue: "" })].filter(Boolean)),
  ];
}

function needs(t: TFunction, all: DependencyView[], locale: Locale, upgrade: boolean): string[] {
  const needed = all.filter(({ optional }) => !optional);
  const words = (of: DependencyView[]) =>
    listed(
      of.map(({ name, requirement }) => `${name} ${requirement}`),
      locale,
    );
  const absent = needed.filter(({ installed }) => installed === null);
  if (needed.length === 0) return upgrade ? [] : [t("review.then.alone")];
  return [
    t("review.then.needs", { plugins: words(needed) }),
    ...(absent.length ? [t("review.then.missing", { plugins: words(absent) })] : []),
  ];
}
