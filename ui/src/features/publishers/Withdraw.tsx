/** Withdrawing trust: why, and which plugins stop by it. */
import { Button, Group, List, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PublisherView } from "../../api/generated/center";
import { pluginList } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { listed } from "../../parts/format";
import { tellDone } from "../../parts/undo";
import { useLocale } from "../../useLocale";

export function Withdraw({ publisher, close }: { publisher: PublisherView; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { key, label } = publisher;
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const missing = !reason.trim();
  const withdraw = useMutation({
    mutationFn: () => call("publisher_withdraw", { key, reason: reason.trim() }),
    onSuccess: () => {
      tellDone(t("publishers.doneWithdrawn", { label }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["publishers"] }),
  });
  const send = () => {
    setTried(true);
    if (!missing) withdraw.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="lg"
      title={t("publishers.askWithdraw", { label })}
    >
      <Stack gap="md">
        <Text size="sm">{t("publishers.withdrawMeans")}</Text>
        <Stopping publisherKey={key} />
        <Textarea
          data-autofocus
          required
          rows={3}
          resize="vertical"
          inputWrapperOrder={["label", "input", "description", "error"]}
          label={t("publishers.reason")}
          description={t("publishers.reasonHint")}
          value={reason}
          error={tried && missing && t("publishers.reasonMissing")}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {withdraw.error && <FailureNote error={withdraw.error} title={t("publishers.notDone")} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={withdraw.isPending} onClick={send}>
            {t("publishers.confirmWithdraw")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** The installed plugins of this key: which stop, and which are off anyway. */
function Stopping({ publisherKey }: { publisherKey: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery(pluginList(locale));
  if (error)
    return <FailureNote error={error} title={t("publishers.noPlugins")} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  const own = data.filter((plugin) => plugin.key === publisherKey);
  const on = own.filter((plugin) => plugin.wanted);
  const off = own.filter((plugin) => !plugin.wanted);
  return (
    <div data-testid="stopping">
      {on.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t("publishers.stop", { count: on.length })}
          </Text>
          <List size="sm">
            {on.map(({ id, name, version }) => (
              <List.Item key={id}>
                {name} {version}
              </List.Item>
            ))}
          </List>
        </>
      )}
      {off.length > 0 && (
        <Text size="sm">
          {t("publishers.stayOff", {
            names: listed(
              off.map(({ name }) => name),
              locale,
            ),
          })}
        </Text>
      )}
      {!own.length && <Text size="sm">{t("publishers.stopNone")}</Text>}
    </div>
  );
}
