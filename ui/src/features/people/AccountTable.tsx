/** The accounts as a table, each with the acts on it behind one button. */
import { Badge, Menu, Table, Text, VisuallyHidden } from "@mantine/core";
import {
  IconDeviceDesktop,
  IconDots,
  IconKey,
  IconPencil,
  IconShieldStar,
  IconSitemap,
  IconTrash,
  IconUserCheck,
  IconUserOff,
} from "@tabler/icons-react";
import { type ComponentPropsWithRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, AccountView } from "../../api/generated/center";
import { pathText } from "../../parts/departments";
import { SeeAsEntry } from "../../parts/SeeAsEntry";
import classes from "./People.module.css";

export type AccountAct = "rename" | "role" | "departments" | "reset" | "sessions" | "enable" | "delete";

interface Parts {
  accounts: AccountView[];
  begin: (account: AccountId, act: AccountAct) => void;
}

export function AccountTable({ accounts, begin }: Parts) {
  const { t } = useTranslation();
  return (
    <Table highlightOnHover className={classes.table} aria-label={t("people.accounts")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("people.name")}</Table.Th>
          <Table.Th>{t("people.login")}</Table.Th>
          <Table.Th>{t("people.role")}</Table.Th>
          <Table.Th>{t("people.departments")}</Table.Th>
          <Table.Th>{t("people.state")}</Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>{t("people.acts")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {accounts.map((account) => (
          <Row key={account.id} account={account} begin={begin} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ account, begin }: { account: AccountView; begin: Parts["begin"] }) {
  const { t } = useTranslation();
  return (
    <Table.Tr data-testid={`account-${account.login}`}>
      <Table.Td className={classes.wrap}>{account.name}</Table.Td>
      <Table.Td className={classes.wrap}>{account.login}</Table.Td>
      <Table.Td>{t(`people.roles.${account.role}`)}</Table.Td>
      <Table.Td className={classes.wrap}>
        {account.departments.map(({ id, path }) => (
          <div key={id}>{pathText(path)}</div>
        ))}
        {!account.departments.length && (
          <Text size="sm" c="dimmed">
            {t("people.noDepartment")}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge
          variant="light"
          color={account.enabled ? "teal" : "gray"}
          autoContrast
          tt="none"
          fw={500}
          radius="sm"
          size="lg"
          miw="max-content"
        >
          {t(account.enabled ? "people.enabled" : "people.disabled")}
        </Badge>
      </Table.Td>
      <Table.Td>
        <Acts account={account} begin={(act) => begin(account.id, act)} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A plain button until it is used: two hundred rows need no two hundred menus. */
function Acts({ account, begin }: { account: AccountView; begin: (act: AccountAct) => void }) {
  const [used, setUsed] = useState(false);
  if (used) return <Opened account={account} begin={begin} />;
  return <ActsButton account={account} aria-haspopup="menu" onClick={() => setUsed(true)} />;
}

type ButtonParts = { account: AccountView } & ComponentPropsWithRef<"button">;

function ActsButton({ account, ...rest }: ButtonParts) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.acts}
      aria-label={t("people.actsOf", { name: account.name })}
      {...rest}
    >
      <IconDots size={18} aria-hidden />
    </button>
  );
}

function Opened({ account, begin }: { account: AccountView; begin: (act: AccountAct) => void }) {
  const { t } = useTranslation();
  const own = account.enabled ? ("disable" as const) : ("enable" as const);
  const entries = [
    { act: "rename", text: "rename", Icon: IconPencil },
    { act: "role", text: "role", Icon: IconShieldStar },
    { act: "departments", text: "departments", Icon: IconSitemap },
    { act: "reset", text: "reset", Icon: IconKey },
    { act: "sessions", text: "sessions", Icon: IconDeviceDesktop },
    { act: "enable", text: own, Icon: account.enabled ? IconUserOff : IconUserCheck },
    { act: "delete", text: "delete", Icon: IconTrash },
  ] as const;
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false} defaultOpened>
      <Menu.Target>
        <ActsButton account={account} />
      </Menu.Target>
      <Menu.Dropdown>
        <SeeAsEntry account={account.id} />
        {entries.map(({ act, text, Icon }) => (
          <Menu.Item key={act} leftSection={<Icon size={16} aria-hidden />} onClick={() => begin(act)}>
            {t(`people.act.${text}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
