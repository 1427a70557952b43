/** What was changed in the settings so far, by whom, and the way back to how they were after any of these changes. */
import { Button, Group, Modal, Paper, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../../api/call";
import type { JsonValue, PluginDetailView, SettingsChangeView } from "../../../api/generated/center";
import { settingsHistory } from "../../../api/queries";
import { Waiting } from "../../../components/Waiting";
import { ChangedFields } from "../../../parts/ChangedFields";
import { FailureNote } from "../../../parts/FailureNote";
import { type FormStore, unsaved, useFormState } from "../../../parts/form/state";
import { moment } from "../../../parts/format";
import { tellDone } from "../../../parts/undo";
import { useLocale } from "../../../useLocale";

interface Parts {
  plugin: PluginDetailView;
  draft: FormStore;
}

export function Earlier({ plugin, draft }: Parts) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="subtle" onClick={open}>
        {t("plugin.settings.earlier")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        size="lg"
        title={t("plugin.settings.earlierTitle")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Changes plugin={plugin} draft={draft} close={close} />
      </Modal>
    </>
  );
}

function Changes({ plugin, draft, close }: Parts & { close: () => void }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(settingsHistory(plugin.id, useLocale()));
  const pending = useFormState(draft, unsaved) > 0;
  const restoring = useRestore(plugin, draft, close);
  if (!data && error) return <FailureNote error={error} title={t("plugin.settings.unreadable")} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  if (data.length === 0) return <Text size="sm">{t("plugin.settings.never")}</Text>;
  return (
    <Stack gap="sm">
      {restoring.error && <FailureNote error={restoring.error} title={t("plugin.settings.notSaved")} />}
      <Text size="sm" c="dimmed">
        {t(pending ? "plugin.settings.earlierPending" : "plugin.settings.earlierWhat")}
      </Text>
      {data.map((change) => (
        <Change key={change.revision} change={change}>
          {Object.keys(change.values as object).length > 0 && (
            <Button
              size="xs"
              variant="default"
              disabled={pending}
              loading={restoring.isPending}
              onClick={() => restoring.mutate(change)}
            >
              {t("plugin.settings.restore")}
            </Button>
          )}
        </Change>
      ))}
    </Stack>
  );
}

function useRestore(plugin: PluginDetailView, draft: FormStore, close: () => void) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const save = (values: JsonValue, revision: number) =>
    call("config_set", { plugin: plugin.id, values, revision, turn_off: false });
  const refresh = () => queries.invalidateQueries({ queryKey: ["settings"] });
  const locale = useLocale();
  return useMutation({
    mutationFn: async (change: SettingsChangeView) => {
      const before = draft.get().base.revision;
      const { revision } = await save(change.values, before);
      return { before, revision };
    },
    onSuccess: ({ before, revision }) => {
      close();
      tellDone(t("plugin.settings.restored"), async () => {
        const changes = await queries.fetchQuery({ ...settingsHistory(plugin.id, locale), staleTime: 0 });
        const was = changes.find((change) => change.revision === before);
        await save(was?.values ?? {}, revision);
        await refresh();
        tellDone(t("plugin.settings.undone"));
      });
    },
    onSettled: refresh,
  });
}

function Change({ change, children }: { change: SettingsChangeView; children: ReactNode }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const who = change.by.name ?? t("plugin.settings.center");
  return (
    <Paper withBorder p="sm" component="section" aria-label={moment(change.by.at, locale)}>
      <Group justify="space-between" mih={30}>
        <Text size="sm" fw={500}>
          {t("plugin.settings.savedBy", { who, time: moment(change.by.at, locale) })}
        </Text>
        {children}
      </Group>
      <ChangedFields fields={change.fields} />
    </Paper>
  );
}
