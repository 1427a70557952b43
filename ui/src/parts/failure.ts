/** A refusal of the core in the window's words: by its code, with its details put in. */
import type { TFunction } from "i18next";
import type { ConflictView, ErrorView } from "../api/generated/center";
import { i18n, type Locale } from "../i18n";
import { day, listed, platform, size, span } from "./format";
import { conflictSentences } from "./together";

/** The sentence. The core's own English one stands in only for codes, or details, that the window does not know. */
export function sentence(t: TFunction, failure: ErrorView): string {
  return put(t, failure, "message", failure.message);
}

/** The next step; empty if there is none. */
export function nextStep(t: TFunction, failure: ErrorView): string {
  return put(t, failure, "hint", failure.hint);
}

/** Everything a publisher or administrator needs to look into it, without secrets. */
export function report(failure: ErrorView): string {
  const details = failure.details === null ? "" : `\n${JSON.stringify(failure.details, null, 2)}`;
  return `${failure.code}: ${failure.message}\n${failure.hint}${details}`.trim();
}

/** A failure's details as an object; empty if there are none. */
export function detailsOf({ details }: ErrorView): Record<string, unknown> {
  return details instanceof Object && !Array.isArray(details) ? { ...details } : {};
}

function put(t: TFunction, failure: ErrorView, part: "message" | "hint", own: string): string {
  const figures = "needs" in detailsOf(failure) ? "disk_full_known" : "disk_full";
  const code = failure.code === "disk_full" ? figures : failure.code;
  let lacking = false;
  const missingInterpolationHandler = () => {
    lacking = true;
    return "";
  };
  const text = t(`errors.${code}.${part}`, {
    defaultValue: own,
    ...values(t, failure),
    missingInterpolationHandler,
  });
  return lacking ? own : text;
}

type Format = (value: unknown, locale: Locale) => unknown;
const date: Format = (value, locale) => day(value as string, locale);
const bytes: Format = (value, locale) => (typeof value === "number" ? size(value, locale) : value);
const names: Format = (value, locale) =>
  Array.isArray(value)
    ? listed(
        value.map((one) => platform(String(one))),
        locale,
      )
    : value;

const formats: Record<string, Format> = {
  at: date,
  created: date,
  until: date,
  latest: date,
  limit: bytes,
  needs: bytes,
  free: bytes,
  allowed: names,
  offered: names,
  target: (value) => platform(String(value)),
};

function values(t: TFunction, failure: ErrorView): Record<string, unknown> {
  const details = detailsOf(failure);
  const locale: Locale = i18n.language === "zh-CN" ? "zh-CN" : "en";
  const shown = Object.entries(details).map(([key, value]) => [key, formats[key]?.(value, locale) ?? value]);
  const { file, name = details.plugin ?? details.id, wait_ms: wait, defects, plugins, conflicts } = details;
  return {
    ...Object.fromEntries(shown),
    ...(Array.isArray(conflicts) && { conflicts: conflictSentences(t, conflicts as ConflictView[], locale) }),
    name,
    file: typeof file === "string" ? t("errors.quoted", { file }) : t("errors.file"),
    count: [defects, plugins].find(Array.isArray)?.length ?? details.count,
    wait: span(typeof wait === "number" ? wait : 1000, locale),
  };
}
