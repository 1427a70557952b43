/** Which rows the list shows, and in which order. Pure. */
import type { FolderFileView, PluginView } from "../../api/generated/center";
import type { Locale } from "../../i18n";
import { type BadgeState, badgeOf } from "../../parts/StateBadge";
import { initials } from "./pinyin";

export type Row =
  | { kind: "plugin"; plugin: PluginView; depth: number }
  | { kind: "file"; file: FolderFileView };

export const chips = ["all", "running", "off", "attention", "nobody"] as const;
export type Chip = (typeof chips)[number];
export type Sort = "name" | "state";

/** The order of states: what needs a person first, then what runs, then what is off. */
const order: BadgeState[] = [
  "package_missing",
  "not_trusted",
  "license_expired",
  "license_needed",
  "stopped_after_errors",
  "restarting",
  "passwords_unreadable",
  "waiting_for_keyring",
  "waiting_for_dependency",
  "set_up_first",
  "update_waiting",
  "starting",
  "stopping",
  "running",
  "off",
];

/** Whether somebody withdrew trust in its publisher, whom they had trusted by that name. */
export function isWithdrawn({ observed }: PluginView): boolean {
  return observed.state === "not_trusted" && observed.at !== null;
}

type Shows = { kind: "plugin"; plugin: PluginView } | { kind: "file"; file: FolderFileView };

const belongs: Record<Exclude<Chip, "attention">, (plugin: PluginView) => boolean> = {
  all: () => true,
  running: ({ observed }) => observed.state === "running",
  off: ({ wanted }) => !wanted,
  nobody: ({ people, everyone }) => people === 0 && !everyone,
};

/** How many rows each chip shows; `attention`: how much needs a person. */
export function counts(
  plugins: readonly PluginView[],
  files: readonly FolderFileView[],
  attention: number,
): Record<Chip, number> {
  const count = (chip: keyof typeof belongs) => plugins.filter(belongs[chip]).length;
  return {
    all: plugins.length + ownRows(files, plugins).length,
    running: count("running"),
    off: count("off"),
    attention,
    nobody: count("nobody"),
  };
}

/** Files of the plugin folder that get a row of their own: not those that show as an installed plugin's update. */
export function ownRows(files: readonly FolderFileView[], plugins: readonly PluginView[]): FolderFileView[] {
  const updates = new Set(plugins.map(({ update }) => update?.file));
  return files.filter(
    ({ file, state }) => ["waiting", "arriving", "refused"].includes(state) && !updates.has(file),
  );
}

export interface Wish {
  text: string;
  chip: Chip;
  sort: Sort;
  locale: Locale;
  /** The rows that need a person. */
  concerned: ReadonlySet<string | null>;
}

/** What is shown for this wish: files that wait first, then the plugins. */
export function rowsFor(plugins: readonly PluginView[], files: readonly FolderFileView[], wish: Wish): Row[] {
  const words = wish.text.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (...texts: string[]) => {
    const all = texts.flatMap((text) => [text.toLowerCase(), initials(text)]);
    return words.every((word) => all.some((text) => text.includes(word)));
  };
  const { chip, concerned } = wish;
  const shows = (row: Shows) => {
    if (chip === "attention") return concerned.has(keyOf(row));
    return row.kind === "plugin" ? belongs[chip](row.plugin) : chip === "all";
  };
  const fileRows = ownRows(files, plugins)
    .filter((file) => shows({ kind: "file", file }))
    .filter(({ file, plugin, about }) =>
      matches(file, plugin ?? "", about?.name ?? "", about?.publisher ?? ""),
    );
  const shown = plugins
    .filter((plugin) => shows({ kind: "plugin", plugin }))
    .filter((one) => matches(one.name, one.publisher, one.id));
  return [...fileRows.map((file): Row => ({ kind: "file", file })), ...nested(sorted(shown, wish))];
}

function sorted(plugins: PluginView[], { sort, locale }: Wish): PluginView[] {
  const { compare } = new Intl.Collator(locale, { numeric: true });
  const byName = (one: PluginView, other: PluginView) =>
    compare(one.name, other.name) || compare(one.id, other.id);
  const rank = (plugin: PluginView) => order.indexOf(badgeOf(plugin));
  return plugins.toSorted((one, other) =>
    sort === "state" ? rank(one) - rank(other) || byName(one, other) : byName(one, other),
  );
}

/** Sub-plugins below their parents, as long as those are shown. */
function nested(plugins: readonly PluginView[]): Row[] {
  const ids = new Set(plugins.map(({ id }) => id));
  const below = new Map<string | null, PluginView[]>();
  for (const plugin of plugins) {
    const parent = plugin.parent !== null && ids.has(plugin.parent) ? plugin.parent : null;
    below.set(parent, [...(below.get(parent) ?? []), plugin]);
  }
  const rows: Row[] = [];
  const add = (parent: string | null, depth: number) => {
    for (const plugin of below.get(parent) ?? []) {
      rows.push({ kind: "plugin", plugin, depth });
      add(plugin.id, depth + 1);
    }
  };
  add(null, 0);
  return rows;
}

export function keyOf(row: Shows): string {
  return row.kind === "plugin" ? row.plugin.id : fileKey(row.file);
}

export function fileKey({ file }: FolderFileView): string {
  return `file:${file}`;
}
