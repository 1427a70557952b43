/** A new account: name, login, role; then the one-time password to hand over. */
import { Radio, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../api/call";
import type { Role } from "../../api/generated/center";
import { AskDialog } from "./AskDialog";
import { OneTimePassword } from "./OneTimePassword";

export function AddAccount({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [role, setRole] = useState<Role>("account");
  const [tried, setTried] = useState(false);
  const create = useMutation({
    mutationFn: () => call("account_create", { login: login.trim(), name: name.trim(), role }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
  if (create.data) {
    return (
      <OneTimePassword
        name={name}
        login={login.trim()}
        password={create.data.one_time_password}
        close={close}
      />
    );
  }
  const taken = create.error && failureOf(create.error).code === "already_exists" && t("people.loginTaken");
  const complete = name.trim() !== "" && login.trim() !== "";
  const send = () => {
    setTried(true);
    if (complete) create.mutate();
  };
  return (
    <AskDialog
      title={t("people.add")}
      act={t("people.create")}
      sending={{ isPending: create.isPending, error: taken ? null : create.error }}
      send={send}
      close={close}
    >
      <TextInput
        data-autofocus
        required
        label={t("people.name")}
        value={name}
        error={tried && !name.trim() && t("people.nameMissing")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        required
        label={t("people.login")}
        description={t("people.loginHint")}
        value={login}
        autoCapitalize="off"
        spellCheck={false}
        error={taken || (tried && !login.trim() && t("people.loginMissing"))}
        onChange={(event) => {
          create.reset();
          setLogin(event.currentTarget.value);
        }}
      />
      <RoleChoice role={role} choose={setRole} />
    </AskDialog>
  );
}

/** What an account may do in the center, with what that means. */
export function RoleChoice({ role, choose }: { role: Role; choose: (role: Role) => void }) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t("people.role")} value={role} onChange={(value) => choose(value as Role)}>
      <Stack gap="xs" mt={6}>
        {(["account", "superadmin"] as const).map((value) => (
          <Radio
            key={value}
            value={value}
            label={t(`people.roles.${value}`)}
            description={t(`people.roleMeans.${value}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
