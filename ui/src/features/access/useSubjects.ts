/** Accounts and departments by id, and what a subject of a grant is called. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Subject } from "../../api/generated/center";
import { accounts, departments } from "../../api/queries";
import { pathText } from "../../parts/departments";

export interface Named {
  name: string;
  /** Beside the name, such as a login. */
  note: string;
}

export function useSubjects(): (subject: Subject) => Named {
  const { t } = useTranslation();
  const { data: people } = useQuery(accounts);
  const { data: tree } = useQuery(departments);
  return (subject) => {
    if (subject.kind === "everyone") return { name: t("access.everyone"), note: "" };
    if (subject.kind === "account") {
      const found = people?.find(({ id }) => id === subject.id);
      const state = found && !found.enabled ? ` · ${t("access.disabled")}` : "";
      return found
        ? { name: found.name, note: found.login + state }
        : { name: t("access.unknownAccount", { id: subject.id }), note: "" };
    }
    const found = tree?.find(({ id }) => id === subject.id);
    return {
      name: found ? pathText(found.path) : t("access.unknownDepartment", { id: subject.id }),
      note: "",
    };
  };
}
