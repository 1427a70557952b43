/** What needs a person, in people's words: names instead of ids, the window's sentences instead of the core's. */
import type { TFunction } from "i18next";
import type { AttentionView, FolderFileView, PluginView } from "../../api/generated/center";
import type { Locale } from "../../i18n";
import { detailsOf, sentence } from "../../parts/failure";
import { listed } from "../../parts/format";

export interface Concern {
  view: AttentionView;
  /** Of the plugin or the file; `null`: the plugin folder as a whole. */
  name: string | null;
  plugin: PluginView | undefined;
  file: FolderFileView | undefined;
  /** The file in question holds a newer version of an installed plugin. */
  upgrade: boolean;
  /** Other plugins that the cause names. */
  others: string[];
}

const ofFolder = new Set(["many_removed", "folder_unavailable"]);

export function concernsOf(
  list: readonly AttentionView[],
  plugins: readonly PluginView[],
  files: readonly FolderFileView[],
): Concern[] {
  const nameOf = (id: string) => plugins.find((plugin) => plugin.id === id)?.name ?? id;
  return list.map((view) => {
    const file = files.find((one) => one.file === view.subject);
    const plugin = plugins.find(({ id }) => id === view.subject);
    const named = file?.about ? `${file.about.name} ${file.about.version}` : view.subject;
    const { plugins: others, plugin: about } = detailsOf(view.cause);
    return {
      view,
      name: ofFolder.has(view.kind) ? null : (plugin?.name ?? named),
      plugin,
      file,
      upgrade: plugins.some(({ id }) => id === about),
      others: Array.isArray(others) ? others.map((id) => nameOf(String(id))) : [],
    };
  });
}

/** Whether it can be put aside; the rest has to be answered or mended. */
export function isDismissible({ view }: Concern): boolean {
  return view.kind !== "approval_waiting" && !ofFolder.has(view.kind);
}

/** The cause as a sentence. */
export function causeOf(t: TFunction, { view, file, upgrade, others }: Concern, locale: Locale): string {
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
      return details.failures ? t("state.stopped_after_errors.sentence", details) : sentence(t, cause);
    case "many_removed":
      return t("plugins.attention.removed", { count: others.length, names: listed(others, locale) });
    default:
      return sentence(t, cause);
  }
}
