/** Asks before a page is left on which something is not saved. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { discard, unsaved } from "../../parts/form/state";
import { draftOf } from "./settings/drafts";

export function LeaveGuard({ account, plugin }: { account: number; plugin: string }) {
  const { t } = useTranslation();
  const holds = () => {
    const draft = draftOf(account, plugin);
    return draft !== undefined && unsaved(draft.get()) > 0;
  };
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && holds(),
    enableBeforeUnload: false,
    withResolver: true,
  });
  const stay = () => blocker.reset?.();
  const leave = () => {
    const draft = draftOf(account, plugin);
    if (draft) discard(draft);
    blocker.proceed?.();
  };
  return (
    <Modal
      opened={blocker.status === "blocked"}
      onClose={stay}
      title={t("plugin.leave.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Text size="sm" mb="lg">
        {t("plugin.leave.what")}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={stay} data-autofocus>
          {t("plugin.leave.stay")}
        </Button>
        <Button color="red" onClick={leave}>
          {t("plugin.leave.leave")}
        </Button>
      </Group>
    </Modal>
  );
}
