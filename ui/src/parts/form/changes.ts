/** What differs between the settings that an editing began from and what is entered now. Pure. */
import type { FieldView } from "../../api/generated/center";
import { isBlank, same, type Values, valueAt, withValue } from "./pointers";

/** What is to happen to a password. It is sent and then forgotten. */
export type SecretAct = { $set: string } | { $clear: true };
export type Secrets = Readonly<Record<string, SecretAct>>;

type Place = Pick<FieldView, "pointer" | "stored">;

const isPlain = ({ stored }: Place) => stored === null;

/** Nothing entered and nothing there are one. */
function differ(a: unknown, b: unknown): boolean {
  return !same(a, b) && !(isBlank(a) && isBlank(b));
}

/** Pointers of the plain fields whose values differ. */
export function differing(fields: readonly Place[], from: Values, to: Values): string[] {
  const places = fields.filter(isPlain).map(({ pointer }) => pointer);
  return places.filter((pointer) => differ(valueAt(from, pointer), valueAt(to, pointer)));
}

/** What to send: only what changed, nested by key; `null` goes back to the default. */
export function changesOf(fields: readonly Place[], from: Values, to: Values, secrets: Secrets): Values {
  let changes: Values = {};
  for (const pointer of differing(fields, from, to)) {
    changes = withValue(changes, pointer, valueAt(to, pointer) ?? null);
  }
  for (const { pointer } of fields) {
    if (secrets[pointer]) changes = withValue(changes, pointer, secrets[pointer]);
  }
  return changes;
}

/** What takes a save back: the values from before, `null` where the default was in force. Never a secret. */
export function undoOf(fields: readonly FieldView[], from: Values, to: Values): Values | null {
  const changed = new Set(differing(fields, from, to));
  if (changed.size === 0) return null;
  return fields
    .filter(({ pointer }) => changed.has(pointer))
    .reduce<Values>((back, { pointer, is_default }) => {
      return withValue(back, pointer, is_default ? null : (valueAt(from, pointer) ?? null));
    }, {});
}

/** `mine`, based on `from`, laid over `to`: what I did not touch follows `to`. */
export function rebased(fields: readonly Place[], from: Values, mine: Values, to: Values): Values {
  return differing(fields, from, mine).reduce(
    (values, pointer) => withValue(values, pointer, valueAt(mine, pointer)),
    to,
  );
}

/** Pointers that both changed, each to something else. */
export function conflicting(fields: readonly Place[], from: Values, mine: Values, theirs: Values): string[] {
  const changed = new Set(differing(fields, from, theirs));
  const both = differing(fields, from, mine).filter((pointer) => changed.has(pointer));
  return both.filter((pointer) => differ(valueAt(mine, pointer), valueAt(theirs, pointer)));
}
