/** The organisation as a tree for the keyboard and the screen reader: to choose one department, or to tick several. */
import { Group, Text, Tree, useTree } from "@mantine/core";
import { IconChevronRight, IconSquare, IconSquareCheckFilled } from "@tabler/icons-react";
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef } from "react";
import type { DepartmentId, DepartmentView } from "../api/generated/center";
import classes from "./DepartmentTree.module.css";
import { nodesOf, pathText } from "./departments";

interface Parts {
  departments: readonly DepartmentView[];
  label: string;
  /** Those ticked, or the one chosen. */
  chosen: readonly DepartmentId[];
  choose: (chosen: DepartmentId[]) => void;
  /** Tick several instead of choosing one. */
  several?: boolean;
  /** Further keys on the department in focus. */
  onKey?: (id: DepartmentId, event: KeyboardEvent) => void;
}

export function DepartmentTree({ departments, label, chosen, choose, several = false, onKey }: Parts) {
  const root = useRef<HTMLUListElement>(null);
  const data = useMemo(() => nodesOf(departments), [departments]);
  const values = chosen.map(String);
  const everything = Object.fromEntries(departments.map(({ id }) => [String(id), true]));
  const tree = useTree({
    initialExpandedState: everything,
    checkStrictly: true,
    multiple: several,
    ...(several
      ? { checkedState: values, onCheckedStateChange: (next: string[]) => choose(next.map(Number)) }
      : { selectedState: values, onSelectedStateChange: (next: string[]) => choose(next.map(Number)) }),
  });
  useLayoutEffect(() => nameItems(root.current, departments, several ? values : null));
  const onKeyDown = (event: KeyboardEvent) => {
    const value = focusedValue(event);
    if (!value || event.nativeEvent.isComposing) return;
    if (event.key === "Enter" || (event.key === " " && !several)) {
      event.preventDefault();
      if (several) tree.isNodeChecked(value) ? tree.uncheckNode(value) : tree.checkNode(value);
      else tree.select(value);
    } else onKey?.(Number(value), event);
  };
  return (
    <Tree
      ref={root}
      className={classes.tree ?? ""}
      data={data}
      tree={tree}
      aria-label={label}
      levelOffset={24}
      expandOnClick={false}
      expandOnSpace={false}
      checkOnSpace={several}
      selectOnClick={!several}
      allowRangeSelection={false}
      onKeyDown={onKeyDown}
      renderNode={({ node, expanded, hasChildren, elementProps }) => (
        <Group
          {...elementProps}
          gap={6}
          wrap="nowrap"
          className={`${elementProps.className} ${classes.row}`}
          onClick={(event) => {
            elementProps.onClick(event);
            if (several)
              tree.isNodeChecked(node.value) ? tree.uncheckNode(node.value) : tree.checkNode(node.value);
          }}
        >
          <Chevron shown={hasChildren} open={expanded} toggle={() => tree.toggleExpanded(node.value)} />
          {several && <Tick on={tree.isNodeChecked(node.value)} />}
          <Text size="sm" className={classes.name}>
            {node.label}
          </Text>
        </Group>
      )}
    />
  );
}

function Chevron({ shown, open, toggle }: { shown: boolean; open: boolean; toggle: () => void }) {
  return (
    <span
      className={classes.chevron}
      data-open={open || undefined}
      aria-hidden
      onClick={(event) => {
        if (!shown) return;
        event.stopPropagation();
        toggle();
      }}
    >
      {shown && <IconChevronRight size={16} />}
    </span>
  );
}

function Tick({ on }: { on: boolean }) {
  const Icon = on ? IconSquareCheckFilled : IconSquare;
  return <Icon size={18} aria-hidden className={classes.tick} data-on={on || undefined} />;
}

function focusedValue({ target }: KeyboardEvent): string | undefined {
  const item = target instanceof HTMLElement && target.getAttribute("role") === "treeitem" ? target : null;
  return item?.dataset.value;
}

/** The tree draws its items itself; their full path and tick are put on from outside. */
function nameItems(
  root: HTMLElement | null,
  departments: readonly DepartmentView[],
  ticked: string[] | null,
) {
  const paths = new Map(departments.map(({ id, path }) => [String(id), pathText(path)]));
  for (const item of root?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? []) {
    const value = item.dataset.value ?? "";
    item.setAttribute("aria-label", paths.get(value) ?? value);
    if (ticked) item.setAttribute("aria-checked", String(ticked.includes(value)));
  }
}
