/** Sending a change of people: what was changed is told, and after a refusal the lists are read anew. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { tellDone } from "../../parts/undo";

/** `send` is tried; on success `text` is told and `done` called. */
export function useAct(send: () => Promise<unknown>, text: string, done: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      tellDone(text);
      done();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
}

/** Whether a revision is another one than when this was first asked. */
export function useChanged(revision: number): boolean {
  const [opened] = useState(revision);
  return revision !== opened;
}
