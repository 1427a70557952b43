/** A one-time password: shown once, to be copied and handed over. */
import { Button, CopyButton, Group, Modal, Paper, Stack, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./People.module.css";

interface Parts {
  name: string;
  login: string;
  password: string;
  close: () => void;
}

export function OneTimePassword({ name, login, password, close }: Parts) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={close}
      title={t("people.oneTime.title", { name })}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Text size="sm">{t("people.oneTime.shownOnce")}</Text>
        <Paper withBorder p="md">
          <Text size="sm" c="dimmed">
            {t("people.login")}: {login}
          </Text>
          <Group justify="space-between" mt={4} gap="sm">
            <span className={classes.secret} data-testid="one-time-password">
              {password}
            </span>
            <CopyButton value={password}>
              {({ copied, copy }) => (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconCopy size={16} aria-hidden />}
                  onClick={copy}
                >
                  {copied ? t("common.copied") : t("common.copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Paper>
        <Text size="sm">{t("people.oneTime.handOver", { name })}</Text>
        <Group justify="flex-end">
          <Button onClick={close}>{t("people.oneTime.done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
