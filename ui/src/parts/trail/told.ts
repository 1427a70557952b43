/** A row of the audit trail in words: who, what, to what. Unknown actions keep their code. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Row, Subject } from "../../api/generated/center";
import { kept, pluginList, publishers } from "../../api/queries";
import { useLocale } from "../../useLocale";
import { useWhen } from "../when";
import { usePeople } from "./people";

export interface Told {
  at: string;
  who: string;
  what: string;
  target: string;
  /** Below the target: whom it is about. */
  whom: string | null;
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
  const whom = useSubject();
  return (row) => ({
    at: when(row.at),
    who:
      row.name ?? (row.account === null ? t(`activity.actor.${row.actor}`, row.actor) : account(row.account)),
    what: what(row),
    target: target(row),
    whom: whom(row),
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

const ofAccount = /^(account_|sign|password_|center_initialised|recovery_|session_)/;

/** Names as they are now; as they were written down where the thing is gone; by id or number where nothing is known. */
function useTarget(): (row: Row) => string {
  const { t } = useTranslation();
  const locale = useLocale();
  const { account, department } = usePeople();
  const { data: plugins = [] } = useQuery(pluginList(locale));
  const { data: uninstalled = [] } = useQuery(kept(locale));
  const { data: makers = [] } = useQuery(publishers);
  return ({ action, target, target_name: then }) => {
    if (ofAccount.test(action))
      return Number.isNaN(Number(target)) || target === ""
        ? (then ?? t("activity.unknownLogin"))
        : account(Number(target), then);
    if (action.startsWith("department_")) return department(Number(target), then);
    if (action.startsWith("publisher_"))
      return then ?? makers.find(({ key }) => key === target)?.label ?? target;
    if (action === "secrets_rekeyed") return t(`activity.keyPlaces.${target}`, target);
    const name =
      plugins.find(({ id }) => id === target)?.name ??
      uninstalled.find(({ plugin }) => plugin === target)?.name;
    return name ?? then ?? target;
  };
}

/** Of a permission that was given or taken: whose, and which. */
function useSubject(): (row: Row) => string | null {
  const { t } = useTranslation();
  const { subject } = usePeople();
  return ({ action, details }) => {
    if (action !== "permission_granted" && action !== "permission_revoked") return null;
    const { subject: whose } = details as { subject?: Subject };
    return whose ? t("activity.forWhom", { who: subject(whose) }) : null;
  };
}
