/** One of the account's plugins: what it is, whether it runs, what may be done in it, its commands. */
import { Badge, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconPower } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import type { MinePluginView } from "../../api/generated/center";
import { PluginIcon } from "../../parts/PluginIcon";
import { Command } from "./Command";
import classes from "./Mine.module.css";

interface Parts {
  plugin: MinePluginView;
  /** In place of what may be done and called in it. */
  children?: ReactNode;
}

export function OwnPlugin({ plugin, children }: Parts) {
  const { t } = useTranslation();
  const heading = useId();
  return (
    <Paper withBorder p="md" component="article" aria-labelledby={heading} data-testid={`mine-${plugin.id}`}>
      <Group wrap="nowrap" align="flex-start" gap="md">
        <PluginIcon icon={plugin.icon} name={plugin.name} size={40} />
        <div className={classes.about}>
          <Group gap="sm" align="center">
            <Title order={2} size="h4" id={heading}>
              {plugin.name}
            </Title>
            <Text size="sm" c="dimmed">
              {plugin.version}
            </Text>
            <Running running={plugin.running} />
          </Group>
          <Text size="sm" maw={720}>
            {plugin.description}
          </Text>
          {children ?? (
            <Text size="sm" c="dimmed" mt={4}>
              {t("mine.may", { list: plugin.permissions.map(({ title }) => title).join(t("mine.comma")) })}
            </Text>
          )}
        </div>
      </Group>
      {!children && plugin.commands.length > 0 && !plugin.running && (
        <Text size="sm" c="dimmed" mt="sm" id={`${heading}-stopped`}>
          {t("mine.stopped")}
        </Text>
      )}
      {!children && plugin.commands.length > 0 && (
        <Stack gap={0} mt="sm" component="ul" className={classes.commands} aria-label={t("mine.commands")}>
          {plugin.commands.map((command) => (
            <Command
              key={command.id}
              plugin={plugin.id}
              command={command.id}
              stopped={plugin.running ? null : `${heading}-stopped`}
              permission={plugin.permissions.find(({ id }) => id === command.permission)?.title ?? ""}
            />
          ))}
        </Stack>
      )}
    </Paper>
  );
}

function Running({ running }: { running: boolean }) {
  const { t } = useTranslation();
  const Icon = running ? IconCircleCheck : IconPower;
  return (
    <Badge
      variant="light"
      color={running ? "teal" : "gray"}
      autoContrast
      tt="none"
      fw={500}
      radius="sm"
      leftSection={<Icon size={14} aria-hidden />}
      data-testid="running"
    >
      {t(running ? "mine.running" : "mine.notRunning")}
    </Badge>
  );
}
