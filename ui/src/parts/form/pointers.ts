/** Places in settings: JSON pointers, reading and laying values there. A dot in a key is part of the key. Pure. */

export type Values = Record<string, unknown>;

/** The keys of a pointer, unescaped. */
export function keysOf(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The pointer of a path. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The value there; `undefined` if there is none. */
export function valueAt(values: unknown, pointer: string): unknown {
  let here = values;
  for (const key of keysOf(pointer)) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** A copy with another value there; `undefined` takes it away. */
export function withValue(values: Values, pointer: string, value: unknown): Values {
  return put(values, keysOf(pointer), value);
}

function put(values: Values, [key, ...rest]: string[], value: unknown): Values {
  if (key === undefined) return values;
  const { [key]: old, ...others } = values;
  const inner = rest.length > 0 ? put(isObject(old) ? old : {}, rest, value) : value;
  if (inner === undefined) return others;
  return { ...values, [key]: inner };
}

/** Whether two values of settings are one. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}

/** Absent, null, or white space: counts as not filled in. */
export function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

export function isObject(value: unknown): value is Values {
  return value instanceof Object && !Array.isArray(value);
}
