/** What each person has entered for each plugin and not saved. Outlives a lock and a change of tabs, and is kept over an end. */
import type { SettingsView } from "../../../api/generated/center";
import { conflicting, differing, rebased } from "../../../parts/form/changes";
import { type FormStore, makeFormStore, place, unsaved, valuesOf } from "../../../parts/form/state";
import { keepUnsaved } from "../../../parts/unsaved";
import { keepOver } from "./kept";

const drafts = new Map<string, FormStore>();

const key = (account: number, plugin: string) => `${account}:${plugin}`;
const of = (account: number) => [...drafts].filter(([at]) => at.startsWith(key(account, "")));

keepUnsaved({
  holds: (account) => of(account).some(([, draft]) => unsaved(draft.get()) > 0),
  drop: (account) => {
    for (const [at] of of(account)) drafts.delete(at);
  },
});

/** What this person has entered; `undefined` before the settings were read once. */
export function draftOf(account: number, plugin: string): FormStore | undefined {
  return drafts.get(key(account, plugin));
}

/** The same, begun from `settings` if there is none yet. */
export function beginDraft(account: number, settings: SettingsView): FormStore {
  const at = key(account, settings.plugin);
  const draft = drafts.get(at) ?? makeFormStore(settings);
  if (!drafts.has(at)) {
    place(draft, { missing: settings.missing, invalid: [] });
    keepOver(account, draft);
  }
  drafts.set(at, draft);
  return draft;
}

/** What another's save means for a draft. */
export interface Meeting {
  /** Settings that they changed. */
  theirs: string[];
  /** Of these, the ones that were changed here too, to something else. */
  both: string[];
}

export function meet(draft: FormStore, latest: SettingsView): Meeting {
  const { base, values } = draft.get();
  const [from, to] = [valuesOf(base), valuesOf(latest)];
  return {
    theirs: differing(latest.fields, from, to),
    both: conflicting(latest.fields, from, values, to),
  };
}

/** Goes on from the latest settings. What was entered here stays, but for what `yielding` names. */
export function goOn(draft: FormStore, latest: SettingsView, yielding: readonly string[] = []): void {
  const { base, values } = draft.get();
  const kept = latest.fields.filter(({ pointer }) => !yielding.includes(pointer));
  draft.set({ base: latest, values: rebased(kept, valuesOf(base), values, valuesOf(latest)) });
}
