/** What uninstalled plugins left behind: installed again with all of it, or deleted for good. */
import { Button, Group, Modal, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { KeptView } from "../../api/generated/center";
import { kept } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { listed, moment, size } from "../../parts/format";
import { useReview } from "../../parts/review";
import { tellDone, useTellFailed } from "../../parts/undo";
import { useLocale } from "../../useLocale";

export function KeptData() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery(kept(locale));
  const [deleting, setDeleting] = useState<KeptView | null>(null);
  if (error)
    return <FailureNote error={error} title={t("plugin.kept.unreadable")} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  if (data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("plugin.kept.empty")}
      </Text>
    );
  }
  return (
    <>
      <Table data-testid="kept">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("plugin.kept.plugin")}</Table.Th>
            <Table.Th>{t("plugin.kept.since")}</Table.Th>
            <Table.Th>{t("plugin.kept.what")}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{t("plugin.kept.acts")}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((one) => (
            <Table.Tr key={one.plugin}>
              <Table.Th scope="row" fw={500}>
                {one.name} {one.version}
              </Table.Th>
              <Table.Td>{moment(one.since, locale)}</Table.Td>
              <Table.Td>
                <What kept={one} />
              </Table.Td>
              <Table.Td>
                <Acts kept={one} remove={() => setDeleting(one)} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {deleting && <Deleting kept={deleting} close={() => setDeleting(null)} />}
    </>
  );
}

function What({ kept: { data, settings, grants } }: { kept: KeptView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const parts = [
    settings && t("plugin.kept.settings"),
    grants > 0 && t("plugin.kept.grants", { count: grants }),
    data > 0 && t("plugin.kept.data", { size: size(data, locale) }),
  ].filter((part) => typeof part === "string");
  return parts.length > 0 ? listed(parts, locale) : "–";
}

function Acts({ kept: { plugin, name, version }, remove }: { kept: KeptView; remove: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useReview();
  const failed = useTellFailed();
  const again = useMutation({
    mutationFn: () => call("package_put_back", { plugin, locale }),
    onSuccess: (view) => view && review.plan(view),
    onError: failed,
  });
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <Button
        size="xs"
        variant="default"
        loading={again.isPending}
        aria-label={t(version ? "plugin.kept.againNamed" : "plugin.kept.fileNamed", { name })}
        onClick={() => (version ? again.mutate() : review.choose())}
      >
        {t(version ? "plugin.kept.again" : "plugin.state.chooseFile")}
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        aria-label={t("plugin.kept.deleteNamed", { name })}
        onClick={remove}
      >
        {t("plugin.kept.delete")}
      </Button>
    </Group>
  );
}

function Deleting({ kept: { plugin, name }, close }: { kept: KeptView; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const purge = useMutation({
    mutationFn: () => call("kept_purge", { plugin }),
    onSuccess: async () => {
      tellDone(t("plugin.kept.deleted", { name }));
      await queries.invalidateQueries({ queryKey: ["kept"] });
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t("plugin.kept.deleteTitle", { name })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        <Text size="sm">{t("plugin.kept.deleteWhat")}</Text>
        {purge.error && <FailureNote error={purge.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={purge.isPending} onClick={() => purge.mutate()}>
            {t("plugin.kept.deleteNow")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
