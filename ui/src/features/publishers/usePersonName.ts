/** What the account behind an act is called. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AccountId } from "../../api/generated/center";
import { accounts } from "../../api/queries";

export function usePersonName(): (account: AccountId | null) => string {
  const { t } = useTranslation();
  const { data } = useQuery(accounts);
  return (account) => {
    if (account === null) return t("publishers.system");
    return data?.find(({ id }) => id === account)?.name ?? t("publishers.unknownAccount", { id: account });
  };
}
