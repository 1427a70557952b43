/** The acts on departments: add, rename, move, delete; before the last two it is shown who gains and loses what. */
import { Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { DepartmentId, DepartmentView } from "../../api/generated/center";
import { departments } from "../../api/queries";
import { DepartmentTree } from "../../parts/DepartmentTree";
import { pathText, withBelow } from "../../parts/departments";
import { AskDialog } from "./AskDialog";
import { useAct } from "./act";
import { Consequences } from "./Consequences";
import classes from "./People.module.css";

/** Stands for the place above all departments; their ids count from 1. */
const TOP = 0;

export type DepartmentAct = "rename" | "move" | "delete";

interface Parts {
  department: DepartmentView;
  close: () => void;
}

const dialogs: Record<DepartmentAct, (parts: Parts) => React.ReactNode> = {
  rename: Rename,
  move: Move,
  delete: Delete,
};

export function DepartmentDialog({ act, ...parts }: Parts & { act: DepartmentAct }) {
  const Dialog = dialogs[act];
  return <Dialog {...parts} />;
}

interface Adding {
  parent: DepartmentId | null;
  close: () => void;
  added: (id: DepartmentId) => void;
}

export function AddDepartment({ parent, close, added }: Adding) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [above, setAbove] = useState(parent);
  const create = async () =>
    added((await call("department_create", { name: name.trim(), parent: above })).id);
  const sending = useAct(create, t("people.department.done.add", { name: name.trim() }), close);
  return (
    <AskDialog
      title={t("people.department.add")}
      act={t("people.department.confirm.add")}
      idle={!name.trim()}
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
      <ParentChoice above={above} choose={setAbove} />
    </AskDialog>
  );
}

function Rename({ department, close }: Parts) {
  const { t } = useTranslation();
  const before = department.path.at(-1) ?? "";
  const [name, setName] = useState(before);
  const rename = () => call("department_rename", { department: department.id, name: name.trim() });
  const sending = useAct(rename, t("people.department.done.rename", { name: name.trim() }), close);
  return (
    <AskDialog
      title={t("people.department.ask.rename", { name: before })}
      act={t("common.save")}
      idle={!name.trim() || name.trim() === before}
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

function Move({ department, close }: Parts) {
  const { t } = useTranslation();
  const [parent, setParent] = useState(department.parent);
  const change = { department: department.id, parent };
  const name = department.path.at(-1) ?? "";
  const sending = useAct(
    () => call("department_move", change),
    t("people.department.done.move", { name }),
    close,
  );
  const same = parent === department.parent;
  return (
    <AskDialog
      title={t("people.department.ask.move", { name })}
      act={t("people.department.confirm.move")}
      idle={same}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      <ParentChoice above={parent} choose={setParent} without={department.id} />
      {!same && <Consequences change={{ change: "department_moved", ...change }} />}
    </AskDialog>
  );
}

function Delete({ department, close }: Parts) {
  const { t } = useTranslation();
  const { data: tree = [] } = useQuery(departments);
  const name = department.path.at(-1) ?? "";
  const remove = () => call("department_delete", { department: department.id });
  const sending = useAct(remove, t("people.department.done.delete", { name }), close);
  const below = withBelow(tree, department.id).size - 1;
  return (
    <AskDialog
      title={t("people.department.ask.delete", { name: pathText(department.path) })}
      act={t("common.delete")}
      danger
      idle={below > 0}
      sending={sending}
      send={sending.mutate}
      close={close}
    >
      {below > 0 ? (
        <Text size="sm">{t("people.department.hasBelow", { count: below })}</Text>
      ) : (
        <>
          <Text size="sm">{t("people.department.deleteMeans")}</Text>
          <Consequences change={{ change: "department_deleted", department: department.id }} />
        </>
      )}
    </AskDialog>
  );
}

interface ParentParts {
  above: DepartmentId | null;
  choose: (parent: DepartmentId | null) => void;
  /** This one, and those below it, cannot be above it. */
  without?: DepartmentId;
}

function ParentChoice({ above, choose, without }: ParentParts) {
  const { t } = useTranslation();
  const { data: tree = [] } = useQuery(departments);
  const barred = without === undefined ? new Set<DepartmentId>() : withBelow(tree, without);
  const others = tree.filter(({ id }) => !barred.has(id));
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {t("people.department.parent")}
      </Text>
      <div className={classes.picker}>
        <DepartmentTree
          departments={[{ id: TOP, path: [t("people.department.top")], parent: null }, ...others]}
          label={t("people.department.parent")}
          chosen={[above ?? TOP]}
          choose={([id]) => choose(id === undefined || id === TOP ? null : id)}
        />
      </div>
    </div>
  );
}
