/** A publisher's key in full, to compare and to copy. */
import { Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PublisherView } from "../../api/generated/center";
import { CheckCode } from "./CheckCode";
import classes from "./Publishers.module.css";

export function Details({ publisher, close }: { publisher: PublisherView; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="xl"
      title={publisher.label}
    >
      <Stack gap="lg">
        <Copyable name={t("publishers.code")} value={publisher.check_code}>
          <CheckCode code={publisher.check_code} large />
        </Copyable>
        <Copyable name={t("publishers.fingerprint")} value={publisher.fingerprint}>
          <span className={classes.fingerprint}>{publisher.fingerprint}</span>
        </Copyable>
        <Copyable name={t("publishers.key")} value={publisher.key}>
          <span className={classes.fingerprint}>{publisher.key}</span>
        </Copyable>
        <Text size="sm" c="dimmed">
          {t("publishers.codeMeans")}
        </Text>
      </Stack>
    </Modal>
  );
}

function Copyable({ name, value, children }: { name: string; value: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" c="dimmed" mb={2}>
        {name}
      </Text>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        {children}
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconCopy size={16} aria-hidden />}
              aria-label={t("publishers.copyOf", { name })}
              onClick={copy}
              style={{ flex: "none" }}
            >
              {copied ? t("common.copied") : t("common.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
