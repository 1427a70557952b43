/** How the plugin is licensed: the license in use, or what its own check says. */
import { Anchor, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LicenseView, PluginDetailView, SeatsView } from "../../../api/generated/center";
import { day } from "../../../parts/format";
import { endsSoon, ImportLicense, termOf, VerdictBadge } from "../../../parts/license";
import { useLocale } from "../../../useLocale";
import { Card } from "./Card";
import { Facts } from "./Facts";

export function License({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { mode } = plugin.license;
  if (mode === "none") return null;
  return (
    <Card title={t("licenses.card.title")}>
      {mode === "vendor" ? <Vendor plugin={plugin} /> : <Host plugin={plugin} />}
    </Card>
  );
}

function Vendor({ plugin: { license } }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { vendor } = license;
  return (
    <Stack gap={4} data-testid="vendor-license">
      <Text size="sm">{t("licenses.card.vendor")}</Text>
      {!vendor && (
        <Text size="sm" c="dimmed">
          {t("licenses.card.vendorSilent")}
        </Text>
      )}
      {vendor && (
        <Text size="sm" fw={600}>
          {t(`licenses.card.${vendor.valid ? "vendorValid" : "vendorInvalid"}`)} {vendor.message}
        </Text>
      )}
      {vendor?.until != null && (
        <Text size="sm">{t("licenses.until", { date: day(vendor.until, locale) })}</Text>
      )}
    </Stack>
  );
}

function Host({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { licenses, seats, until } = plugin.license;
  const [first, ...others] = licenses;
  return (
    <Stack gap="sm" data-testid="host-license">
      {!first && <Text size="sm">{t("licenses.card.missing")}</Text>}
      {first && <Terms license={first} seats={seats} soon={endsSoon(t, until)} />}
      {seats && seats.used > seats.seats && <Text size="sm">{t("licenses.card.over")}</Text>}
      <Group gap="sm">
        <ImportLicense plugin={plugin} {...(first?.in_use && { variant: "default" })} />
        <Anchor size="sm" renderRoot={(props) => <Link to="/licenses" {...props} />}>
          {others.length > 0 ? t("licenses.card.others", { count: others.length }) : t("licenses.card.all")}
        </Anchor>
      </Group>
    </Stack>
  );
}

interface TermsParts {
  license: LicenseView;
  seats: SeatsView | null;
  soon: string;
}

function Terms({ license: { verdict, terms }, seats, soon }: TermsParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const facts: (readonly [string, ReactNode])[] = [
    [t("licenses.state"), <VerdictBadge key="verdict" verdict={verdict} />],
  ];
  if (terms) {
    facts.push(
      [t("licenses.licensee"), terms.licensee],
      [t("licenses.term"), soon ? `${termOf(t, terms, locale)} (${soon})` : termOf(t, terms, locale)],
      [
        t("licenses.seats"),
        seats ? t("licenses.used", { ...seats }) : (terms.seats ?? t("licenses.anyNumber")),
      ],
      [t("licenses.serial"), terms.serial],
    );
    if (terms.features.length > 0) facts.push([t("licenses.features"), terms.features.join(", ")]);
  }
  return <Facts facts={facts} />;
}
