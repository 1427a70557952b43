/** The last line of each step of the first start: which it is, the way back and the way on. */
import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

const STEPS = 4;

interface StepsParts {
  /** Which step this is, from 1. */
  at: number;
  back?: () => void;
  next?: () => void;
  label?: string;
  /** The text of a button that sends the form. */
  submit?: string;
  busy?: boolean;
}

export function Steps({ at, back, next, label, submit, busy = false }: StepsParts) {
  const { t } = useTranslation();
  return (
    <Group mt="sm">
      <Text size="sm" c="dimmed" mr="auto" data-testid="step">
        {t("session.first.step", { step: at, of: STEPS })}
      </Text>
      {back && (
        <Button variant="default" onClick={back} disabled={busy}>
          {t("common.back")}
        </Button>
      )}
      {submit ? (
        <Button type="submit" loading={busy}>
          {submit}
        </Button>
      ) : (
        <Button onClick={next}>{label ?? t("common.next")}</Button>
      )}
    </Group>
  );
}
