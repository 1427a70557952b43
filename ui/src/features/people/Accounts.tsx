/** The accounts: search, the table, and which dialog is open over them. */
import { Button, Group, Text, TextInput } from "@mantine/core";
import { IconFileImport, IconSearch, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, AccountView } from "../../api/generated/center";
import { accounts } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { AccountDialog } from "./AccountDialog";
import { type AccountAct, AccountTable } from "./AccountTable";
import { AddAccount } from "./AddAccount";
import { ImportAccounts } from "./ImportAccounts";

/** Rows shown before one asks for more. */
const STEP = 100;

export function Accounts() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(accounts);
  const [filter, setFilter] = useState("");
  const [limit, setLimit] = useState(STEP);
  const [adding, setAdding] = useState(false);
  const [importing, setImporting] = useState(false);
  const [open, setOpen] = useState<{ id: AccountId; act: AccountAct } | null>(null);
  if (error && !data) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  const found = data.filter((account) => matches(account, filter));
  const target = data.find(({ id }) => id === open?.id);
  return (
    <>
      <Group justify="space-between" mb="sm" gap="sm">
        <TextInput
          w={320}
          aria-label={t("people.search")}
          placeholder={t("people.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            onClick={() => setImporting(true)}
          >
            {t("people.import.open")}
          </Button>
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t("people.add")}
          </Button>
        </Group>
      </Group>
      {found.length > 0 ? (
        <AccountTable accounts={found.slice(0, limit)} begin={(id, act) => setOpen({ id, act })} />
      ) : (
        <Empty
          actions={
            <Button variant="default" onClick={() => setFilter("")}>
              {t("people.clear")}
            </Button>
          }
        >
          {t("people.nothingFound", { text: filter })}
        </Empty>
      )}
      {found.length > limit && (
        <Group mt="sm">
          <Text size="sm">{t("people.shown", { shown: limit, count: found.length })}</Text>
          <Button size="xs" variant="default" onClick={() => setLimit(limit + STEP)}>
            {t("people.more")}
          </Button>
        </Group>
      )}
      {importing && <ImportAccounts close={() => setImporting(false)} />}
      {adding && <AddAccount close={() => setAdding(false)} />}
      {open && target && <AccountDialog account={target} act={open.act} close={() => setOpen(null)} />}
    </>
  );
}

function matches(account: AccountView, filter: string): boolean {
  const paths = account.departments.map(({ path }) => path.join(" "));
  const text = [account.name, account.login, ...paths].join("\n").toLocaleLowerCase();
  return text.includes(filter.trim().toLocaleLowerCase());
}
