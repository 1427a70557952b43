/** After a new key was trusted: its check code, as a last comparison, with the way back at hand. */
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PublisherView } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import { tellDone } from "../../parts/undo";
import { CheckCode } from "./CheckCode";

export function Compare({ publisher, close }: { publisher: PublisherView; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { key, label } = publisher;
  const withdraw = useMutation({
    mutationFn: () => call("publisher_withdraw", { key, reason: t("publishers.otherCode") }),
    onSuccess: () => {
      tellDone(t("publishers.doneWithdrawn", { label }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["publishers"] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="xl"
      title={t("publishers.compareTitle", { label })}
    >
      <Stack gap="md">
        <Alert role="status" color="teal" variant="light" icon={<IconShieldCheck aria-hidden />}>
          {t("publishers.doneTrusted", { label })}
        </Alert>
        <Text size="sm">{t("publishers.compareCode")}</Text>
        <CheckCode code={publisher.check_code} large />
        {withdraw.error && <FailureNote error={withdraw.error} title={t("publishers.notDone")} />}
        <Group justify="flex-end" gap="sm">
          <Button
            variant="default"
            color="red"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate()}
          >
            {t("publishers.codeDiffers")}
          </Button>
          <Button data-autofocus onClick={close}>
            {t("publishers.codeSame")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
