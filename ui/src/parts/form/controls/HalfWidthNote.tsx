/** Says that full-width signs were turned into half-width ones. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function HalfWidthNote() {
  const { t } = useTranslation();
  return (
    <Text size="xs" c="dimmed" mt={4} role="status">
      {t("form.halfWidth")}
    </Text>
  );
}
