/** The rows of the list; long lists are drawn only where they are looked at. Arrow keys go from row to row. */
import { VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { FileRow } from "./FileRow";
import { PluginRow } from "./PluginRow";
import classes from "./PluginTable.module.css";
import { keyOf, type Row } from "./rows";
import { hasSentence } from "./StateCell";

/** Lists up to this length are drawn whole. */
const WHOLE = 30;
const columns = ["plugin", "publisher", "state", "people", "switch"] as const;
/** Narrower, and who made a plugin stands below its name. */
const NARROW = "(max-width: 1080px)";

/** How high a row probably is, in px; it is measured as soon as it is drawn. */
function heightOf(row: Row | undefined): number {
  const higher = row?.kind === "file" ? row.file.state !== "arriving" : row && hasSentence(row.plugin);
  return higher ? 56 : 41;
}

export function PluginTable({ rows }: { rows: Row[] }) {
  const { t } = useTranslation();
  const body = useRef<HTMLTableSectionElement>(null);
  const narrow = useMediaQuery(NARROW) ?? false;
  const shownColumns = columns.filter((column) => !narrow || column !== "publisher");
  const all = rows.length <= WHOLE;
  const virtual = useWindowVirtualizer<HTMLElement>({
    count: all ? 0 : rows.length,
    estimateSize: (index) => heightOf(rows[index]),
    // What is not laid out has no height.
    measureElement: (row) => row.getBoundingClientRect().height || heightOf(rows[Number(row.dataset.index)]),
    getItemKey: (index) => keyOf(rows[index] as Row),
    overscan: 6,
    scrollMargin: useTop(body),
  });
  const measure = all ? undefined : virtual.measureElement;
  const shown = virtual.getVirtualItems();
  const indices = all ? rows.map((_, index) => index) : shown.map(({ index }) => index);
  const margin = virtual.options.scrollMargin;
  const above = all ? 0 : (shown[0]?.start ?? margin) - margin;
  const below = all ? 0 : virtual.getTotalSize() - ((shown.at(-1)?.end ?? margin) - margin);
  const go = (place: number) => {
    if (!all) virtual.scrollToIndex(place - 2);
    const focus = () => body.current?.querySelector<HTMLElement>(`[data-row="${place}"]`)?.focus();
    if (all) focus();
    else requestAnimationFrame(() => requestAnimationFrame(focus));
  };
  return (
    <table className={classes.table} aria-rowcount={rows.length + 1} aria-label={t("plugins.title")}>
      <thead>
        <tr aria-rowindex={1}>
          {shownColumns.map((column) => (
            <th key={column} scope="col" className={classes[`${column}Column`]}>
              {t(`plugins.column.${column}`)}
            </th>
          ))}
          <th scope="col" className={classes.menuColumn}>
            <VisuallyHidden>{t("plugins.column.more")}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={(event) => onArrow(event, rows.length, go)}>
        <Gap height={above} />
        {indices.map((index) => {
          const row = rows[index] as Row;
          const key = keyOf(row);
          return row.kind === "plugin" ? (
            <PluginRow
              key={key}
              plugin={row.plugin}
              depth={row.depth}
              place={index + 2}
              measure={measure}
              narrow={narrow}
            />
          ) : (
            <FileRow key={key} file={row.file} place={index + 2} measure={measure} narrow={narrow} />
          );
        })}
        <Gap height={below} />
      </tbody>
    </table>
  );
}

/** Where an element begins below the top of the document, also after what stands above it grew or shrank. */
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const look = () =>
      setTop(Math.round((element.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
    const seen = new ResizeObserver(look);
    seen.observe(document.body);
    look();
    return () => seen.disconnect();
  }, [element]);
  return top;
}

/** Stands for the rows that are not drawn. */
function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden className={classes.gap}>
      <td colSpan={6} style={{ height }} />
    </tr>
  );
}

function onArrow(event: KeyboardEvent, count: number, go: (place: number) => void): void {
  const own = event.target instanceof HTMLElement ? event.target.dataset.row : undefined;
  if (own === undefined) return;
  const place = Number(own);
  const places: Record<string, number> = {
    ArrowDown: Math.min(place + 1, count + 1),
    ArrowUp: Math.max(place - 1, 2),
    Home: 2,
    End: count + 1,
  };
  const next = places[event.key];
  if (next === undefined) return;
  event.preventDefault();
  go(next);
}
