/** What was entered and not saved, over an end of the application: the shell keeps it for the same person. No password. */
import { call } from "../../../api/call";
import type { SettingsView } from "../../../api/generated/center";
import type { Draft, KeptDraft } from "../../../api/generated/shell";
import { differing } from "../../../parts/form/changes";
import { isBlank, same, valueAt, withValue } from "../../../parts/form/pointers";
import { type FormState, type FormStore, valuesOf } from "../../../parts/form/state";

/** By account: plugins for which something waits that the person did not answer to. Unknown: nothing is sent yet. */
const waiting = new Map<number, Set<string>>();
const senders = new Map<string, () => void>();

const key = (account: number, plugin: string) => `${account}:${plugin}`;

/** What waits for this account's answer; until then nothing is kept in its place. */
export function setWaiting(account: number, plugins: readonly string[]): void {
  waiting.set(account, new Set(plugins));
  for (const [at, send] of senders) if (at.startsWith(key(account, ""))) send();
}

/** Hands what is entered to the shell whenever it changes: one at a time, the last one last. */
export function keepOver(account: number, store: FormStore): void {
  const plugin = store.get().base.plugin;
  let sent = "";
  let sending = false;
  const send = async () => {
    if (sending || waiting.get(account)?.has(plugin) !== false) return;
    sending = true;
    try {
      for (let next = written(store.get()); next !== sent; next = written(store.get())) {
        if (next === "") await call("draft_drop", { plugin });
        else await call("draft_keep", JSON.parse(next) as Draft);
        sent = next;
      }
    } catch {
      // Locked or signed out meanwhile: the next change tries again.
    } finally {
      sending = false;
    }
  };
  senders.set(key(account, plugin), () => void send());
  store.subscribe(() => void send());
}

/** What is to be kept; empty if nothing is. */
function written({ base, values, secrets, broken }: FormState): string {
  const from = valuesOf(base);
  const pointers = differing(base.fields, from, values);
  if (pointers.length + Object.keys(broken).length === 0) return "";
  const entry = (pointer: string) => [
    pointer,
    { from: valueAt(from, pointer) ?? null, to: valueAt(values, pointer) ?? null },
  ];
  const changes = Object.fromEntries(pointers.map(entry));
  const { plugin, revision } = base;
  return JSON.stringify({ plugin, revision, changes, broken, secrets: Object.keys(secrets).length > 0 });
}

/**
 * Enters what was kept into a draft, as if it had been typed on the revision of that time. What was typed since stays.
 * A setting that is gone, or a password now, is left out.
 */
export function takeUp(store: FormStore, kept: KeptDraft, latest: SettingsView): void {
  const now = store.get();
  const plain = new Set(latest.fields.filter(({ stored }) => stored === null).map(({ pointer }) => pointer));
  const touched = new Set(differing(now.base.fields, valuesOf(now.base), now.values));
  let [base, values] = [valuesOf(now.base), now.values];
  for (const [pointer, { from, to }] of Object.entries(kept.changes)) {
    if (!plain.has(pointer) || touched.has(pointer)) continue;
    const before = valueAt(base, pointer);
    const known = same(before, from) || (isBlank(before) && isBlank(from));
    if (!known) base = withValue(base, pointer, from ?? undefined);
    values = withValue(values, pointer, to ?? undefined);
  }
  const broken = Object.entries(kept.broken).filter(([pointer]) => plain.has(pointer));
  store.set({
    base: { ...now.base, values: base as SettingsView["values"], revision: kept.revision },
    values,
    broken: { ...Object.fromEntries(broken), ...now.broken },
  });
}
