/** Asks before a license goes, and says what that means for its plugin. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { LicenseView } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import { tellDone } from "../../parts/undo";

export function Remove({ license, close }: { license: LicenseView; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, name, in_use: inUse } = license;
  const remove = useMutation({
    mutationFn: () => call("license_remove", { license: id }),
    onSuccess: () => {
      tellDone(t("licenses.removed", { name }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["licenses"] }),
  });
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      title={t("licenses.askRemove", { name })}
    >
      <Stack gap="md">
        <Text size="sm">
          {t(inUse ? "licenses.removeStops" : "licenses.removeSpare", { name })} {t("licenses.removeKeep")}
        </Text>
        {remove.error && <FailureNote error={remove.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" data-autofocus onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("licenses.confirmRemove")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
