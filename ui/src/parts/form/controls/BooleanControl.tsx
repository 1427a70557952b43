/** Yes or no: a box where a default answers already, else two buttons, so that "no" can be chosen as well. */
import { Checkbox, Group, Radio, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type ControlProps, groupBy } from "./control";

export function BooleanControl(own: ControlProps) {
  const { t } = useTranslation();
  const { id, labelId, describedBy, schema, value, change } = own;
  if (schema.default === undefined) {
    return (
      <Group gap="lg" mih={36} role="radiogroup" {...groupBy(own)}>
        {[true, false].map((answer) => (
          <Radio
            key={String(answer)}
            name={own.id}
            label={t(answer ? "form.yes" : "form.no")}
            checked={value === answer}
            onChange={() => change(answer)}
          />
        ))}
      </Group>
    );
  }
  return (
    <Group gap="xs" mih={36}>
      <Checkbox
        id={id}
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        checked={value === true}
        onChange={({ currentTarget }) => change(currentTarget.checked)}
      />
      <Text size="sm" aria-hidden>
        {t(value === true ? "form.yes" : "form.no")}
      </Text>
    </Group>
  );
}
