/** One department: its path, what can be done with it, who is in it. */
import { Button, Group, Paper, Text, Title } from "@mantine/core";
import { IconArrowsMove, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AccountView, DepartmentId, DepartmentView } from "../../api/generated/center";
import { accounts, departments } from "../../api/queries";
import { pathText, withBelow } from "../../parts/departments";
import type { DepartmentAct } from "./DepartmentDialog";
import classes from "./People.module.css";

interface Parts {
  department: DepartmentView;
  begin: (act: DepartmentAct) => void;
  add: () => void;
}

const acts = [
  { act: "rename", Icon: IconPencil },
  { act: "move", Icon: IconArrowsMove },
  { act: "delete", Icon: IconTrash },
] as const;

export function Department({ department, begin, add }: Parts) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      p="md"
      component="section"
      aria-label={pathText(department.path)}
      data-testid="department"
    >
      <Title order={2} size="h4" mb="sm" className={classes.wrap}>
        {pathText(department.path)}
      </Title>
      <Group gap="xs" mb="md">
        <Button size="xs" variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
          {t("people.department.addBelow")}
        </Button>
        {acts.map(({ act, Icon }) => (
          <Button
            key={act}
            size="xs"
            variant="default"
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => begin(act)}
          >
            {t(`people.department.act.${act}`)}
          </Button>
        ))}
      </Group>
      <Members department={department} />
    </Paper>
  );
}

function Members({ department }: { department: DepartmentView }) {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const { data: tree = [] } = useQuery(departments);
  const isIn = (account: AccountView, ids: Set<DepartmentId>) =>
    account.departments.some(({ id }) => ids.has(id));
  const own = people.filter((account) => isIn(account, new Set([department.id])));
  const all = people.filter((account) => isIn(account, withBelow(tree, department.id)));
  return (
    <>
      <Title order={3} size="h5" mb={4}>
        {t("people.department.members", { count: own.length })}
      </Title>
      <ul className={classes.members}>
        {own.map(({ id, name, login, enabled }) => (
          <li key={id} className={classes.member}>
            <Text size="sm">{name}</Text>
            <Text size="sm" c="dimmed">
              {login}
              {!enabled && ` · ${t("people.disabled")}`}
            </Text>
          </li>
        ))}
      </ul>
      {!own.length && <Text size="sm">{t("people.department.nobody")}</Text>}
      {all.length > own.length && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("people.department.below", { count: all.length - own.length })}
        </Text>
      )}
    </>
  );
}
