/** Yes or no: a box where a default answers already, else two buttons, so that "no" can be chosen as well. */
import { Checkbox, Group, Radio, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ControlProps } from "./control";

export function BooleanControl(own: ControlProps) {
  const { t } = useTranslation();
  const { id, labelId, describedBy, invalid, schema, value, change } = own;
  if (schema.default === undefined) {
    const chosen = typeof value === "boolean" ? String(value) : null;
    return (
      <Radio.Group
        id={id}
        aria-labelledby={labelId}
        aria-describedby={describedBy}
        error={invalid}
        value={chosen}
        onChange={(entered) => change(entered === "true")}
      >
        <Group gap="lg" mih={36}>
          <Radio value="true" label={t("form.yes")} />
          <Radio value="false" label={t("form.no")} />
        </Group>
      </Radio.Group>
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
