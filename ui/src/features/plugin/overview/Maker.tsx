/** Who signed the plugin, by whom that key was trusted, and how it was checked. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, PluginDetailView, PublisherView } from "../../../api/generated/center";
import { accounts, publishers } from "../../../api/queries";
import { moment } from "../../../parts/format";
import { useLocale } from "../../../useLocale";
import { Card } from "./Card";
import { Facts, Mono } from "./Facts";

export function Maker({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { data } = useQuery(publishers);
  const known = data?.find(({ key }) => key === plugin.key);
  const trust = useTrust();
  const facts: (readonly [string, ReactNode])[] = [
    [t("plugin.overview.publisher"), known?.label ?? plugin.publisher],
    ...(known ? trust(known) : []),
    [t("plugin.overview.fingerprint"), <Mono key="fingerprint">{plugin.fingerprint}</Mono>],
  ];
  return (
    <Card title={t("plugin.overview.maker")}>
      <div data-testid="maker">
        <Facts facts={facts} />
      </div>
      <Text size="sm" mt="sm">
        <Anchor size="sm" renderRoot={(props) => <Link to="/publishers" {...props} />}>
          {t("plugin.overview.toPublishers")}
        </Anchor>
      </Text>
    </Card>
  );
}

/** The check code, who trusted it and how they checked; then who withdrew that, and why. */
function useTrust(): (publisher: PublisherView) => (readonly [string, ReactNode])[] {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data: people } = useQuery(accounts);
  const by = (account: AccountId | null, at: number) => {
    const who =
      account === null ? t("plugin.settings.center") : people?.find(({ id }) => id === account)?.name;
    return t("plugin.overview.trustedByWho", { who: who ?? "–", time: moment(at, locale) });
  };
  return ({ check_code: code, checked, added_by: adder, added_at: added, withdrawn }) => [
    [t("plugin.overview.code"), <Mono key="code">{code}</Mono>],
    [t("plugin.overview.trustedBy"), by(adder, added)],
    [t("plugin.overview.checked"), checked],
    ...(withdrawn
      ? [
          [
            t("plugin.overview.withdrawnBy"),
            `${by(withdrawn.by, withdrawn.at)}: ${withdrawn.reason}`,
          ] as const,
        ]
      : []),
  ];
}
