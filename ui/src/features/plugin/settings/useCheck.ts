/** Has the core look at what is entered, a moment after each change, and puts what it finds beside the fields. */
import { useEffect } from "react";
import { call } from "../../../api/call";
import type { CheckView } from "../../../api/generated/center";
import { changesOf } from "../../../parts/form/changes";
import { type FormStore, place, useFormState, valuesOf } from "../../../parts/form/state";

/** Milliseconds without a further change. */
const CALM = 150;

export function useCheck(draft: FormStore, locale: string): void {
  const values = useFormState(draft, (state) => state.values);
  const secrets = useFormState(draft, (state) => state.secrets);
  const base = useFormState(draft, (state) => state.base);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what `checked` reads from the draft
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      checked(draft, locale)
        .then((view) => current && place(draft, view))
        .catch(() => {});
    }, CALM);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [draft, locale, values, secrets, base]);
}

/** What saving now would find. */
export function checked(draft: FormStore, locale: string): Promise<CheckView> {
  const { base, values, secrets } = draft.get();
  const sent = changesOf(base.fields, valuesOf(base), values, secrets);
  return call("config_check", { plugin: base.plugin, values: sent as never, locale });
}
