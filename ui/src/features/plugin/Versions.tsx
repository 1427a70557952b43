/** The installed version, the newer one that waits for a person, and the earlier ones that can be gone back to. */
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginDetailView, PluginId, VersionView } from "../../api/generated/center";
import { versions } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { useReview } from "../../parts/review";
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
      {!update && (
        <Text size="sm" c="dimmed">
          {t("plugin.versions.none")}
        </Text>
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
      <Earlier plugin={plugin.id} />
    </Stack>
  );
}

/** The versions before the installed one that are kept. */
function Earlier({ plugin }: { plugin: PluginId }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(versions(plugin));
  if (error) return <FailureNote error={error} />;
  const earlier = data?.filter((version) => !version.installed);
  if (earlier?.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("plugin.versions.noneKept")}
      </Text>
    );
  }
  return earlier?.map((version) => <Kept key={version.digest} plugin={plugin} version={version} />);
}

function Kept({ plugin, version }: { plugin: PluginId; version: VersionView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useReview();
  const back = useMutation({
    mutationFn: () => call("version_plan", { plugin, digest: version.digest, locale }),
    onSuccess: (view) => review.plan(view),
  });
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{version.version}</Text>
            <Badge variant="light" color="gray" autoContrast tt="none" fw={500} radius="sm">
              {t("plugin.versions.kept")}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {t("plugin.versions.accepted", {
              time: moment(version.accepted_at, locale),
              release: version.release,
            })}
          </Text>
        </div>
        <Button variant="default" loading={back.isPending} onClick={() => back.mutate()}>
          {t("plugin.versions.goBack", { version: version.version })}
        </Button>
      </Group>
      {back.error && <FailureNote error={back.error} />}
    </Paper>
  );
}
