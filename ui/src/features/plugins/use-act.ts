/** An act of a row: says what failed, and brings the lists up to date. */
import { useQueryClient } from "@tanstack/react-query";
import { useTellFailed } from "../../parts/undo";

export function useAct(): (work: () => Promise<unknown>) => void {
  const queries = useQueryClient();
  const failed = useTellFailed();
  return (work) => {
    const refresh = () => {
      for (const queryKey of [["plugins"], ["attention"], ["folder"], ["status"]])
        void queries.invalidateQueries({ queryKey });
    };
    void work().catch(failed).finally(refresh);
  };
}
