/** Signing in. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import { FailureNote } from "../../parts/FailureNote";
import { Card } from "./Card";
import { useEnter } from "./useEnter";

export function SignIn() {
  const { t } = useTranslation();
  const enter = useEnter();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => call("sign_in", { login: login.trim(), password }),
    onSuccess: enter,
    onError: () => setPassword(""),
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!signIn.isPending) signIn.mutate();
  };
  return (
    <Card title={t("session.signIn")}>
      <Stack component="form" gap="md" onSubmit={submit}>
        {signIn.isError && <FailureNote error={signIn.error} />}
        <TextInput
          label={t("session.login")}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
          autoComplete="username"
          data-autofocus
          autoFocus
          required
          withAsterisk={false}
        />
        <PasswordInput
          label={t("session.password")}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
          required
          withAsterisk={false}
        />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t("session.signIn")}
        </Button>
      </Stack>
    </Card>
  );
}
