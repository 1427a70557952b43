/** What the list shows: a text, a chip, an order. Waits while signs are still being composed. */
import { Group, Kbd, NativeSelect, Chip as Pill, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./PluginTable.module.css";
import { type Chip, chips, type Sort } from "./rows";

export interface Shown {
  text: string;
  chip: Chip;
  sort: Sort;
}

interface Parts {
  shown: Shown;
  counts: Record<Chip, number>;
  show: (change: Partial<Shown>) => void;
}

export function FilterBar({ shown, counts, show }: Parts) {
  const { t } = useTranslation();
  const orders = (["name", "state"] as const).map((value) => ({ value, label: t(`plugins.sort.${value}`) }));
  return (
    <>
      <Group gap="sm" mb="xs" wrap="nowrap" align="flex-end">
        <FilterText text={shown.text} show={(text) => show({ text })} />
        <NativeSelect
          aria-label={t("plugins.sort.label")}
          leftSectionWidth={58}
          leftSection={
            <span aria-hidden className={classes.sortWord}>
              {t("plugins.sort.label")}
            </span>
          }
          w={210}
          data={orders}
          value={shown.sort}
          onChange={(event) => show({ sort: event.currentTarget.value as Sort })}
        />
      </Group>
      <Pill.Group value={shown.chip} onChange={(chip) => show({ chip: chip as Chip })}>
        <div className={classes.chips} role="radiogroup" aria-label={t("plugins.filter.chips")}>
          {chips.map((chip) => (
            <Pill key={chip} value={chip} size="sm" variant="outline">
              {t(`plugins.filter.${chip}`)} {counts[chip]}
            </Pill>
          ))}
        </div>
      </Pill.Group>
    </>
  );
}

function FilterText({ text, show }: { text: string; show: (text: string) => void }) {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const busy =
        event.isComposing || event.ctrlKey || event.altKey || event.metaKey || isTaken(event.target);
      if (event.key !== "/" || busy) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <TextInput
      ref={field}
      flex={1}
      type="search"
      aria-label={t("plugins.filter.label")}
      placeholder={t("plugins.filter.label")}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={typed === "" && <Kbd aria-hidden>/</Kbd>}
      value={typed}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setTyped(value);
        if (!(event.nativeEvent as InputEvent).isComposing) show(value);
      }}
      onCompositionEnd={(event) => show(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.nativeEvent.isComposing) show("");
      }}
    />
  );
}

/** Whether keys belong to a field or a dialog now. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog]")) return true;
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")
  );
}
