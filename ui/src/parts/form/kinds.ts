/** Which control a kind of setting is entered with. What has none is edited as JSON. */
import type { RJSFSchema } from "@rjsf/utils";
import type { ComponentType } from "react";
import { BooleanControl } from "./controls/BooleanControl";
import { ChoiceControl } from "./controls/ChoiceControl";
import { choicesOf } from "./controls/choices";
import type { ControlProps } from "./controls/control";
import { NumberControl } from "./controls/NumberControl";
import { SubjectControl } from "./controls/SubjectControl";
import { TextControl } from "./controls/TextControl";

const controls: Record<string, ComponentType<ControlProps>> = {
  text: TextControl,
  multiline: TextControl,
  uri: TextControl,
  email: TextControl,
  date: TextControl,
  time: TextControl,
  integer: NumberControl,
  number: NumberControl,
  boolean: BooleanControl,
  choice: ChoiceControl,
  account: SubjectControl,
  department: SubjectControl,
};

/** The control of a single value; `undefined`: none but JSON. */
export function controlOf(kind: string): ComponentType<ControlProps> | undefined {
  return controls[kind];
}

/** Of which kind the entries of a list are. */
export function kindOfItems({ items }: RJSFSchema): string {
  if (!(items instanceof Object) || Array.isArray(items)) return "json";
  if (choicesOf(items).length > 0) return "choice";
  const type = items.type;
  if (type === "integer" && (items.format === "account" || items.format === "department"))
    return items.format;
  if (type === "integer" || type === "number" || type === "boolean") return type;
  if (type !== "string" || items.format === "password") return "json";
  return items.format && items.format in controls ? items.format : "text";
}
