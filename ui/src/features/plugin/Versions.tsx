/** The installed version, the newer one that waits for a person, and the earlier ones that can be gone back to. */
import { Badge, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginDetailView, PluginId, VersionView } from "../../api/generated/center";
import { versions } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { moment } from "../../parts/format";
import { useReview } from "../../parts/review";
import { useLocale } from "../../useLocale";
import { useUpdateReview } from "./useUpdateReview";

export function Versions({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useUpdateReview();
  const { update } = plugin;
  const since = { time: moment(plugin.installed_at, locale), release: plugin.release };
  return (
    <Stack gap="sm" maw={720}>
      {update ? (
        <Version
          name={update.version}
          colour="blue"
          state={t("plugin.versions.waiting")}
          about={t("plugin.versions.file", { file: update.file })}
        >
          <Button onClick={() => review(update.file)}>{t("plugin.state.reviewUpdate")}</Button>
        </Version>
      ) : (
        <Text size="sm" c="dimmed">
          {t("plugin.versions.none")}
        </Text>
      )}
      <Version
        name={plugin.version}
        colour="teal"
        state={t("plugin.versions.installed")}
        about={t("plugin.versions.since", since)}
      />
      <Earlier plugin={plugin.id} />
    </Stack>
  );
}

interface VersionParts {
  name: string;
  colour: string;
  state: string;
  about: string;
  /** What can be done with it. */
  children?: ReactNode;
}

function Version({ name, colour, state, about, children }: VersionParts) {
  return (
    <Paper withBorder p="md">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{name}</Text>
            <Badge variant="light" color={colour} autoContrast tt="none" fw={500} radius="sm">
              {state}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
        {children}
      </Group>
    </Paper>
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
  const accepted = { time: moment(version.accepted_at, locale), release: version.release };
  return (
    <>
      <Version
        name={version.version}
        colour="gray"
        state={t("plugin.versions.kept")}
        about={t("plugin.versions.accepted", accepted)}
      >
        <Button variant="default" loading={back.isPending} onClick={() => back.mutate()}>
          {t("plugin.versions.goBack", { version: version.version })}
        </Button>
      </Version>
      {back.error && <FailureNote error={back.error} />}
    </>
  );
}
