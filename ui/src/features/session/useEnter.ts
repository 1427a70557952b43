/** What happens once somebody signed in or out: everything that was read belonged to someone else. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "../../api/call";
import type { Session } from "../../api/commands";
import { session } from "../../api/queries";

/** Takes a new session for the window's. */
export function useEnter(): (next: Session) => void {
  const queries = useQueryClient();
  return useCallback(
    (next) => {
      queries.setQueryData(session.queryKey, next);
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== session.queryKey[0] });
    },
    [queries],
  );
}

/** Signs out and forgets everything that was read. */
export function useLeave(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(async () => {
    await call("sign_out", {});
    queries.removeQueries({
      predicate: ({ queryKey }) => !["session", "preferences"].includes(String(queryKey[0])),
    });
    queries.setQueryData(session.queryKey, null);
  }, [queries]);
}
