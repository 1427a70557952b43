/** A call of a plugin's command: under way, answered, refused, or left alone. */
import { useRef, useState } from "react";
import { call } from "../../api/call";
import type { JsonValue, PluginId } from "../../api/generated/center";

export type CallState =
  | { kind: "idle" }
  | { kind: "waiting"; since: number }
  | { kind: "left" }
  | { kind: "answered"; answer: JsonValue }
  | { kind: "failed"; error: unknown };

export function useCall(plugin: PluginId, command: string) {
  const [state, setState] = useState<CallState>({ kind: "idle" });
  const latest = useRef(0);
  const start = (args: JsonValue) => {
    const own = ++latest.current;
    const settle = (next: CallState) => own === latest.current && setState(next);
    setState({ kind: "waiting", since: Date.now() });
    call("plugin_call", { plugin, call: command, args }).then(
      (answer) => settle({ kind: "answered", answer }),
      (error: unknown) => settle({ kind: "failed", error }),
    );
  };
  /** Goes on without waiting. The plugin may still do what it was asked for. */
  const leave = () => {
    latest.current += 1;
    setState({ kind: "left" });
  };
  return { state, start, leave };
}
