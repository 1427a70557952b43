/** Departments to tick. */
import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DepartmentId } from "../../api/generated/center";
import { departments } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { DepartmentTree } from "../../parts/DepartmentTree";
import classes from "./Access.module.css";

interface Parts {
  chosen: DepartmentId[];
  choose: (chosen: DepartmentId[]) => void;
}

export function PickDepartments({ chosen, choose }: Parts) {
  const { t } = useTranslation();
  const { data } = useQuery(departments);
  if (!data) return <Waiting text={t("common.reading")} />;
  if (!data.length) return <Text size="sm">{t("access.noDepartments")}</Text>;
  return (
    <div className={classes.list}>
      <DepartmentTree
        departments={data}
        label={t("access.departments")}
        chosen={chosen}
        choose={choose}
        several
      />
    </div>
  );
}
