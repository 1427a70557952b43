/** Accounts from a table: how it has to look, what it would create, and then the one-time passwords to hand over. */
import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { IconFileSpreadsheet } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { HandOverView } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import { HandOver } from "./HandOver";
import { ImportPreview } from "./ImportPreview";

export function ImportAccounts({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [path, setPath] = useState<string | null>(null);
  const [made, setMade] = useState<HandOverView[] | null>(null);
  const choosing = useMutation({
    mutationFn: () => call("table_choose", {}),
    onSuccess: (chosen) => chosen && setPath(chosen),
  });
  if (made) return <HandOver accounts={made} close={close} />;
  const other = (
    <Button
      variant={path ? "default" : "filled"}
      leftSection={<IconFileSpreadsheet size={16} aria-hidden />}
      loading={choosing.isPending}
      onClick={() => choosing.mutate()}
    >
      {t(path ? "people.import.other" : "people.import.choose")}
    </Button>
  );
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      title={t("people.import.title")}
      size={760}
    >
      {choosing.isError && <FailureNote error={choosing.error} />}
      {path ? (
        <ImportPreview key={path} path={path} done={setMade} close={close} other={other} />
      ) : (
        <Explanation close={close} choose={other} />
      )}
    </Modal>
  );
}

function Explanation({ close, choose }: { close: () => void; choose: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Stack gap="md">
      <Text size="sm">{t("people.import.what")}</Text>
      <Code block>{t("people.import.example")}</Code>
      <Text size="sm">{t("people.import.columns")}</Text>
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        {choose}
      </Group>
    </Stack>
  );
}
