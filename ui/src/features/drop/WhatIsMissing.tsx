/** What an upgrade newly requires, to be filled in before it: the controls of the settings form, for these settings alone. */
import { Text } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { CheckView, ErrorView, JsonValue, SettingsView } from "../../api/generated/center";
import { detailsOf } from "../../parts/failure";
import { changesOf } from "../../parts/form/changes";
import { focusSetting } from "../../parts/form/focus";
import { GeneratedForm } from "../../parts/form/GeneratedForm";
import { isBlank, isObject, keysOf, valueAt } from "../../parts/form/pointers";
import { type FormState, type FormStore, place, useFormState, valuesOf, visit } from "../../parts/form/state";
import { Section } from "./Section";

export function WhatIsMissing({ form, version }: { form: FormStore; version: string }) {
  const { t } = useTranslation();
  const values = useFormState(form, (state) => state.values);
  const secrets = useFormState(form, (state) => state.secrets);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is looked at
  useEffect(() => place(form, { missing: stillMissing(form.get()), invalid: [] }), [form, values, secrets]);
  return (
    <Section number={4} heading={t("review.fill.heading", { version })}>
      <Text size="sm" c="dimmed" mb="xs">
        {t("review.fill.why")}
      </Text>
      <GeneratedForm store={form} aside={false} />
    </Section>
  );
}

/** The same settings with only the fields that are missing, and the groups around them. */
export function lacking(settings: SettingsView): SettingsView {
  const wanted = settings.missing.map(({ pointer }) => keysOf(pointer));
  return { ...settings, schema: pruned(settings.schema, wanted) as JsonValue };
}

/** A field that the schema only has under a condition is not cut out: then everything stays at its level. */
function pruned(schema: unknown, wanted: string[][]): unknown {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const { properties } = schema;
  if (!wanted.every(([key]) => key !== undefined && key in properties)) return schema;
  const keys = [...new Set(wanted.map(([key = ""]) => key))];
  const kept = keys.map((key) => {
    const inner = wanted.filter(([first]) => first === key).map(([, ...rest]) => rest);
    const leads = inner.every((rest) => rest.length > 0);
    return [key, leads ? pruned(properties[key], inner) : properties[key]];
  });
  const { if: _if, then: _then, else: _else, allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, ...plain } = schema;
  return { ...plain, properties: Object.fromEntries(kept) };
}

function stillMissing({ base, values, secrets }: FormState) {
  return base.missing.filter(({ pointer }) => {
    const secret = secrets[pointer];
    return !(secret && "$set" in secret) && isBlank(valueAt(values, pointer));
  });
}

/** Whether nothing is left; else leads to the first that is. */
export function isFilledIn(form: FormStore): boolean {
  const state = form.get();
  const left = [...stillMissing(state).map(({ pointer }) => pointer), ...Object.keys(state.broken)];
  lead(form, left);
  return left.length === 0;
}

/** What to send; an empty object where nothing was entered. */
export function filledIn(form: FormStore): JsonValue {
  const { base, values, secrets } = form.get();
  return changesOf(base.fields, valuesOf(base), values, secrets) as JsonValue;
}

/** Puts what the core refused beside its fields. */
export function showFaults(form: FormStore, failure: ErrorView): void {
  const { missing = [], invalid = [] } = detailsOf(failure) as Partial<CheckView>;
  place(form, { missing, invalid });
  lead(
    form,
    [...missing, ...invalid].map(({ pointer }) => pointer),
  );
}

function lead(form: FormStore, pointers: string[]): void {
  const [first] = pointers;
  if (first === undefined) return;
  visit(form, pointers);
  requestAnimationFrame(() => focusSetting(first));
}
