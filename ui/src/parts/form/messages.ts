/** A finding of the core in the window's words: by its rule and the rule's values. Never by the value that was entered. */
import type { TFunction } from "i18next";
import { isObject, keysOf } from "./pointers";
import type { Found } from "./state";

/** The sentence beside the field. An own message of the plugin comes first. */
export function sentenceOf(t: TFunction, found: Found, owner: string): string {
  const params = isObject(found.params) ? found.params : {};
  if (typeof params.message === "string") return params.message;
  const text = t(`form.errors.${found.code}`, { defaultValue: found.message, ...worded(t, params) });
  const [index] = keysOf(found.pointer.slice(owner.length));
  if (index === undefined) return text;
  const entry = /^\d+$/.test(index) ? Number(index) + 1 : index;
  return t("form.errors.inEntry", { entry, text });
}

function worded(t: TFunction, params: Record<string, unknown>): Record<string, unknown> {
  const word = (value: unknown, area: string) => t(`form.${area}.${value}`, { defaultValue: String(value) });
  const { expected, format, allowed, ...others } = params;
  return {
    ...others,
    ...(expected !== undefined && {
      expected: [expected]
        .flat()
        .map((one) => word(one, "type"))
        .join(" / "),
    }),
    ...(format !== undefined && { format: word(format, "format") }),
    ...(Array.isArray(allowed) && { allowed: allowed.map(String).join(", ") }),
  };
}
