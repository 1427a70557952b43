/** Plugins that hang on each other, in words: what one waits for, why a package does not fit. */
import type { TFunction } from "i18next";
import type { AwaitedView, ConflictView } from "../api/generated/center";
import type { Locale } from "../i18n";
import { listed } from "./format";

/** The name in the badge: the first one waited for, and how many more. */
export function awaitedName(t: TFunction, awaited: readonly AwaitedView[]): string {
  const [first, ...more] = awaited;
  if (!first) return "";
  return more.length > 0
    ? t("state.waiting_for_dependency.more", { name: first.name, count: more.length })
    : first.name;
}

/** Why it waits: what is off, missing, of another version, or does not run. */
export function awaitedSentence(t: TFunction, awaited: readonly AwaitedView[], locale: Locale): string {
  const kinds = ["off", "not_running", "missing", "other_version"] as const;
  const sentences = kinds.flatMap((kind) => {
    const names = awaited
      .filter(({ why }) => why === kind)
      .map(({ name, requirement }) =>
        kind === "missing" || kind === "other_version" ? `${name} ${requirement}` : name,
      );
    if (names.length === 0) return [];
    const words = { names: listed(names, locale), count: names.length };
    return [t(`state.waiting_for_dependency.${kind}`, words)];
  });
  return sentences.join(locale === "zh-CN" ? "" : " ");
}

/** "Turn on both", or how many at once. */
export function togetherWords(t: TFunction, others: readonly string[]): string {
  return others.length === 1 ? t("plugins.state.both") : t("plugins.state.all", { count: others.length + 1 });
}

/** Why a package cannot be installed as things are, in one sentence. */
export function conflictSentence(t: TFunction, conflict: ConflictView, locale: Locale): string {
  switch (conflict.conflict) {
    case "missing":
      return t("errors.conflict.missing", names(conflict));
    case "other_version":
      return t(`errors.conflict.${conflict.offered ? "offered" : "installed"}`, names(conflict));
    case "held_back": {
      const because = conflictSentences(t, conflict.because, locale);
      return t("errors.conflict.heldBack", { ...names(conflict), because });
    }
    case "breaks": {
      const { plugin, dependent, version, requirement: range } = conflict;
      return t("errors.conflict.breaks", { name: dependent.name, needs: plugin.name, version, range });
    }
    case "cycle": {
      const { plugins } = conflict;
      const circle = [...plugins, ...plugins.slice(0, 1)].map(({ name }) => name).join(" → ");
      return t("errors.conflict.cycle", { circle });
    }
    case "superseded":
      return t("errors.conflict.superseded", { name: conflict.plugin.name, version: conflict.by });
  }
}

/** Several as one text. */
export function conflictSentences(t: TFunction, conflicts: readonly ConflictView[], locale: Locale): string {
  const all = conflicts.map((conflict) => conflictSentence(t, conflict, locale));
  return all.join(locale === "zh-CN" ? "" : " ");
}

function names(conflict: Extract<ConflictView, { needs: unknown }>) {
  const { plugin, needs, requirement: range } = conflict;
  const version = "version" in conflict ? conflict.version : "";
  return { name: plugin.name, needs: needs.name, range, version };
}
