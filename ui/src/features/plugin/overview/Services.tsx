/** What a plugin provides to other plugins, what it uses of them, and whether that is available now. */
import { Anchor, List, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { PluginDetailView, ProvidedServiceView, UsedServiceView } from "../../../api/generated/center";
import { listed } from "../../../parts/format";
import { useLocale } from "../../../useLocale";
import { Card } from "./Card";
import { Side } from "./Dependencies";

export function Services({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { provides, uses } = plugin.services;
  if (provides.length + uses.length === 0) return null;
  return (
    <Card title={t("plugin.overview.services")}>
      <Stack gap="md">
        <Side title={t("plugin.overview.provides")} none={t("plugin.overview.providesNone")}>
          {provides.map((one) => (
            <Provided key={one.name} service={one} plugin={plugin.name} />
          ))}
        </Side>
        <Side title={t("plugin.overview.uses")} none={t("plugin.overview.usesNone")}>
          {uses.map((one) => (
            <Used key={one.name} service={one} />
          ))}
        </Side>
      </Stack>
    </Card>
  );
}

function Provided({ service, plugin }: { service: ProvidedServiceView; plugin: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { name, version, permission, state, used_by: users } = service;
  const names = listed(
    users.map((user) => user.name),
    locale,
  );
  const words = [
    t(`plugin.service.${state}`, { name: plugin, version }),
    t("plugin.service.permission", { permission }),
    users.length > 0 && t("plugin.service.usedBy", { names }),
  ];
  return (
    <List.Item>
      {name} {version}
      <Words of={words} />
    </List.Item>
  );
}

function Used({ service }: { service: UsedServiceView }) {
  const { t } = useTranslation();
  const { name, requirement, provider, version, state } = service;
  return (
    <List.Item>
      {name} {requirement}
      {provider && " · "}
      {provider && (
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/plugins/$id" params={{ id: provider.id }} {...props} />}
        >
          {provider.name}
        </Anchor>
      )}
      <Words of={[t(`plugin.service.${state}`, { name: provider?.name, version })]} />
    </List.Item>
  );
}

function Words({ of }: { of: (string | false)[] }) {
  return (
    <Text size="xs" c="dimmed">
      {of.filter(Boolean).join(" · ")}
    </Text>
  );
}
