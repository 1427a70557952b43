/** The installed version, and the newer one that waits for a person. */
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PluginDetailView } from "../../api/generated/center";
import { useLocale } from "../../useLocale";
import { moment } from "./times";
import { useUpdateReview } from "./useUpdateReview";

export function Versions({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useUpdateReview();
  const { update } = plugin;
  return (
    <Stack gap="sm" maw={720}>
      {update && (
        <Paper withBorder p="md">
          <Group justify="space-between">
            <div>
              <Group gap="xs">
                <Text fw={600}>{update.version}</Text>
                <Badge variant="light" color="blue" autoContrast tt="none" fw={500} radius="sm">
                  {t("plugin.versions.waiting")}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {t("plugin.versions.file", { file: update.file })}
              </Text>
            </div>
            <Button onClick={() => review(update.file)}>{t("plugin.state.reviewUpdate")}</Button>
          </Group>
        </Paper>
      )}
      <Paper withBorder p="md">
        <Group gap="xs">
          <Text fw={600}>{plugin.version}</Text>
          <Badge variant="light" color="teal" autoContrast tt="none" fw={500} radius="sm">
            {t("plugin.versions.installed")}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {t("plugin.versions.since", {
            time: moment(plugin.installed_at, locale),
            release: plugin.release,
          })}
        </Text>
      </Paper>
      {!update && (
        <Text size="sm" c="dimmed">
          {t("plugin.versions.none")}
        </Text>
      )}
    </Stack>
  );
}
