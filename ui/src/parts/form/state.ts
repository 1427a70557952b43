/** What a person has entered in a form and what was found in it. Lives outside the screen, so that it outlives it. */
import type { RJSFSchema } from "@rjsf/utils";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { CheckView, FieldView, FindingView, SettingsView } from "../../api/generated/center";
import { differing, type SecretAct, type Secrets } from "./changes";
import { isObject, type Values, withValue } from "./pointers";

/** A finding, and whether it only means that something is not filled in. */
export interface Found extends FindingView {
  missing: boolean;
}

export interface FormState {
  /** The settings that the editing began from. */
  base: SettingsView;
  values: Values;
  secrets: Secrets;
  /** By the pointer of the field that it belongs to; those of no field under their own. */
  found: Readonly<Record<string, Found[]>>;
  /** Fields that the person left once: only these say in red that they are empty. */
  visited: ReadonlySet<string>;
  /** What was typed where JSON belongs and is none yet. */
  broken: Readonly<Record<string, string>>;
  /** A save is under way: what changes in the core now is this person's. */
  saving: boolean;
  /** The field that has the focus or had it last. */
  current: { pointer: string; schema: RJSFSchema } | null;
}

export interface FormStore {
  get(): FormState;
  set(change: Partial<FormState>): void;
  subscribe(read: () => void): () => void;
}

/** The values in force, without secrets. */
export function valuesOf({ values }: Pick<SettingsView, "values">): Values {
  return isObject(values) ? values : {};
}

export function makeFormStore(base: SettingsView): FormStore {
  let state: FormState = {
    base,
    values: valuesOf(base),
    secrets: {},
    found: {},
    broken: {},
    visited: new Set(),
    saving: false,
    current: null,
  };
  const readers = new Set<() => void>();
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      for (const read of readers) read();
    },
    subscribe(read) {
      readers.add(read);
      return () => readers.delete(read);
    },
  };
}

/** Enters a value; `undefined` takes it away. */
export function enter(store: FormStore, pointer: string, value: unknown): void {
  store.set({ values: withValue(store.get().values, pointer, value) });
}

/** Enters what is to happen to a password; `null`: nothing. */
export function enterSecret(store: FormStore, pointer: string, act: SecretAct | null): void {
  const { [pointer]: _, ...others } = store.get().secrets;
  store.set({ secrets: act ? { ...others, [pointer]: act } : others });
}

/** Keeps what is no JSON yet; `null`: it is JSON now. */
export function enterBroken(store: FormStore, pointer: string, text: string | null): void {
  const { [pointer]: _, ...others } = store.get().broken;
  store.set({ broken: text === null ? others : { ...others, [pointer]: text } });
}

/** Says in red what of these fields is empty. */
export function visit(store: FormStore, pointers: readonly string[]): void {
  store.set({ visited: new Set([...store.get().visited, ...pointers]) });
}

/** What was entered and is not saved: how many settings. */
export function unsaved({ base, values, secrets, broken }: FormState): number {
  const plain = differing(base.fields, valuesOf(base), values);
  return new Set([...plain, ...Object.keys(secrets), ...Object.keys(broken)]).size;
}

/** Puts everything back to what is saved. */
export function discard(store: FormStore): void {
  const { base } = store.get();
  store.set({ values: valuesOf(base), secrets: {}, broken: {}, visited: new Set() });
}

/** Places findings at their fields. */
export function place(store: FormStore, { missing, invalid }: CheckView): void {
  const known = new Set(store.get().base.fields.map(({ pointer }) => pointer));
  const found: Record<string, Found[]> = {};
  const add = (finding: FindingView, lacks: boolean) => {
    const owner = ownerOf(known, finding.pointer) ?? finding.pointer;
    found[owner] = [...(found[owner] ?? []), { ...finding, missing: lacks }];
  };
  for (const finding of missing) add(finding, true);
  for (const finding of invalid) add(finding, false);
  store.set({ found });
}

function ownerOf(known: ReadonlySet<string>, pointer: string): string | undefined {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (known.has(at)) return at;
  }
  return undefined;
}

interface Form {
  store: FormStore;
  fields: ReadonlyMap<string, FieldView>;
  sections: readonly { id: string; title: string }[];
  /** The values that the editing began from. */
  base: Values;
  /** Details of a setting are shown elsewhere on the page, not beside it. */
  aside: boolean;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (!form) throw new Error("a setting stands in a form");
  return form;
}

/** A part of the state. The part must be the same object as long as nothing in it changed. */
export function useFormState<Part>(store: FormStore, part: (state: FormState) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => part(store.get()));
}
