/** What a plugin asks to be allowed, and the one act that allows it. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginDetailView } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import { tellDone } from "../../parts/undo";
import { asked, May } from "./overview/May";

export function ApproveDialog({ plugin, close }: { plugin: PluginDetailView; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const approve = useMutation({
    mutationFn: () => call("capabilities_approve", { plugin: plugin.id }),
    onSuccess: async () => {
      tellDone(t("plugin.approve.done", { name: plugin.name }));
      await queries.invalidateQueries({ queryKey: ["plugins"] });
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={t("plugin.approve.title", { name: plugin.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="md">
        <May of={asked(plugin)} />
        <Text size="sm" c="dimmed">
          {t("review.may.never")}
        </Text>
        {approve.error && <FailureNote error={approve.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {t("common.cancel")}
          </Button>
          <Button loading={approve.isPending} onClick={() => approve.mutate()}>
            {t("plugin.approve.act")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
