/** The window while it is locked: what was typed stays behind it, for the same person only. */
import { Button, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { Session } from "../../api/commands";
import { FailureNote } from "../../parts/FailureNote";
import { Card } from "./Card";
import { useEnter, useLeave } from "./useEnter";

export function LockScreen({ session }: { session: Session }) {
  const { t } = useTranslation();
  const enter = useEnter();
  const leave = useLeave();
  const [password, setPassword] = useState("");
  const unlock = useMutation({
    mutationFn: () => call("unlock", { password }),
    onSuccess: enter,
    onError: () => setPassword(""),
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!unlock.isPending) unlock.mutate();
  };
  return (
    <Card title={t("session.locked")}>
      <Stack component="form" gap="md" onSubmit={submit}>
        <Text>{t("session.lockedFor", { name: session.name })}</Text>
        {unlock.isError && <FailureNote error={unlock.error} />}
        <PasswordInput
          label={t("session.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          autoFocus
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={unlock.isPending} fullWidth>
          {t("session.unlock")}
        </Button>
        <Button variant="subtle" color="gray" onClick={() => void leave()} fullWidth>
          {t("session.someoneElse")}
        </Button>
      </Stack>
    </Card>
  );
}
