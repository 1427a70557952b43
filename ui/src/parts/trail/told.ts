/** A row of the audit trail in words: who, what, to what. Unknown actions keep their code. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Row } from "../../api/generated/center";
import { pluginList, publishers } from "../../api/queries";
import { useLocale } from "../../useLocale";
import { useWhen } from "../when";
import { usePeople } from "./people";

export interface Told {
  at: string;
  who: string;
  what: string;
  target: string;
}

export function isRefusal(action: string): boolean {
  return action === "refused" || action.endsWith("_refused");
}

export function useTold(): (row: Row) => Told {
  const { t } = useTranslation();
  const what = useWhat();
  const when = useWhen();
  const { account } = usePeople();
  const target = useTarget();
  return (row) => ({
    at: when(row.at),
    who:
      row.name ?? (row.account === null ? t(`activity.actor.${row.actor}`, row.actor) : account(row.account)),
    what: what(row),
    target: row.target_name ?? target(row),
  });
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
  const { account, department } = usePeople();
  const { data: plugins = [] } = useQuery(pluginList(useLocale()));
  const { data: makers = [] } = useQuery(publishers);
  return ({ action, target }) => {
    if (ofAccount.test(action))
      return Number.isNaN(Number(target)) ? t("activity.unknownLogin") : account(Number(target));
    if (action.startsWith("department_")) return department(Number(target));
    if (action.startsWith("publisher_")) return makers.find(({ key }) => key === target)?.label ?? target;
    if (action === "secrets_rekeyed") return t(`activity.keyPlaces.${target}`, target);
    return plugins.find(({ id }) => id === target)?.name ?? target;
  };
}
