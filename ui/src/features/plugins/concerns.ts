/** What needs a person, in people's words: names instead of ids, the window's sentences instead of the core's. */
import type { TFunction } from "i18next";
import type { AttentionView, Ending, FolderFileView, PluginView } from "../../api/generated/center";
import type { Locale } from "../../i18n";
import { endingWords } from "../../parts/ending";
import { detailsOf, sentence } from "../../parts/failure";
import { listed } from "../../parts/format";
import { type BadgeState, badgeOf } from "../../parts/StateBadge";
import { fileKey } from "./rows";

export interface Concern {
  key: string;
  /** As the center keeps it; `null`: it shows in the plugin's state alone. */
  view: AttentionView | null;
  /** Of the plugin or the file; `null`: the plugin folder as a whole. */
  name: string | null;
  plugin: PluginView | undefined;
  file: FolderFileView | undefined;
  /** The file in question holds a newer version of an installed plugin. */
  upgrade: boolean;
  /** Other plugins that the cause names. */
  others: string[];
  /** Its row in the list, if it has one. */
  row: string | null;
}

const ofFolder = new Set(["many_removed", "folder_unavailable"]);
const ofNobody = new Set([...ofFolder, "clock_behind", "keyring_unavailable"]);

/** States that only a person can end. A plugin that stopped after errors is kept by the center, until it is dismissed. */
const needing: BadgeState[] = [
  "package_missing",
  "not_trusted",
  "license_needed",
  "waiting_for_dependency",
  "set_up_first",
  "update_waiting",
];

/** What the center keeps, then the plugins whose state needs a person and that are not named yet. */
export function concernsOf(
  list: readonly AttentionView[],
  plugins: readonly PluginView[],
  files: readonly FolderFileView[],
): Concern[] {
  const kept = list.map((view) => keptConcern(view, plugins, files));
  const named = new Set(kept.map(({ row }) => row));
  const shown = needing.flatMap((state) =>
    plugins.filter((plugin) => badgeOf(plugin) === state && !named.has(plugin.id)),
  );
  return [...kept, ...shown.map(stateConcern)];
}

function keptConcern(
  view: AttentionView,
  plugins: readonly PluginView[],
  files: readonly FolderFileView[],
): Concern {
  const nameOf = (id: string) => plugins.find((plugin) => plugin.id === id)?.name ?? id;
  const file = files.find((one) => one.file === view.subject);
  const plugin = plugins.find(({ id }) => id === view.subject);
  const updated = plugins.find(({ update }) => update?.file === view.subject);
  const named = file?.about ? `${file.about.name} ${file.about.version}` : view.subject;
  const { plugins: others, plugin: about } = detailsOf(view.cause);
  return {
    key: String(view.id),
    view,
    name: ofNobody.has(view.kind) ? null : (plugin?.name ?? named),
    plugin,
    file,
    upgrade: plugins.some(({ id }) => id === about),
    others: Array.isArray(others) ? others.map((id) => nameOf(String(id))) : [],
    row: (plugin ?? updated)?.id ?? (file ? fileKey(file) : null),
  };
}

function stateConcern(plugin: PluginView): Concern {
  const { id, name } = plugin;
  return { key: id, view: null, name, plugin, file: undefined, upgrade: false, others: [], row: id };
}

/** Whether it can be put aside; the rest has to be answered or mended. */
export function isDismissible({ view }: Concern): boolean {
  return view !== null && view.kind !== "approval_waiting" && !ofFolder.has(view.kind);
}

/** The cause as a sentence. */
export function causeOf(
  t: TFunction,
  view: AttentionView,
  { file, upgrade, others, name }: Concern,
  locale: Locale,
): string {
  const { kind, cause, subject } = view;
  const details = detailsOf(cause);
  switch (kind) {
    case "approval_waiting":
      return t(upgrade ? "plugins.attention.updateWaiting" : "plugins.attention.waiting");
    case "package_refused": {
      const named = {
        ...cause,
        details: { ...details, file: file?.file ?? subject } as typeof cause.details,
      };
      return t("plugins.attention.refused", { cause: sentence(t, named) });
    }
    case "plugin_failed":
      return details.failures
        ? t("plugins.attention.state", { badge: t("state.stopped_after_errors.badge") }) +
            t("state.stopped_after_errors.sentence", {
              failures: details.failures,
              cause: endingWords(t, (details.ending ?? null) as Ending | null, String(details.cause), locale),
            })
        : sentence(t, cause);
    case "many_removed":
      return t("plugins.attention.removed", { count: others.length, names: listed(others, locale) });
    default:
      return sentence(t, { ...cause, details: { ...details, name } as typeof cause.details });
  }
}
