/** One setting: its name, what it is entered with, what was found in it, and how it stands to its default. */
import { ActionIcon, Button, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { FieldProps, RJSFSchema } from "@rjsf/utils";
import { IconHelp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FieldView } from "../../api/generated/center";
import { About } from "./About";
import type { ControlProps } from "./controls/control";
import { JsonControl } from "./controls/JsonControl";
import { ListControl } from "./controls/ListControl";
import { SecretControl } from "./controls/SecretControl";
import { controlOf, kindOfItems } from "./kinds";
import { sentenceOf } from "./messages";
import { plainText } from "./plain-text";
import { isBlank, pointerOf, same, valueAt } from "./pointers";
import classes from "./Setting.module.css";
import { enter, enterBroken, type Found, useForm, useFormState, visit } from "./state";

const nothing: Found[] = [];

export function Setting({ fieldPathId, schema, name }: FieldProps) {
  const { fields } = useForm();
  const pointer = pointerOf(fieldPathId.path);
  const field = fields.get(pointer) ?? unknown(pointer, name, schema);
  return <Row field={field} schema={schema} />;
}

/** A member that the core did not name: still shown, as JSON. */
function unknown(pointer: string, name: string, schema: RJSFSchema): FieldView {
  const rest = { value: null, is_default: true, stored: null, required: false };
  return { pointer, title: schema.title ?? name, kind: "json", ...rest };
}

function Row({ field, schema }: { field: FieldView; schema: RJSFSchema }) {
  const { t } = useTranslation();
  const { store, aside } = useForm();
  const { pointer, title } = field;
  const [open, { toggle }] = useDisclosure();
  const value = useFormState(store, (state) => valueAt(state.values, pointer));
  const found = useFormState(store, (state) => state.found[pointer] ?? nothing);
  const visited = useFormState(store, (state) => state.visited.has(pointer));
  const shown = found.filter(({ missing }) => visited || !missing);
  const lacks = found.some(({ missing }) => missing);
  const [id, labelId, helpId, faultId, aboutId] = ["", "-label", "-help", "-fault", "-about"].map(
    (part) => `setting-${encodeURIComponent(pointer)}${part}`,
  ) as [string, string, string, string, string];
  const help = plainText(String(schema.markdownDescription ?? schema.description ?? ""));
  const describedBy = [(help || lacks) && helpId, shown.length > 0 && faultId].filter(Boolean).join(" ");
  const deprecated = plainText(String(schema.deprecationMessage ?? schema.markdownDeprecationMessage ?? ""));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: follows the focus of the controls in it
    <div
      className={classes.row}
      data-setting={pointer}
      data-testid={`setting:${pointer}`}
      onFocus={() => store.get().current?.pointer !== pointer && store.set({ current: { pointer, schema } })}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget) && !visited) visit(store, [pointer]);
      }}
    >
      <label htmlFor={id} id={labelId} className={classes.label}>
        {title}
        {field.required && (
          <span className={classes.needed} aria-hidden>
            {"\u00a0*"}
          </span>
        )}
      </label>
      <div className={classes.control}>
        <div className={schema.unit ? classes.withUnit : undefined}>
          <div>
            <Control
              id={id}
              labelId={labelId}
              describedBy={describedBy || undefined}
              invalid={shown.length > 0}
              pointer={pointer}
              title={title}
              kind={field.kind}
              schema={schema}
              value={value}
              change={(entered) => enter(store, pointer, entered)}
            />
          </div>
          {schema.unit && <span className={classes.unit}>{String(schema.unit)}</span>}
        </div>
        {shown.length > 0 && (
          <div id={faultId} data-testid={`fault:${pointer}`}>
            {shown.map((one) => (
              <Text key={one.code + one.pointer} size="xs" c="var(--mantine-color-error)" mt={4}>
                {sentenceOf(t, one, pointer)}
              </Text>
            ))}
          </div>
        )}
        {(help || lacks) && (
          <Text id={helpId} size="xs" c="dimmed" mt={4}>
            {lacks && !visited && <b>{t("form.required")} </b>}
            {help}
          </Text>
        )}
        {deprecated && (
          <Text size="xs" c="dimmed" mt={4}>
            <b>{t("form.deprecated")}</b> {deprecated}
          </Text>
        )}
        {!aside && (
          <Collapse expanded={open} id={aboutId}>
            {open && <About field={field} schema={schema} />}
          </Collapse>
        )}
      </div>
      <div className={classes.marks}>
        <Group gap={4} wrap="wrap">
          <Marks field={field} schema={schema} value={value} />
          {!aside && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t("form.aboutNamed", { title })}
              aria-expanded={open}
              aria-controls={aboutId}
              onClick={toggle}
            >
              <IconHelp size={16} aria-hidden />
            </ActionIcon>
          )}
        </Group>
      </div>
    </div>
  );
}

function Control(own: ControlProps) {
  if (own.kind === "password") return <SecretControl {...own} />;
  if (own.kind === "constant")
    return (
      <Text size="sm" pt={8} id={own.id}>
        {String(own.schema.const)}
      </Text>
    );
  if (own.kind === "list") {
    const itemKind = kindOfItems(own.schema);
    const Item = controlOf(itemKind);
    if (Item) return <ListControl {...own} itemKind={itemKind} Item={Item} />;
  }
  const Single = controlOf(own.kind) ?? JsonControl;
  return <Single {...own} />;
}

function Marks({ field, schema, value }: { field: FieldView; schema: RJSFSchema; value: unknown }) {
  const { t } = useTranslation();
  const { store, base } = useForm();
  const { pointer, title } = field;
  const secret = useFormState(store, (state) => pointer in state.secrets);
  const before = valueAt(base, pointer);
  const unsaved = secret || (!same(value, before) && !(isBlank(value) && isBlank(before)));
  const hasDefault = schema.default !== undefined && field.kind !== "constant";
  const isDefault = hasDefault && same(value, schema.default);
  const reset = () => {
    enterBroken(store, pointer, null);
    enter(store, pointer, schema.default);
  };
  return (
    <>
      {unsaved ? (
        <Text size="xs" fw={600} c="var(--mantine-primary-color-light-color)" data-testid="unsaved">
          {t("form.unsaved")}
        </Text>
      ) : (
        hasDefault && (
          <Text size="xs" c="dimmed">
            {t(isDefault ? "form.default" : "form.changed")}
          </Text>
        )
      )}
      {hasDefault && !isDefault && (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          aria-label={t("form.useDefaultNamed", { title })}
          onClick={reset}
        >
          {t("form.useDefault")}
        </Button>
      )}
    </>
  );
}
