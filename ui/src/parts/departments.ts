/** The department tree from the center's flat list: paths in words, children by parent, what stands below. */
import type { TreeNodeData } from "@mantine/core";
import type { DepartmentId, DepartmentView } from "../api/generated/center";

/** A full path as people read it; names alone may repeat. */
export function pathText(path: readonly string[]): string {
  return path.join(" › ");
}

/** Nodes for a tree, with the department's id as value and its path as what it is called. */
export function nodesOf(
  departments: readonly DepartmentView[],
  parent: DepartmentId | null = null,
): TreeNodeData[] {
  return departments
    .filter((department) => department.parent === parent)
    .map((department) => ({
      value: String(department.id),
      label: department.path.at(-1) ?? String(department.id),
      children: nodesOf(departments, department.id),
    }));
}

/** A department and all below it. */
export function withBelow(departments: readonly DepartmentView[], id: DepartmentId): Set<DepartmentId> {
  const found = new Set([id]);
  for (const inner of found) {
    for (const { id: child, parent } of departments) if (parent === inner) found.add(child);
  }
  return found;
}
