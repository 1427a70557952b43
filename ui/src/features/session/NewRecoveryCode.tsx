/** A super administrator's own recovery code: a new one for the password, and the reminder of whoever has none. */
import { Alert, Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLifebuoy } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import { me } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { RecoveryCode } from "./RecoveryCode";

/** Nothing for whoever has a code. */
export function RecoveryReminder() {
  const { t } = useTranslation();
  const { data } = useQuery(me);
  const [opened, { open, close }] = useDisclosure();
  const missing = data?.role === "superadmin" && !data.recovery_code;
  return (
    <>
      {missing && (
        <Alert variant="light" icon={<IconLifebuoy />} mx={20} mt="md" py="xs" data-testid="no-recovery-code">
          <Group justify="space-between" gap="sm" wrap="nowrap">
            <Text size="sm">{t("session.recovery.missing")}</Text>
            <Button size="xs" variant="default" miw="max-content" onClick={open}>
              {t("session.recovery.open")}
            </Button>
          </Group>
        </Alert>
      )}
      {opened && <NewRecoveryCode close={close} />}
    </>
  );
}

export function NewRecoveryCode({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const making = useMutation({
    mutationFn: () => call("recovery_code_make", { password }),
    onSettled: () => {
      setPassword("");
      return queries.invalidateQueries({ queryKey: me.queryKey });
    },
  });
  const code = making.data?.recovery_code;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password && !making.isPending) making.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t("session.first.recovery.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
      closeOnClickOutside={!code}
      closeOnEscape={!code}
      withCloseButton={!code}
    >
      {code ? (
        <Stack gap="md">
          <Text size="sm">{t("session.first.recovery.what")}</Text>
          <RecoveryCode code={code} />
          <Group justify="flex-end">
            <Button onClick={close}>{t("session.first.recovery.kept")}</Button>
          </Group>
        </Stack>
      ) : (
        <Stack component="form" gap="md" onSubmit={submit}>
          <Text size="sm">{t("session.recovery.what")}</Text>
          {making.isError && <FailureNote error={making.error} />}
          <PasswordInput
            label={t("session.presentPassword")}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
            data-autofocus
            required
            withAsterisk={false}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={making.isPending}>
              {t("session.recovery.make")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
