/** The one-time passwords of imported accounts: shown once, to be saved or handed over. */
import { Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { HandOverView } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import classes from "./People.module.css";

export function HandOver({ accounts, close }: { accounts: HandOverView[]; close: () => void }) {
  const { t } = useTranslation();
  const saving = useMutation({ mutationFn: () => call("passwords_save", { accounts }) });
  return (
    <Modal
      opened
      onClose={close}
      title={t("people.import.done", { count: accounts.length })}
      size={760}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text size="sm">{t("people.import.shownOnce")}</Text>
        <Table.ScrollContainer minWidth={0} maxHeight={320} type="native" tabIndex={0}>
          <Table stickyHeader aria-label={t("people.import.passwords")} data-testid="hand-over">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("people.name")}</Table.Th>
                <Table.Th>{t("people.login")}</Table.Th>
                <Table.Th>{t("people.import.password")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {accounts.map(({ login, name, one_time_password }) => (
                <Table.Tr key={login}>
                  <Table.Td className={classes.wrap}>{name}</Table.Td>
                  <Table.Td className={classes.wrap}>{login}</Table.Td>
                  <Table.Td className={classes.code}>{one_time_password}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
        <Text size="sm">{t("people.import.handOver")}</Text>
        {saving.isError && <FailureNote error={saving.error} title={t("people.import.notSaved")} />}
        {saving.data && (
          <Text size="sm" role="status" className={classes.wrap}>
            {t("people.import.saved", { path: saving.data })}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            loading={saving.isPending}
            onClick={() => saving.mutate()}
          >
            {t("people.import.save")}
          </Button>
          <Button onClick={close}>{t("people.import.finish")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
