/** What publishers encrypt packages for, so that this center alone can read them. */
import { Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { recipient } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import classes from "./Publishers.module.css";

export function Recipient({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(recipient);
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="lg"
      title={t("publishers.recipient.title")}
    >
      <Stack gap="md">
        <Text size="sm">{t("publishers.recipient.text")}</Text>
        {error && (
          <FailureNote
            error={error}
            title={t("publishers.recipient.unreadable")}
            retry={() => void refetch()}
          />
        )}
        {!error && !data && <Waiting text={t("common.reading")} />}
        {data && (
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <span className={classes.fingerprint} data-testid="recipient">
              {data.recipient}
            </span>
            <CopyButton value={data.recipient}>
              {({ copied, copy }) => (
                <Button
                  size="xs"
                  variant="default"
                  leftSection={<IconCopy size={16} aria-hidden />}
                  aria-label={t("publishers.recipient.copy")}
                  onClick={copy}
                  style={{ flex: "none" }}
                >
                  {copied ? t("common.copied") : t("common.copy")}
                </Button>
              )}
            </CopyButton>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}
