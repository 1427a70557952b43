/** Replacing a one-time password before anything else. */
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { Session } from "../../api/commands";
import { FailureNote } from "../../parts/FailureNote";
import { Card } from "./Card";
import { ChosenPassword, isUsable, isWeak } from "./ChosenPassword";
import { useLeave } from "./useEnter";

export function NewPassword({ session }: { session: Session }) {
  const { t } = useTranslation();
  const leave = useLeave();
  const queries = useQueryClient();
  return (
    <Card title={t("session.chooseOwn")}>
      <Text mb="md">{t("session.chooseOwnWhy", { name: session.name })}</Text>
      <PasswordForm
        oldLabel={t("session.oneTimePassword")}
        changed={() => void queries.invalidateQueries()}
        cancel={{ text: t("session.signOut"), run: () => void leave() }}
      />
    </Card>
  );
}

interface FormParts {
  oldLabel: string;
  changed: () => void;
  cancel: { text: string; run: () => void };
}

/** Old and new password. */
export function PasswordForm({ oldLabel, changed, cancel }: FormParts) {
  const { t } = useTranslation();
  const [old, setOld] = useState("");
  const [chosen, setChosen] = useState({ first: "", second: "" });
  const change = useMutation({
    mutationFn: () => call("password_change", { old, new: chosen.first }),
    onSuccess: changed,
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (isUsable(chosen) && !change.isPending) change.mutate();
  };
  return (
    <Stack component="form" gap="md" onSubmit={submit}>
      {change.isError && !isWeak(change.error) && <FailureNote error={change.error} />}
      <PasswordInput
        label={oldLabel}
        value={old}
        onChange={(event) => setOld(event.currentTarget.value)}
        autoComplete="current-password"
        visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
        data-autofocus
        required
        withAsterisk={false}
      />
      <ChosenPassword
        value={chosen}
        error={change.error}
        onChange={(next) => {
          change.reset();
          setChosen(next);
        }}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel.run}>
          {cancel.text}
        </Button>
        <Button type="submit" loading={change.isPending}>
          {t("session.changePassword")}
        </Button>
      </Group>
    </Stack>
  );
}
