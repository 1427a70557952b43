/** Asks before something that was entered and not saved is lost. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Parts {
  opened: boolean;
  /** What is lost, in a sentence. */
  what: string;
  stay: () => void;
  leave: () => void;
}

export function LeaveDialog({ opened, what, stay, leave }: Parts) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={stay}
      title={t("common.leave.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Text size="sm" mb="lg">
        {what}
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={stay} data-autofocus>
          {t("common.leave.stay")}
        </Button>
        <Button color="red" onClick={leave}>
          {t("common.leave.leave")}
        </Button>
      </Group>
    </Modal>
  );
}
