/** A failure with its cause, the next step, and ways on. */
import { Alert, Button, CopyButton, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../api/call";
import { nextStep, report, sentence } from "./failure";

interface Parts {
  /** What a rejected call carried. */
  error: unknown;
  /** What was attempted; a heading. */
  title?: string;
  retry?: () => void;
  /** Further ways on. */
  children?: ReactNode;
}

export function FailureNote({ error, title, retry, children }: Parts) {
  const { t } = useTranslation();
  const failure = failureOf(error);
  const hint = nextStep(t, failure);
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle />} title={title}>
      <Stack gap="xs">
        <Text size="sm">{sentence(t, failure)}</Text>
        {hint && <Text size="sm">{hint}</Text>}
        <Group gap="xs">
          {retry && (
            <Button size="xs" variant="default" onClick={retry}>
              {t("common.retry")}
            </Button>
          )}
          {children}
          <CopyButton value={report(failure)}>
            {({ copied, copy }) => (
              <Button size="xs" variant="subtle" color="gray" onClick={copy}>
                {copied ? t("common.copied") : t("common.copyDetails")}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}
