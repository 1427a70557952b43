/** Accounts and departments of the trail by name; by number where they are gone. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AccountId, DepartmentId, Subject } from "../../api/generated/center";
import { accounts, departments } from "../../api/queries";
import { pathText } from "../departments";

interface People {
  /** `then`: what it was called in the trail, for when it is gone. */
  account: (id: AccountId, then?: string | null) => string;
  department: (id: DepartmentId, then?: string | null) => string;
  subject: (subject: Subject) => string;
}

export function usePeople(): People {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const { data: tree = [] } = useQuery(departments);
  const account: People["account"] = (id, then) =>
    people.find((account) => account.id === id)?.name ?? then ?? t("activity.account", { id });
  const department: People["department"] = (id, then) => {
    const path = tree.find((department) => department.id === id)?.path ?? then?.split("/");
    return path ? pathText(path) : t("activity.department", { id });
  };
  const subject = (subject: Subject) => {
    if (subject.kind === "everyone") return t("access.everyoneShort");
    if (subject.kind === "account") return account(subject.id);
    const path = department(subject.id);
    return subject.below ? t("activity.departmentBelow", { path }) : path;
  };
  return { account, department, subject };
}
