/** The values that a schema lets a person choose from, with their texts. Pure. */
import type { RJSFSchema } from "@rjsf/utils";
import { isObject } from "../pointers";

export interface Choice {
  value: unknown;
  label: string;
  description: string;
}

export function choicesOf(schema: RJSFSchema): Choice[] {
  const texts = schema as Record<string, unknown>;
  if (schema.enum) {
    const [labels, descriptions] = [list(texts.enumItemLabels), list(texts.enumDescriptions)];
    return schema.enum.map((value, index) => ({
      value,
      label: labels[index] || named(value),
      description: descriptions[index] ?? "",
    }));
  }
  const branches = schema.oneOf ?? schema.anyOf ?? [];
  return branches.filter(isObject).flatMap((branch) => {
    if (!("const" in branch)) return [];
    const { const: value, title, description } = branch;
    return [{ value, label: String(title ?? named(value)), description: String(description ?? "") }];
  });
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function named(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
