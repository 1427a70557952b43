/** A row of the audit trail in words: who, what, to what. Unknown actions keep their code. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Row } from "../../api/generated/center";
import { accounts, departments, pluginList, publishers } from "../../api/queries";
import { pathText } from "../../parts/departments";
import { useWhen } from "../../parts/when";
import { useLocale } from "../../useLocale";

export interface Told {
  row: Row;
  at: string;
  who: string;
  what: string;
  target: string;
  /** More than one if it was repeated within a short time. */
  times: number;
  /** Everything that the filter looks at, in lower case. */
  searched: string;
}

export function isRefusal(action: string): boolean {
  return action === "refused" || action.endsWith("_refused");
}

export function useTold(): (row: Row) => Told {
  const { t } = useTranslation();
  const what = useWhat();
  const when = useWhen();
  const account = useAccountName();
  const target = useTarget();
  return (row) => {
    const told = {
      at: when(row.at),
      who:
        row.name ??
        (row.account === null ? t(`activity.actor.${row.actor}`, row.actor) : account(row.account)),
      what: what(row),
      target: row.target_name ?? target(row),
    };
    const searched = [...Object.values(told), row.action, row.target].join("\n").toLocaleLowerCase();
    return { ...told, row, times: row.times, searched };
  };
}

function useAccountName(): (id: number) => string {
  const { t } = useTranslation();
  const { data = [] } = useQuery(accounts);
  return (id) => data.find((account) => account.id === id)?.name ?? t("activity.account", { id });
}

/** The action; of a refusal, what was asked for. */
function useWhat(): (row: Row) => string {
  const { t, i18n } = useTranslation();
  return ({ action, details }) => {
    const asked =
      action === "refused" && details instanceof Object && !Array.isArray(details) && details.request;
    const key = asked ? `activity.requests.${asked}` : `activity.actions.${action}`;
    return i18n.exists(key) ? t(key) : String(asked || action);
  };
}

const ofAccount = /^(account_|sign|password_|center_initialised)/;

function useTarget(): (row: Row) => string {
  const { t } = useTranslation();
  const account = useAccountName();
  const { data: plugins = [] } = useQuery(pluginList(useLocale()));
  const { data: tree = [] } = useQuery(departments);
  const { data: makers = [] } = useQuery(publishers);
  return ({ action, target }) => {
    if (ofAccount.test(action))
      return Number.isNaN(Number(target)) ? t("activity.unknownLogin") : account(Number(target));
    if (action.startsWith("department_")) {
      const found = tree.find(({ id }) => String(id) === target);
      return found ? pathText(found.path) : t("activity.department", { id: target });
    }
    if (action.startsWith("publisher_")) return makers.find(({ key }) => key === target)?.label ?? target;
    return plugins.find(({ id }) => id === target)?.name ?? target;
  };
}
