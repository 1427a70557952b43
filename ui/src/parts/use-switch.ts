/** Turning a plugin on or off: sends what was seen, offers the way back, keeps a refusal until it is read. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../api/call";
import type { ErrorView, PluginView } from "../api/generated/center";
import { plugin as onePlugin } from "../api/queries";
import { useLocale } from "../useLocale";
import { tellDone } from "./undo";

export interface Refusal {
  /** What was attempted. */
  on: boolean;
  failure: ErrorView;
}

export interface Switching {
  /** What is being attempted; `null`: nothing. */
  pending: boolean | null;
  refusal: Refusal | null;
  turn(on: boolean): Promise<void>;
  /** The same on whatever is there now, after an act of this window changed it. */
  turnAfresh(on: boolean): Promise<void>;
  /** Turns the plugin and these on or off, in one act. */
  turnTogether(on: boolean, others: string[]): Promise<void>;
  /** Puts the refusal away. */
  dismiss(): void;
}

type Subject = Pick<PluginView, "id" | "name" | "revision">;

export function useSwitch(plugin: Subject): Switching {
  const queries = useQueryClient();
  const locale = useLocale();
  const { t } = useTranslation();
  const [pending, setPending] = useState<boolean | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  const read = () => queries.fetchQuery({ ...onePlugin(plugin.id, locale), staleTime: 0 });
  const refresh = () =>
    Promise.all(
      [["plugins"], ["attention"], ["status"]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );
  const send = async (on: boolean, revision: number, others: string[] = []) => {
    const wish = { plugin: plugin.id, on, revision };
    const { observed } =
      others.length > 0
        ? await call("plugin_switch_together", { ...wish, others })
        : await call("plugin_switch", wish);
    const running = !on || observed.state === "running";
    return t(`plugins.switch.${on ? (running ? "isOn" : "isOnWaiting") : "isOff"}`, { name: plugin.name });
  };
  const offerUndo = async (text: string, on: boolean) => {
    const after = await read().catch(() => null);
    if (!after || after.wanted !== on) return tellDone(text);
    tellDone(text, async () => {
      tellDone(await send(!on, after.revision));
      await refresh();
    });
  };
  const attempt = async (on: boolean, work: () => Promise<void>) => {
    if (pending === on) return;
    setPending(on);
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      setRefusal({ on, failure: failureOf(error) });
      // Nothing is under way any more: what the refusal offers must answer at once, whatever the lists still read.
      setPending(null);
      void refresh();
      return;
    }
    await refresh();
    setPending(null);
  };
  return {
    pending,
    refusal,
    turn: (on) => attempt(on, async () => offerUndo(await send(on, plugin.revision), on)),
    turnAfresh: (on) =>
      attempt(on, async () => {
        const { revision } = await read();
        await offerUndo(await send(on, revision), on);
      }),
    turnTogether: (on, others) =>
      attempt(on, async () => {
        const { revision } = await read();
        tellDone(await send(on, revision, others), async () => {
          const back = on ? [plugin.id, ...others.toReversed()] : [...others, plugin.id].toReversed();
          for (const id of back) await call("plugin_switch", { plugin: id, on: !on, revision: null });
          await refresh();
        });
      }),
    dismiss: () => setRefusal(null),
  };
}
