/** The head of a plugin's page: which it is, who made it, what it is doing, its switch, what else can be done. */
import { ActionIcon, Anchor, Badge, Group, Menu, Text, Title } from "@mantine/core";
import { IconDots, IconRefresh, IconShieldCheck, IconShieldQuestion, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginDetailView } from "../../api/generated/center";
import page from "../../components/Page.module.css";
import { PluginIcon } from "../../parts/PluginIcon";
import { PluginSwitch } from "../../parts/PluginSwitch";
import { badgeOf, StateBadge } from "../../parts/StateBadge";
import { awaitedName } from "../../parts/together";
import { tellDone, useTellFailed } from "../../parts/undo";
import { UninstallDialog } from "./UninstallDialog";

export function Header({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { observed, trusted } = plugin;
  const withdrawn = observed.state === "not_trusted" && observed.at !== null;
  const [refused, setRefused] = useState<HTMLElement | null>(null);
  const Shield = trusted ? IconShieldCheck : IconShieldQuestion;
  return (
    <>
      <Group justify="space-between" mb="md" gap="md">
        <Group gap="sm" wrap="nowrap" miw={0}>
          <PluginIcon icon={plugin.icon} name={plugin.name} size={44} />
          <div>
            <Group gap="xs" align="baseline">
              <Title order={1} size="h2" tabIndex={-1} className={page.title ?? ""}>
                {plugin.name}
              </Title>
              <Text c="dimmed">{plugin.version}</Text>
            </Group>
            <Group gap={6}>
              <Text size="sm" c="dimmed">
                {plugin.publisher}
              </Text>
              <Badge
                variant="light"
                color={trusted ? "teal" : "orange"}
                autoContrast
                tt="none"
                fw={500}
                radius="sm"
                leftSection={<Shield size={12} aria-hidden />}
              >
                {t(trusted ? "plugin.trusted" : withdrawn ? "plugin.withdrawn" : "plugin.notVerified")}
              </Badge>
              <Parent plugin={plugin} />
            </Group>
          </div>
        </Group>
        <Group gap="sm" wrap="nowrap">
          <StateBadge
            state={badgeOf(plugin)}
            name={"awaited" in observed ? awaitedName(t, observed.awaited) : ""}
          />
          <PluginSwitch plugin={plugin} place={refused} />
          <More plugin={plugin} />
        </Group>
      </Group>
      <div ref={setRefused} />
    </>
  );
}

/** Of a sub-plugin: what it belongs to. */
function Parent({ plugin: { parent, dependencies } }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const above = dependencies.find((one) => one.parent);
  if (!parent || !above) return null;
  const text = t("plugin.childOf", { name: above.name });
  if (above.installed === null)
    return (
      <Text size="sm" c="dimmed">
        {text}
      </Text>
    );
  return (
    <Anchor
      size="sm"
      underline="always"
      renderRoot={(props) => <Link to="/plugins/$id" params={{ id: parent }} {...props} />}
    >
      {text}
    </Anchor>
  );
}

function More({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const failed = useTellFailed();
  const [uninstalling, setUninstalling] = useState(false);
  const refresh = useMutation({
    mutationFn: () => call("folder_rescan", {}),
    onSuccess: () => tellDone(t("plugin.refreshed")),
    onError: failed,
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} width="max-content">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("plugin.more", { name: plugin.name })}
            loading={refresh.isPending}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => refresh.mutate()}>
            {t("plugin.refresh")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={16} aria-hidden />}
            onClick={() => setUninstalling(true)}
          >
            {t("plugin.uninstall.open")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {uninstalling && <UninstallDialog plugin={plugin} close={() => setUninstalling(false)} />}
    </>
  );
}
