/** Another superadmin saved while this form was being edited. Nothing entered here is lost; who wins is chosen. */
import { Alert, Button, Group, Modal, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SettingsView } from "../../../api/generated/center";
import { settings } from "../../../api/queries";
import { valueAt } from "../../../parts/form/pointers";
import { type FormStore, unsaved, useFormState, valuesOf } from "../../../parts/form/state";
import { useLocale } from "../../../useLocale";
import { clock } from "../times";
import { goOn, type Meeting, meet } from "./drafts";

export function Conflict({ draft, latest: shown }: { draft: FormStore; latest: SettingsView }) {
  const queries = useQueryClient();
  const locale = useLocale();
  const latest = queries.getQueryData(settings(shown.plugin, locale).queryKey) ?? shown;
  const base = useFormState(draft, (state) => state.base);
  const saving = useFormState(draft, (state) => state.saving);
  const values = useFormState(draft, (state) => state.values);
  const [merged, setMerged] = useState<number | null>(null);
  const behind = base !== latest && !saving;
  useEffect(() => {
    if (!behind) return;
    const { theirs, both } = meet(draft, latest);
    if (both.length > 0) return;
    const was = unsaved(draft.get());
    const newer = latest.revision !== draft.get().base.revision;
    goOn(draft, latest);
    if (newer && was > 0 && unsaved(draft.get()) > 0 && theirs.length > 0) setMerged(theirs.length);
  }, [behind, draft, latest]);
  if (behind && values) {
    const meeting = meet(draft, latest);
    if (meeting.both.length > 0) return <Choice draft={draft} latest={latest} meeting={meeting} />;
  }
  if (merged !== null) {
    return <Merged count={merged} latest={latest} close={() => setMerged(null)} />;
  }
  return null;
}

function useWho({ changed }: SettingsView) {
  const { t } = useTranslation();
  const locale = useLocale();
  return {
    who: changed?.name ?? t("plugin.settings.someone"),
    time: changed ? clock(changed.at, locale) : "–",
  };
}

function Merged({ count, latest, close }: { count: number; latest: SettingsView; close: () => void }) {
  const { t } = useTranslation();
  const said = useWho(latest);
  return (
    <Alert
      color="blue"
      variant="light"
      icon={<IconUsers />}
      mb="md"
      withCloseButton
      onClose={close}
      closeButtonLabel={t("common.close")}
      role="status"
    >
      {t("plugin.settings.merged", { count, ...said })}
    </Alert>
  );
}

function Choice({ draft, latest, meeting }: { draft: FormStore; latest: SettingsView; meeting: Meeting }) {
  const { t } = useTranslation();
  const [open, { open: compare, close }] = useDisclosure();
  const said = useWho(latest);
  const { theirs, both } = meeting;
  return (
    <Alert color="yellow" variant="light" icon={<IconUsers />} mb="md" data-testid="conflict">
      <Text size="sm" mb="xs">
        {t("plugin.settings.changedMeanwhile", { count: theirs.length, ...said })}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={compare}>
          {t("plugin.settings.compare")}
        </Button>
        <Button size="xs" variant="default" onClick={() => goOn(draft, latest, both)}>
          {t("plugin.settings.useTheirs")}
        </Button>
        <Button size="xs" variant="default" onClick={() => goOn(draft, latest)}>
          {t("plugin.settings.keepMine", { count: both.length })}
        </Button>
      </Group>
      <Modal
        opened={open}
        onClose={close}
        title={t("plugin.settings.compareTitle")}
        size="lg"
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Comparison draft={draft} latest={latest} pointers={theirs} who={said.who} />
      </Modal>
    </Alert>
  );
}

interface ComparisonParts {
  draft: FormStore;
  latest: SettingsView;
  pointers: string[];
  who: string;
}

function Comparison({ draft, latest, pointers, who }: ComparisonParts) {
  const { t } = useTranslation();
  const values = useFormState(draft, (state) => state.values);
  const fields = latest.fields.filter(({ pointer }) => pointers.includes(pointer));
  const shown = (value: unknown) => {
    if (value === undefined || value === null || value === "") return t("plugin.settings.nothing");
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("plugin.settings.setting")}</Table.Th>
          <Table.Th>{who}</Table.Th>
          <Table.Th>{t("plugin.settings.mine")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map(({ pointer, title }) => (
          <Table.Tr key={pointer}>
            <Table.Th scope="row" fw={500}>
              {title}
            </Table.Th>
            <Table.Td>{shown(valueAt(valuesOf(latest), pointer))}</Table.Td>
            <Table.Td>{shown(valueAt(values, pointer))}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
