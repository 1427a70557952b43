/** How answers of the core are kept: until an event marks them stale. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { failureOf } from "./call";
import { session } from "./queries";

/** Refusals that mean that the window's idea of who is signed in is old. */
const signedOut = new Set(["not_signed_in", "locked", "account_disabled", "password_change_required"]);

/** A cache whose answers never grow stale by time: the center says when they do. */
export function makeQueries(): QueryClient {
  const notice = (error: unknown) => {
    if (signedOut.has(failureOf(error).code)) void queries.invalidateQueries({ queryKey: session.queryKey });
  };
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        retry: false,
        refetchOnWindowFocus: false,
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return queries;
}
