/** The acts on one account, each in a dialog that first says what it means. */
import { Modal, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { AccountView } from "../../api/generated/center";
import { departments } from "../../api/queries";
import { DepartmentTree } from "../../parts/DepartmentTree";
import { Sessions } from "../../parts/Sessions";
import type { AccountAct } from "./AccountTable";
import { RoleChoice } from "./AddAccount";
import { AskDialog } from "./AskDialog";
import { useAct, useChanged } from "./act";
import { Consequences } from "./Consequences";
import { OneTimePassword } from "./OneTimePassword";
import classes from "./People.module.css";

interface Parts {
  account: AccountView;
  close: () => void;
}

const dialogs: Record<AccountAct, (parts: Parts) => React.ReactNode> = {
  rename: Rename,
  role: ChangeRole,
  departments: ChangeDepartments,
  reset: Reset,
  sessions: ShowSessions,
  enable: Enable,
  delete: Delete,
};

export function AccountDialog({ act, ...parts }: Parts & { act: AccountAct }) {
  const Dialog = dialogs[act];
  return <Dialog {...parts} />;
}

function Rename({ account, close }: Parts) {
  const { t } = useTranslation();
  const [name, setName] = useState(account.name);
  const send = () =>
    call("account_rename", { account: account.id, name: name.trim(), revision: account.revision });
  const sending = useAct(send, t("people.done.rename", { name: name.trim() }), close);
  return (
    <AskDialog
      title={t("people.ask.rename", { name: account.name })}
      act={t("common.save")}
      idle={!name.trim() || name.trim() === account.name}
      changed={useChanged(account.revision)}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <TextInput
        data-autofocus
        label={t("people.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </AskDialog>
  );
}

function ChangeRole({ account, close }: Parts) {
  const { t } = useTranslation();
  const [role, setRole] = useState(account.role);
  const send = () => call("account_role", { account: account.id, role, revision: account.revision });
  const sending = useAct(send, t("people.done.role", { name: account.name }), close);
  return (
    <AskDialog
      title={t("people.ask.role", { name: account.name })}
      act={t("common.save")}
      idle={role === account.role}
      changed={useChanged(account.revision)}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <RoleChoice role={role} choose={setRole} />
      {role !== account.role && <Text size="sm">{t("people.roleEndsSessions", { name: account.name })}</Text>}
    </AskDialog>
  );
}

function ChangeDepartments({ account, close }: Parts) {
  const { t } = useTranslation();
  const { data: tree = [] } = useQuery(departments);
  const now = account.departments.map(({ id }) => id);
  const [chosen, setChosen] = useState(now);
  const same = chosen.length === now.length && chosen.every((id) => now.includes(id));
  const change = { account: account.id, departments: chosen };
  const send = () => call("account_departments", { ...change, revision: account.revision });
  const sending = useAct(send, t("people.done.departments", { name: account.name }), close);
  return (
    <AskDialog
      title={t("people.ask.departments", { name: account.name })}
      act={t("common.save")}
      idle={same}
      changed={useChanged(account.revision)}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      {tree.length ? (
        <div className={classes.picker}>
          <DepartmentTree
            departments={tree}
            label={t("people.departments")}
            chosen={chosen}
            choose={setChosen}
            several
          />
        </div>
      ) : (
        <Text size="sm">{t("people.noneYet")}</Text>
      )}
      {!same && <Consequences change={{ change: "account_departments", ...change }} />}
    </AskDialog>
  );
}

function Enable({ account, close }: Parts) {
  const { t } = useTranslation();
  const [enabled] = useState(!account.enabled);
  const { name } = account;
  const act = enabled ? "enable" : "disable";
  const send = () => call("account_enable", { account: account.id, enabled, revision: account.revision });
  const sending = useAct(send, t(`people.done.${act}`, { name }), close);
  return (
    <AskDialog
      title={t(`people.ask.${act}`, { name })}
      act={t(`people.confirm.${act}`)}
      danger={!enabled}
      idle={account.enabled === enabled}
      changed={useChanged(account.revision)}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <Text size="sm">{t(`people.means.${act}`, { name })}</Text>
      <Consequences change={{ change: "account_enabled", account: account.id, enabled }} />
    </AskDialog>
  );
}

function Delete({ account, close }: Parts) {
  const { t } = useTranslation();
  const { name } = account;
  const send = () => call("account_delete", { account: account.id, revision: account.revision });
  const sending = useAct(send, t("people.done.delete", { name }), close);
  return (
    <AskDialog
      title={t("people.ask.delete", { name })}
      act={t("people.confirm.delete")}
      danger
      changed={useChanged(account.revision)}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <Text size="sm">{t("people.means.delete", { name })}</Text>
      <Consequences change={{ change: "account_deleted", account: account.id }} />
    </AskDialog>
  );
}

function Reset({ account, close }: Parts) {
  const { t } = useTranslation();
  const sending = useMutation({ mutationFn: () => call("account_reset", { account: account.id }) });
  if (sending.data) {
    const { name, login } = account;
    return (
      <OneTimePassword name={name} login={login} password={sending.data.one_time_password} close={close} />
    );
  }
  return (
    <AskDialog
      title={t("people.ask.reset", { name: account.name })}
      act={t("people.confirm.reset")}
      danger
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <Text size="sm">{t("people.means.reset", { name: account.name })}</Text>
    </AskDialog>
  );
}

function ShowSessions({ account, close }: Parts) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      title={t("people.ask.sessions", { name: account.name })}
      size="lg"
    >
      <Sessions account={account.id} />
    </Modal>
  );
}
