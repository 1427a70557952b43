/** Which part of the activity is shown: words, who, which plugin, what kind, when, only refusals. */
import { Button, Checkbox, Group, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { accounts, pluginList } from "../../api/queries";
import { useLocale } from "../../useLocale";
import classes from "./Activity.module.css";
import { everything, isNoDay, type Kind, kinds, type Wish } from "./filter";

interface Parts {
  wish: Wish;
  change: (wish: Wish) => void;
}

export function FilterBar({ wish, change }: Parts) {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const { data: plugins = [] } = useQuery(pluginList(useLocale()));
  const set = (part: Partial<Wish>) => change({ ...wish, ...part });
  const chosen = (label: string) => ({
    label,
    placeholder: t("activity.any"),
    searchable: true,
    clearable: true,
    nothingFoundMessage: t("activity.nothingFound"),
    limit: 50,
    className: classes.field,
  });
  return (
    <section className={classes.filters} aria-label={t("activity.filters")}>
      <TextInput
        label={t("activity.filter")}
        placeholder={t("activity.filterHint")}
        leftSection={<IconSearch size={16} aria-hidden />}
        className={classes.text ?? ""}
        value={wish.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
      />
      <Select
        {...chosen(t("activity.who"))}
        data={people.map(({ id, name, login }) => ({ value: String(id), label: `${name} (${login})` }))}
        value={wish.account}
        onChange={(account) => set({ account })}
      />
      <Select
        {...chosen(t("activity.plugin"))}
        data={plugins.map(({ id, name }) => ({ value: id, label: name }))}
        value={wish.plugin}
        onChange={(plugin) => set({ plugin })}
      />
      <Select
        {...chosen(t("activity.kind"))}
        data={kinds.map((kind) => ({ value: kind, label: t(`activity.kinds.${kind}`) }))}
        value={wish.kind}
        onChange={(kind) => set({ kind: kind as Kind | null })}
      />
      <Group className={classes.last ?? ""} gap="sm" align="flex-start">
        <Day label={t("activity.from")} typed={wish.from} type={(from) => set({ from })} />
        <Day label={t("activity.to")} typed={wish.to} type={(to) => set({ to })} />
        <Checkbox
          className={classes.check ?? ""}
          label={t("activity.onlyRefusals")}
          checked={wish.refused}
          onChange={(event) => set({ refused: event.currentTarget.checked })}
        />
        {JSON.stringify(wish) !== JSON.stringify(everything) && (
          <Button variant="subtle" className={classes.clear ?? ""} onClick={() => change(everything)}>
            {t("activity.clear")}
          </Button>
        )}
      </Group>
    </section>
  );
}

function Day({ label, typed, type }: { label: string; typed: string; type: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      placeholder="2026-01-31"
      className={classes.day ?? ""}
      value={typed}
      error={isNoDay(typed) && t("activity.noDay")}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
