/** The organisation: the department tree beside the department that is looked at. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DepartmentId } from "../../api/generated/center";
import { departments } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Waiting } from "../../components/Waiting";
import { DepartmentTree } from "../../parts/DepartmentTree";
import { FailureNote } from "../../parts/FailureNote";
import { Department } from "./Department";
import { AddDepartment, type DepartmentAct, DepartmentDialog } from "./DepartmentDialog";
import classes from "./People.module.css";

export function Organisation() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(departments);
  const [chosen, setChosen] = useState<DepartmentId | null>(null);
  const [adding, setAdding] = useState<{ parent: DepartmentId | null } | null>(null);
  const [act, setAct] = useState<DepartmentAct | null>(null);
  if (error && !data) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  const shown = data.find(({ id }) => id === chosen);
  const addTop = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding({ parent: null })}>
      {t("people.department.add")}
    </Button>
  );
  const begin = (id: DepartmentId, next: DepartmentAct) => {
    setChosen(id);
    setAct(next);
  };
  return (
    <>
      {data.length === 0 ? (
        <Empty actions={addTop}>{t("people.department.none")}</Empty>
      ) : (
        <>
          <Group justify="space-between" mb="sm" gap="sm">
            <Text size="sm" c="dimmed">
              {t("people.department.keys")}
            </Text>
            {addTop}
          </Group>
          <div className={classes.split}>
            <Paper withBorder className={classes.tree}>
              <DepartmentTree
                departments={data}
                label={t("people.organisation")}
                chosen={shown ? [shown.id] : []}
                choose={([id]) => id !== undefined && setChosen(id)}
                onKey={(id, { key }) => {
                  if (key === "F2") begin(id, "rename");
                  if (key === "Delete") begin(id, "delete");
                }}
              />
            </Paper>
            {shown ? (
              <Department department={shown} begin={setAct} add={() => setAdding({ parent: shown.id })} />
            ) : (
              <Paper withBorder>
                <Empty>{t("people.department.choose")}</Empty>
              </Paper>
            )}
          </div>
        </>
      )}
      {adding && <AddDepartment parent={adding.parent} close={() => setAdding(null)} added={setChosen} />}
      {act && shown && <DepartmentDialog department={shown} act={act} close={() => setAct(null)} />}
    </>
  );
}
