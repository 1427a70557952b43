/** A list of single values: entered, added, removed and moved by buttons; a choice of several as boxes. */
import { ActionIcon, Button, Checkbox, Group, Stack, VisuallyHidden } from "@mantine/core";
import type { RJSFSchema } from "@rjsf/utils";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { type ComponentType, useRef } from "react";
import { useTranslation } from "react-i18next";
import { isObject, same } from "../pointers";
import { type Choice, choicesOf } from "./choices";
import type { ControlProps } from "./control";

export type ItemControl = ComponentType<ControlProps>;

interface Parts extends ControlProps {
  /** Of which kind the entries are, and what they are entered with. */
  itemKind: string;
  Item: ItemControl;
}

export function ListControl({ itemKind, Item, ...own }: Parts) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const items = Array.isArray(own.value) ? own.value : [];
  const schema: RJSFSchema = isObject(own.schema.items) ? own.schema.items : {};
  if (itemKind === "choice" && own.schema.uniqueItems) return <Boxes {...own} choices={choicesOf(schema)} />;
  const focus = (index: number, part: string) =>
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>(`[data-${part}="${index}"]`)?.focus(),
    );
  const focusItem = (index: number) =>
    requestAnimationFrame(() => {
      const row = box.current?.querySelector(`[data-entry="${index}"]`);
      (row ?? box.current)?.querySelector<HTMLElement>("input, textarea, button")?.focus();
    });
  const replace = (index: number, value: unknown) => own.change(items.with(index, value ?? ""));
  const add = () => {
    own.change([...items, first(schema, itemKind)]);
    focusItem(items.length);
  };
  const remove = (index: number) => {
    own.change(items.toSpliced(index, 1));
    focusItem(Math.min(index, items.length - 2));
  };
  const move = (index: number, by: -1 | 1) => {
    const to = index + by;
    own.change(items.toSpliced(index, 1).toSpliced(to, 0, items[index]));
    focus(to, by < 0 ? "up" : "down");
  };
  return (
    <Stack gap={6} ref={box} role="group" aria-labelledby={own.labelId} aria-describedby={own.describedBy}>
      {items.map((item, index) => {
        const entry = { entry: index + 1, title: own.title };
        const name = `${own.id}-${index}-name`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: entries are values without a name of their own
          <Group key={index} gap={4} wrap="nowrap" align="flex-start" data-entry={index}>
            <VisuallyHidden id={name}>{t("form.list.entry", entry)}</VisuallyHidden>
            <div style={{ flex: 1 }}>
              <Item
                {...own}
                id={`${own.id}-${index}`}
                labelId={name}
                title={t("form.list.entry", entry)}
                kind={itemKind}
                schema={schema}
                value={item}
                change={(value) => replace(index, value)}
              />
            </div>
            <Move entry={entry} at={index} last={items.length - 1} move={move} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t("form.list.remove", entry)}
              onClick={() => remove(index)}
            >
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </Group>
        );
      })}
      <Button
        id={own.id}
        aria-label={t("form.list.addNamed", { title: own.title })}
        variant="default"
        size="compact-sm"
        w="fit-content"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={add}
      >
        {t("form.list.add")}
      </Button>
    </Stack>
  );
}

interface MoveParts {
  entry: { entry: number; title: string };
  at: number;
  last: number;
  move(index: number, by: -1 | 1): void;
}

function Move({ entry, at, last, move }: MoveParts) {
  const { t } = useTranslation();
  if (last === 0) return null;
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        data-up={at}
        aria-disabled={at === 0}
        aria-label={t("form.list.up", entry)}
        onClick={() => at > 0 && move(at, -1)}
      >
        <IconArrowUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        data-down={at}
        aria-disabled={at === last}
        aria-label={t("form.list.down", entry)}
        onClick={() => at < last && move(at, 1)}
      >
        <IconArrowDown size={16} aria-hidden />
      </ActionIcon>
    </>
  );
}

function Boxes({ choices, value, change, labelId, describedBy, id }: ControlProps & { choices: Choice[] }) {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (choice: Choice, on: boolean) => {
    const kept = choices.filter((other) =>
      other === choice ? on : chosen.some((one) => same(one, other.value)),
    );
    change(kept.map((one) => one.value));
  };
  return (
    <Stack gap={6} py={8} role="group" aria-labelledby={labelId} aria-describedby={describedBy} id={id}>
      {choices.map((choice) => (
        <Checkbox
          key={choice.label}
          label={choice.label}
          description={choice.description || undefined}
          checked={chosen.some((one) => same(one, choice.value))}
          onChange={({ currentTarget }) => toggle(choice, currentTarget.checked)}
        />
      ))}
    </Stack>
  );
}

function first(schema: RJSFSchema, kind: string): unknown {
  if (schema.default !== undefined) return schema.default;
  if (kind === "boolean") return false;
  return kind === "choice" ? choicesOf(schema)[0]?.value : "";
}
