/** What a plugin is for, what it may do and whether that is enforced, what it offers and needs, where it came from. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PluginDetailView } from "../../../api/generated/center";
import { accounts } from "../../../api/queries";
import { moment } from "../../../parts/format";
import { useLocale } from "../../../useLocale";
import { Card } from "./Card";
import { Dependencies } from "./Dependencies";
import { Facts, Mono } from "./Facts";
import classes from "./Facts.module.css";
import { License } from "./License";
import { Maker } from "./Maker";
import { asked, May } from "./May";
import { Services } from "./Services";

export function Overview({ plugin }: { plugin: PluginDetailView }) {
  return (
    <Stack gap="md">
      {plugin.description && (
        <Text maw={720} style={{ textWrap: "balance" }}>
          {plugin.description}
        </Text>
      )}
      <div className={classes.columns}>
        <MayDo plugin={plugin} />
        <Maker plugin={plugin} />
        <License plugin={plugin} />
        <Offers plugin={plugin} />
        <Dependencies plugin={plugin} />
        <Services plugin={plugin} />
        <Package plugin={plugin} />
        <Process plugin={plugin} />
      </div>
    </Stack>
  );
}

function MayDo({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { sandbox, approved } = plugin;
  const open = sandbox.filter(({ enforced }) => !enforced);
  const name = (measure: string) => t(`review.measure.${measure}`, { defaultValue: measure });
  return (
    <Card title={t("review.may.heading")}>
      <May of={asked(plugin)} />
      <Text size="sm" mt="sm">
        {sandbox.length === 0 && t("plugin.overview.sandboxUnknown")}
        {sandbox.length > 0 && open.length === 0 && t("plugin.overview.enforced")}
        {open.length > 0 &&
          t("plugin.overview.declared", { measures: open.map((one) => name(one.name)).join(", ") })}
      </Text>
      {sandbox.length > 0 && (
        <ul className={classes.measures} aria-label={t("plugin.overview.measures")}>
          {sandbox.map((one) => (
            <li key={one.name} title={one.name}>
              {t(`plugin.overview.${one.enforced ? "held" : "notHeld"}`, { measure: name(one.name) })}
            </li>
          ))}
        </ul>
      )}
      {approved && (
        <Text size="xs" c="dimmed" mt={4}>
          {t("plugin.overview.approved", {
            who: approved.name ?? t("plugin.settings.center"),
            time: moment(approved.at, locale),
          })}
        </Text>
      )}
    </Card>
  );
}

function Offers({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { permissions, commands } = plugin;
  return (
    <Card title={t("plugin.overview.offers")}>
      <Facts
        facts={permissions.map(({ id, title }) => {
          const own = commands.filter(({ permission }) => permission === id).map((one) => one.id);
          return [title, own.length > 0 ? own.join(", ") : t("plugin.overview.noCommands")] as const;
        })}
      />
    </Card>
  );
}

function Package({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data: people } = useQuery(accounts);
  const { installed_by: by } = plugin;
  const who = by === null ? t("plugin.settings.center") : people?.find(({ id }) => id === by)?.name;
  return (
    <Card title={t("plugin.overview.package")}>
      <Facts
        facts={[
          [t("plugin.overview.version"), plugin.version],
          [t("plugin.overview.installedAt"), moment(plugin.installed_at, locale)],
          [t("plugin.overview.installedBy"), who ?? "–"],
          [t("plugin.overview.id"), <Mono key="id">{plugin.id}</Mono>],
          [t("plugin.overview.release"), String(plugin.release)],
          [t("plugin.overview.digest"), <Mono key="digest">{plugin.digest}</Mono>],
        ]}
      />
    </Card>
  );
}

function Process({ plugin: { process } }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!process) return null;
  return (
    <Card title={t("plugin.overview.process")}>
      <Facts
        facts={[
          [t("plugin.overview.pid"), String(process.pid)],
          [t("plugin.overview.since"), moment(process.since, locale)],
        ]}
      />
    </Card>
  );
}
