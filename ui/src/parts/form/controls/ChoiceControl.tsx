/** One of several values: buttons for a few, a list for more. */
import { Radio, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { same } from "../pointers";
import { choicesOf } from "./choices";
import { type ControlProps, groupBy, namedBy } from "./control";
import { Described } from "./Described";

/** Up to so many choices are all shown. */
const FEW = 3;

export function ChoiceControl(own: ControlProps) {
  const { t } = useTranslation();
  const { schema, value, change } = own;
  const choices = choicesOf(schema);
  const at = choices.findIndex((choice) => same(choice.value, value));
  const chosen = at < 0 ? null : String(at);
  const enter = (index: string | null) => change(index === null ? undefined : choices[Number(index)]?.value);
  const widget = (schema as { widget?: string }).widget ?? (choices.length <= FEW ? "radio" : "select");
  if (widget === "radio") {
    return (
      <Stack gap={6} py={8} role="radiogroup" {...groupBy(own)}>
        {choices.map(({ label, description }, index) => (
          <Radio
            key={label}
            name={own.id}
            label={label}
            description={description || undefined}
            checked={index === at}
            onChange={() => enter(String(index))}
          />
        ))}
      </Stack>
    );
  }
  return (
    <Select
      {...namedBy(own)}
      inputContainer={(input) => <Described by={own}>{input}</Described>}
      data={choices.map(({ label }, index) => ({ value: String(index), label }))}
      value={chosen}
      onChange={enter}
      placeholder={t("form.choose")}
      searchable={choices.length > 10}
      nothingFoundMessage={t("form.noneFound")}
      clearable={schema.default === undefined}
      clearButtonProps={{ "aria-label": t("form.clearChoice", { title: own.title }) }}
      allowDeselect={false}
      renderOption={({ option }) => (
        <div>
          <Text size="sm">{option.label}</Text>
          {choices[Number(option.value)]?.description && (
            <Text size="xs" c="dimmed">
              {choices[Number(option.value)]?.description}
            </Text>
          )}
        </div>
      )}
    />
  );
}
