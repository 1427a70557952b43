/** What a table would create, which of its lines are wrong and why, and which departments it needs. */
import { Alert, Button, Checkbox, Group, List, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../api/call";
import type { HandOverView, ImportRowView, ImportView, WrongRowView } from "../../api/generated/center";
import { importPlan } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { ChangedNote } from "../../parts/ChangedNote";
import { pathText } from "../../parts/departments";
import { FailureNote } from "../../parts/FailureNote";
import classes from "./People.module.css";

interface Parts {
  path: string;
  done: (accounts: HandOverView[]) => void;
  close: () => void;
  /** Another file instead. */
  other: ReactNode;
}

export function ImportPreview({ path, done, close, other }: Parts) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [departments, setDepartments] = useState(false);
  const { data, error } = useQuery({
    ...importPlan(path, departments),
    placeholderData: keepPreviousData,
  });
  const importing = useMutation({
    mutationFn: (plan: string) => call("account_import", { path, departments, plan }),
    onSuccess: ({ accounts }) => done(accounts),
    onSettled: () => queries.invalidateQueries({ queryKey: ["people"] }),
  });
  const stale = importing.isError && failureOf(importing.error).code === "plan_changed";
  const needs = data && (departments || data.wrong.some(lacksDepartment));
  return (
    <Stack gap="md">
      <Text size="sm" className={classes.wrap}>
        {path}
      </Text>
      {error && <FailureNote error={error} title={t("people.notDone")} />}
      {!data && !error && <Waiting text={t("common.reading")} />}
      {data && <Found plan={data} />}
      {needs && (
        <Checkbox
          label={t("people.import.departments")}
          checked={departments}
          onChange={({ currentTarget }) => setDepartments(currentTarget.checked)}
        />
      )}
      {stale && <ChangedNote />}
      {importing.isError && !stale && <FailureNote error={importing.error} title={t("people.notDone")} />}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        {other}
        {data && data.accounts.length > 0 && (
          <Button loading={importing.isPending} onClick={() => importing.mutate(data.plan)}>
            {t("people.import.create", { count: data.accounts.length })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function lacksDepartment({ problems }: WrongRowView): boolean {
  return problems.some(({ problem }) => problem === "department_unknown");
}

function Found({ plan }: { plan: ImportView }) {
  const { t } = useTranslation();
  return (
    <>
      {plan.wrong.length > 0 && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle />}>
          <Text size="sm" fw={600} mb={4}>
            {t("people.import.wrong", { count: plan.wrong.length })}
          </Text>
          <List size="sm" className={classes.few ?? ""} data-testid="import-wrong">
            {plan.wrong.map((row) => (
              <Wrong key={row.line} row={row} />
            ))}
          </List>
        </Alert>
      )}
      {plan.encoding !== "UTF-8" && (
        <Alert variant="light" icon={<IconInfoCircle />}>
          {t("people.import.encoding", { encoding: plan.encoding })}
        </Alert>
      )}
      {plan.accounts.length > 0 ? (
        <Rows rows={plan.accounts} />
      ) : (
        <Text size="sm">{t("people.import.nothing")}</Text>
      )}
      {plan.departments.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t("people.import.newDepartments", { count: plan.departments.length })}
          </Text>
          <List size="sm" className={classes.few ?? ""}>
            {plan.departments.map((path) => (
              <List.Item key={path.join("/")}>{pathText(path)}</List.Item>
            ))}
          </List>
        </div>
      )}
    </>
  );
}

function Wrong({ row: { line, login, problems } }: { row: WrongRowView }) {
  const { t } = useTranslation();
  const said = problems.map((one) => t(`people.import.problem.${one.problem}`, { ...one }));
  return (
    <List.Item className={classes.wrap}>
      {t(`people.import.${login ? "line" : "lineAlone"}`, { line, login, problems: said.join(" ") })}
    </List.Item>
  );
}

function Rows({ rows }: { rows: ImportRowView[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={0} maxHeight={260} type="native" tabIndex={0}>
      <Table stickyHeader aria-label={t("people.import.preview", { count: rows.length })}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("people.name")}</Table.Th>
            <Table.Th>{t("people.login")}</Table.Th>
            <Table.Th>{t("people.role")}</Table.Th>
            <Table.Th>{t("people.departments")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ line, login, name, role, departments }) => (
            <Table.Tr key={line}>
              <Table.Td className={classes.wrap}>{name}</Table.Td>
              <Table.Td className={classes.wrap}>{login}</Table.Td>
              <Table.Td>{t(`people.roles.${role}`)}</Table.Td>
              <Table.Td className={classes.wrap}>
                {departments.map((path) => (
                  <div key={path.join("/")}>{pathText(path)}</div>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
