/** What the screens read from the core, each under the key by which events mark it stale. */
import { queryOptions } from "@tanstack/react-query";
import { call } from "./call";

export const centerStatus = queryOptions({
  queryKey: ["center"],
  queryFn: () => call("center_status", {}),
});
