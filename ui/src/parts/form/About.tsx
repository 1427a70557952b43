/** What else there is to know of a setting: its default, its limits, its key, what a change of it does. */
import { Code, Stack, Text } from "@mantine/core";
import type { RJSFSchema } from "@rjsf/utils";
import { useTranslation } from "react-i18next";
import type { FieldView } from "../../api/generated/center";
import { choicesOf } from "./controls/choices";
import { keysOf, same } from "./pointers";

export function About({ field, schema }: { field: FieldView; schema: RJSFSchema }) {
  const { t } = useTranslation();
  const facts = [
    field.required && t("form.about.required"),
    field.kind === "password" && t("form.about.secret"),
    schema.default !== undefined && t("form.about.default", { value: shown(schema) }),
    limits(schema).length > 0 && t("form.about.limits", { limits: limits(schema).join(", ") }),
    schema.requiresRestart === true && t("form.about.restart"),
  ].filter((fact) => typeof fact === "string");
  return (
    <Stack gap={4} mt={4}>
      {facts.map((fact) => (
        <Text key={fact} size="xs" c="dimmed">
          {fact}
        </Text>
      ))}
      <Text size="xs" c="dimmed">
        {t("form.about.key")} <Code fz="xs">{keysOf(field.pointer).join(" › ")}</Code>
      </Text>
    </Stack>
  );
}

function shown(schema: RJSFSchema): string {
  const value = schema.default;
  const choice = choicesOf(schema).find((one) => same(one.value, value));
  if (choice) return choice.label;
  const unit = schema.unit ? ` ${schema.unit}` : "";
  return (typeof value === "string" ? value : JSON.stringify(value)) + unit;
}

function limits({ minimum, maximum, minLength, maxLength, minItems, maxItems }: RJSFSchema): string[] {
  const least = minimum ?? minLength ?? minItems;
  const most = maximum ?? maxLength ?? maxItems;
  if (least !== undefined && most !== undefined) return [`${least} – ${most}`];
  if (least !== undefined) return [`≥ ${least}`];
  return most === undefined ? [] : [`≤ ${most}`];
}
