/** An account or a department, by name; stored by its id. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { accounts, departments } from "../../../api/queries";
import { type ControlProps, namedBy } from "./control";
import { Described } from "./Described";

export function SubjectControl(own: ControlProps) {
  const { t } = useTranslation();
  const ofAccounts = own.kind === "account";
  const people = useQuery({ ...accounts, enabled: ofAccounts });
  const places = useQuery({ ...departments, enabled: !ofAccounts });
  const data = ofAccounts
    ? people.data?.map(({ id, name, login }) => ({ value: String(id), label: `${name} (${login})` }))
    : places.data?.map(({ id, path }) => ({ value: String(id), label: path.join(" › ") }));
  return (
    <Select
      {...namedBy(own)}
      inputContainer={(input) => <Described by={own}>{input}</Described>}
      data={data ?? []}
      value={typeof own.value === "number" ? String(own.value) : null}
      onChange={(id) => own.change(id === null ? undefined : Number(id))}
      placeholder={t("form.choose")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("form.clearChoice", { title: own.title }) }}
      nothingFoundMessage={t("form.noneFound")}
    />
  );
}
