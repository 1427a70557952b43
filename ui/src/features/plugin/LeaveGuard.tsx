/** Asks before a page is left on which something is not saved. */
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { discard, unsaved } from "../../parts/form/state";
import { LeaveDialog } from "../../parts/LeaveDialog";
import { draftOf } from "./settings/drafts";

export function LeaveGuard({ account, plugin }: { account: number; plugin: string }) {
  const { t } = useTranslation();
  const holds = () => {
    const draft = draftOf(account, plugin);
    return draft !== undefined && unsaved(draft.get()) > 0;
  };
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && holds(),
    enableBeforeUnload: false,
    withResolver: true,
  });
  const stay = () => blocker.reset?.();
  const leave = () => {
    const draft = draftOf(account, plugin);
    if (draft) discard(draft);
    blocker.proceed?.();
  };
  return (
    <LeaveDialog opened={blocker.status === "blocked"} what={t("plugin.leave")} stay={stay} leave={leave} />
  );
}
