/** What happens in the center, as it reaches the window: each event marks what it makes stale. Knows no screen. */

import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Session } from "./commands";
import type { Event, Stamped } from "./generated/center";

const plugins: QueryKey[] = [["plugins"], ["attention"], ["status"], ["mine"], ["audit"]];

/** Which lists each kind of event makes stale. A new event must be placed here to compile. */
const stale: { [Kind in Event["kind"]]: QueryKey[] } = {
  plugin_installed: [
    ...plugins,
    ["licenses"],
    ["folder"],
    ["settings"],
    ["grants"],
    ["kept"],
    ["publishers"],
  ],
  plugin_upgraded: [
    ...plugins,
    ["licenses"],
    ["folder"],
    ["settings"],
    ["grants"],
    ["publishers"],
    ["versions"],
  ],
  plugin_uninstalled: [...plugins, ["licenses"], ["folder"], ["kept"]],
  plugin_started: plugins,
  plugin_stopped: plugins,
  plugin_crashed: plugins,
  plugin_turned_off: plugins,
  plugin_changed: [["licenses"], ...plugins],
  settings_changed: [["settings"], ...plugins],
  grants_changed: [["grants"], ["licenses"], ...plugins],
  people_changed: [["people"], ["grants"], ["session"], ...plugins],
  publishers_changed: [["publishers"], ["licenses"], ["folder"], ...plugins],
  licenses_changed: [["licenses"], ["grants"], ...plugins],
  attention_changed: [["attention"], ["status"]],
  folder_changed: [["folder"], ["plugins"], ["status"], ["attention"]],
  plugin_published: [],
  raise_requested: [],
  lagged: [[]],
};

/** Marks what an event makes stale. */
export function refresh(queries: QueryClient, event: Event): void {
  for (const queryKey of stale[event.kind]) void queries.invalidateQueries({ queryKey });
}

/** Follows the center's events until the returned function is called. */
export function followEvents(read: (event: Event) => void): () => void {
  const listening = listen<Stamped>("center", ({ payload }) => read(payload));
  return () => void listening.then((stop) => stop());
}

/** Follows who is signed in at this window: locked, ended by someone else, signed out. */
export function followSession(read: (session: Session | null) => void): () => void {
  const listening = listen<Session | null>("session", ({ payload }) => read(payload));
  return () => void listening.then((stop) => stop());
}

/** What is dragged over the window from outside. */
export type Drag = { type: "enter" | "drop"; paths: string[] } | { type: "over" } | { type: "leave" };

/** Follows what is dragged over the window until the returned function is called. */
export function followDrags(read: (drag: Drag) => void): () => void {
  const listening = getCurrentWebview().onDragDropEvent(({ payload }) => read(payload));
  return () => void listening.then((stop) => stop());
}
