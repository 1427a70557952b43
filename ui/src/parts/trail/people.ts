/** Accounts and departments of the trail by name; by number where they are gone. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AccountId, DepartmentId } from "../../api/generated/center";
import { accounts, departments } from "../../api/queries";
import { pathText } from "../departments";

interface People {
  account: (id: AccountId) => string;
  department: (id: DepartmentId) => string;
}

export function usePeople(): People {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const { data: tree = [] } = useQuery(departments);
  return {
    account: (id) => people.find((account) => account.id === id)?.name ?? t("activity.account", { id }),
    department: (id) => {
      const found = tree.find((department) => department.id === id);
      return found ? pathText(found.path) : t("activity.department", { id });
    },
  };
}
