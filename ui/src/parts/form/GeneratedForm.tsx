/** A form made from a plugin's settings. Resolves the schema's branches; saves nothing and asks nothing of the core. */
import { Alert } from "@mantine/core";
import Form from "@rjsf/core";
import type { FieldTemplateProps, RegistryFieldsType, RJSFSchema, UiSchema } from "@rjsf/utils";
import { memo, useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FieldView, JsonValue } from "../../api/generated/center";
import { Group } from "./Group";
import { sentenceOf } from "./messages";
import { isObject, keysOf } from "./pointers";
import { Setting } from "./Setting";
import classes from "./Setting.module.css";
import { FormContext, type FormStore, useFormState, valuesOf } from "./state";
import { branches } from "./validator";

const Nothing = () => null;

/** Every single value is a `Setting`, whatever the schema calls it. */
const fields: RegistryFieldsType = {
  Setting,
  StringField: Setting,
  NumberField: Setting,
  BooleanField: Setting,
  NullField: Setting,
  ArrayField: Setting,
  FallbackField: Setting,
  AnyOfField: Nothing,
  OneOfField: Nothing,
};

const templates = {
  FieldTemplate: ({ children, hidden }: FieldTemplateProps) => (hidden ? null : children),
  ObjectFieldTemplate: Group,
};

/** Defaults are the core's affair: what is shown is what is in force. */
const defaults = {
  emptyObjectFields: "skipDefaults",
  allOf: "skipDefaults",
  constAsDefaults: "never",
  arrayMinItems: { populate: "never" },
} as const;

interface Parts {
  store: FormStore;
  /** Details of a setting are shown elsewhere on the page. */
  aside: boolean;
}

export const GeneratedForm = memo(function GeneratedForm({ store, aside }: Parts) {
  const settings = useFormState(store, ({ base }) => base);
  const values = useDeferredValue(useFormState(store, (state) => state.values));
  const { schema, sections } = settings;
  const form = useMemo(
    () => ({
      store,
      sections,
      aside,
      base: valuesOf(settings),
      fields: new Map(settings.fields.map((field) => [field.pointer, field])),
    }),
    [store, sections, aside, settings],
  );
  const uiSchema = useMemo(() => placed(settings.fields), [settings.fields]);
  return (
    <FormContext value={form}>
      <div className={classes.form}>
        <WholeFaults store={store} known={form.fields} />
        <Form
          tagName="div"
          idPrefix="settings"
          schema={schema as RJSFSchema}
          uiSchema={uiSchema}
          formData={values}
          validator={branches}
          fields={fields}
          templates={templates}
          noValidate
          experimental_defaultFormStateBehavior={defaults}
        />
      </div>
    </FormContext>
  );
});

/** Says of each field that it is a setting, so that no branch of its own schema is taken apart. */
function placed(all: readonly FieldView[]): UiSchema {
  const root: UiSchema = { "ui:submitButtonOptions": { norender: true } };
  for (const { pointer } of all) {
    let here = root;
    for (const key of keysOf(pointer)) {
      here[key] ??= {};
      here = here[key];
    }
    Object.assign(here, { "ui:field": "Setting", "ui:fieldReplacesAnyOrOneOf": true });
  }
  return root;
}

/** Findings that belong to no single field. */
function WholeFaults({ store, known }: { store: FormStore; known: ReadonlyMap<string, FieldView> }) {
  const { t } = useTranslation();
  const found = useFormState(store, (state) => state.found[""]);
  if (!found) return null;
  const titled = (params: JsonValue): JsonValue => {
    if (!isObject(params) || !Array.isArray(params.fields)) return params;
    const names = params.fields.map((at) => known.get(String(at))?.title ?? String(at));
    return { ...(params as object), fields: names.join(", ") };
  };
  return (
    <Alert color="yellow" variant="light" mb="md">
      {found.map((one) => (
        <div key={one.code}>{sentenceOf(t, { ...one, params: titled(one.params) }, "")}</div>
      ))}
    </Alert>
  );
}
