/** Accounts to tick, found by name or login. Long lists are narrowed by typing instead of scrolled through. */
import { Stack, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, AccountView, Grant } from "../../api/generated/center";
import { accounts } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import classes from "./Access.module.css";

/** As many as fit a list that one looks through. */
const SHOWN = 50;

interface Parts {
  granted: readonly Grant[];
  chosen: AccountId[];
  choose: (chosen: AccountId[]) => void;
}

export function PickPeople({ granted, chosen, choose }: Parts) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState("");
  const { data } = useQuery(accounts);
  if (!data) return <Waiting text={t("common.reading")} />;
  const has = new Set(granted.flatMap(({ subject }) => (subject.kind === "account" ? [subject.id] : [])));
  const free = data.filter(({ id }) => !has.has(id));
  const found = free.filter((account) => matches(account, filter));
  const ticked = free.filter(({ id }) => chosen.includes(id) && !found.some((account) => account.id === id));
  const toggle = (id: AccountId) =>
    choose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const rows = [...ticked, ...found.slice(0, SHOWN)];
  return (
    <Stack gap="xs">
      <TextInput
        data-autofocus
        aria-label={t("access.search")}
        placeholder={t("access.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <fieldset className={classes.list} aria-label={t("access.accounts")}>
        {rows.map((account) => (
          <Option key={account.id} account={account} on={chosen.includes(account.id)} toggle={toggle} />
        ))}
        {!rows.length && (
          <Text size="sm" p="xs">
            {t(free.length ? "access.nobodyFound" : "access.allGranted", { text: filter })}
          </Text>
        )}
      </fieldset>
      {found.length > SHOWN && (
        <Text size="xs" c="dimmed">
          {t("access.narrow", { shown: SHOWN, count: found.length })}
        </Text>
      )}
    </Stack>
  );
}

interface OptionParts {
  account: AccountView;
  on: boolean;
  toggle: (id: AccountId) => void;
}

function Option({ account, on, toggle }: OptionParts) {
  const { t } = useTranslation();
  return (
    <label className={classes.option}>
      <input type="checkbox" checked={on} onChange={() => toggle(account.id)} />
      <span>{account.name}</span>
      <Text span size="sm" c="dimmed">
        {account.login}
        {!account.enabled && ` · ${t("access.disabled")}`}
        {account.role === "superadmin" && ` · ${t("access.superadmin")}`}
      </Text>
    </label>
  );
}

function matches({ name, login }: AccountView, filter: string): boolean {
  const text = filter.trim().toLocaleLowerCase();
  return name.toLocaleLowerCase().includes(text) || login.toLocaleLowerCase().includes(text);
}
