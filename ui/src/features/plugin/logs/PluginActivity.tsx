/** What people, the folder and the center did with one plugin, newest first. */
import { Button, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Row } from "../../../api/generated/center";
import { accounts, activity } from "../../../api/queries";
import { FailureNote } from "../../../parts/FailureNote";
import { useLocale } from "../../../useLocale";
import { moment } from "../times";

/** So many are shown at first. */
const FIRST = 10;

export function PluginActivity({ id }: { id: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery(activity);
  const { data: people } = useQuery(accounts);
  const [all, setAll] = useState(false);
  const rows = (data ?? []).filter(({ target }) => target === id).sort((a, b) => b.seq - a.seq);
  const who = ({ actor, account }: Row) =>
    people?.find((one) => one.id === account)?.name ??
    t(`plugin.activity.actor.${actor}`, { defaultValue: actor });
  return (
    <section aria-label={t("plugin.activity.title")}>
      <Title order={2} size="h5" mb="xs">
        {t("plugin.activity.title")}
      </Title>
      {error && (
        <FailureNote error={error} title={t("plugin.activity.unreadable")} retry={() => void refetch()} />
      )}
      {data && rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("plugin.activity.empty")}
        </Text>
      )}
      {rows.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={190}>{t("plugin.activity.when")}</Table.Th>
              <Table.Th w={180}>{t("plugin.activity.who")}</Table.Th>
              <Table.Th>{t("plugin.activity.what")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, all ? undefined : FIRST).map((row) => (
              <Table.Tr key={row.seq}>
                <Table.Td>{moment(row.at, locale)}</Table.Td>
                <Table.Td>{who(row)}</Table.Td>
                <Table.Td>
                  {t(`plugin.activity.did.${row.action}`, { defaultValue: row.action.replaceAll("_", " ") })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {!all && rows.length > FIRST && (
        <Button size="xs" variant="subtle" mt="xs" onClick={() => setAll(true)}>
          {t("plugin.activity.more", { count: rows.length - FIRST })}
        </Button>
      )}
    </section>
  );
}
