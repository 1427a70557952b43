/** Saving settings: only what changed, on the revision that was seen; and the ways on when the core refuses. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../../api/call";
import type { CheckView, FindingView, JsonValue, SettingsView } from "../../../api/generated/center";
import { settings } from "../../../api/queries";
import { detailsOf } from "../../../parts/failure";
import { changesOf, undoOf } from "../../../parts/form/changes";
import { focusSetting } from "../../../parts/form/focus";
import { type FormState, type FormStore, place, valuesOf, visit } from "../../../parts/form/state";
import { tellDone } from "../../../parts/undo";
import { useLocale } from "../../../useLocale";
import { goOn } from "./drafts";
import { checked } from "./useCheck";

export interface Wish {
  /** Turn it on afterwards. */
  turnOn: boolean;
  /** Turn it off if a required field becomes empty. */
  turnOff: boolean;
}

export interface Saving {
  save(wish: Wish): void;
  pending: boolean;
  error: unknown;
  /** Titles of the required settings that would become empty; `null`: nothing is asked. */
  emptying: string[] | null;
  dismiss(): void;
}

export function useSave(draft: FormStore, name: string): Saving {
  const queries = useQueryClient();
  const locale = useLocale();
  const { t } = useTranslation();
  const [emptying, setEmptying] = useState<string[] | null>(null);
  const refresh = () =>
    Promise.all(
      [["settings"], ["plugins"], ["attention"]].map((queryKey) => queries.invalidateQueries({ queryKey })),
    );

  const store = async (turnOff: boolean) => {
    const sent = draft.get();
    const values = changesOf(sent.base.fields, valuesOf(sent.base), sent.values, sent.secrets);
    if (Object.keys(values).length === 0) return null;
    const plugin = sent.base.plugin;
    const answer = await call("config_set", {
      plugin,
      values: values as JsonValue,
      revision: sent.base.revision,
      turn_off: turnOff,
    });
    const fresh = queries.fetchQuery({ ...settings(plugin, locale), staleTime: 0 });
    const latest = await fresh.catch(() => ({
      ...answer,
      schema: sent.base.schema,
      sections: sent.base.sections,
    }));
    adopt(draft, sent, latest);
    return { sent, answer };
  };

  const run = async ({ turnOn, turnOff }: Wish) => {
    if (!mayBeSent(draft) || (turnOn && !(await isComplete(draft, locale)))) return;
    const stored = await store(turnOff);
    const plugin = draft.get().base.plugin;
    if (turnOn) await call("plugin_switch", { plugin, on: true, revision: null });
    const text = turnOn ? "turnedOn" : stored?.answer.turned_off ? "turnedOff" : "saved";
    const back = stored && undoOf(stored.sent.base.fields, valuesOf(stored.sent.base), stored.sent.values);
    const undo = async () => {
      if (turnOn) await call("plugin_switch", { plugin, on: false, revision: null });
      const revision = stored?.answer.revision ?? null;
      if (back) await call("config_set", { plugin, values: back as JsonValue, revision, turn_off: false });
      await refresh();
      tellDone(t("plugin.settings.undone"));
    };
    tellDone(t(`plugin.settings.${text}`, { name }), back || turnOn ? undo : undefined);
  };

  const mutation = useMutation({
    mutationFn: (wish: Wish) => {
      draft.set({ saving: true });
      return run(wish).finally(() => draft.set({ saving: false }));
    },
    onError: (error) => {
      const failure = failureOf(error);
      const details = detailsOf(failure) as Partial<CheckView>;
      if (failure.code === "would_be_incomplete") setEmptying(titlesOf(draft, details.missing));
      if (failure.code === "invalid_settings") show(draft, details.invalid ?? []);
    },
    onSettled: refresh,
  });
  const code = mutation.error && failureOf(mutation.error).code;
  const told = code === "would_be_incomplete" || code === "changed_meanwhile";
  return {
    save: (wish) => {
      setEmptying(null);
      if (!mutation.isPending) mutation.mutate(wish);
    },
    pending: mutation.isPending,
    error: told ? null : mutation.error,
    emptying,
    dismiss: () => setEmptying(null),
  };
}

/** Goes on from what was saved; what was typed since stays entered. */
function adopt(draft: FormStore, sent: FormState, latest: SettingsView): void {
  const now = draft.get();
  const secrets = Object.entries(now.secrets).filter(([pointer, act]) => sent.secrets[pointer] !== act);
  draft.set({
    base: { ...now.base, values: sent.values as JsonValue },
    secrets: Object.fromEntries(secrets),
    visited: new Set(),
  });
  goOn(draft, latest);
}

/** Where JSON is no JSON yet, nothing is sent. */
export function mayBeSent(draft: FormStore): boolean {
  const [first] = Object.keys(draft.get().broken);
  if (first === undefined) return true;
  focusSetting(first);
  return false;
}

/** Asks what is left; leads to the first of it. */
export async function isComplete(draft: FormStore, locale: string): Promise<boolean> {
  const found = await checked(draft, locale);
  place(draft, found);
  const left = [...found.missing, ...found.invalid];
  lead(draft, left);
  return left.length === 0;
}

function show(draft: FormStore, invalid: FindingView[]): void {
  place(draft, { missing: [], invalid });
  lead(draft, invalid);
}

function lead(draft: FormStore, left: FindingView[]): void {
  const pointers = left.map(({ pointer }) => pointer);
  visit(draft, pointers);
  const order = draft.get().base.fields.map(({ pointer }) => pointer);
  const first = order.find((at) =>
    pointers.some((pointer) => pointer === at || pointer.startsWith(`${at}/`)),
  );
  if (first !== undefined) requestAnimationFrame(() => focusSetting(first));
}

function titlesOf(draft: FormStore, missing: FindingView[] = []): string[] {
  const titles = new Map(draft.get().base.fields.map(({ pointer, title }) => [pointer, title]));
  return missing.map(({ pointer, title }) => titles.get(pointer) ?? title);
}
