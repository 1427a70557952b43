/** Sizes, dates, spans and platforms as people read them. Knows no screen. */
import type { Locale } from "../i18n";

const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** `3.2 MB`, counted by 1,024 as the packages do. */
export function size(bytes: number, locale: Locale): string {
  let power = 0;
  let rest = bytes;
  while (rest >= 1024 && power < units.length - 1) {
    rest /= 1024;
    power += 1;
  }
  const maximumFractionDigits = power > 0 && rest < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[power] ?? "byte",
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits,
  }).format(rest);
}

/** `256 MiB` of a package as `256 MB`; what is not of that form stays as it is. */
export function sizeOf(text: string, locale: Locale): string {
  const [, count, prefix = ""] = /^(\d+) ?([KMGT]?)i?B$/.exec(text) ?? [];
  return count ? size(Number(count) * 1024 ** " KMGT".indexOf(prefix || " "), locale) : text;
}

/** Days are written the same way everywhere: in English day, month, year. */
function dates(locale: Locale, form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, form);
}

/** Day and time, such as `3 Mar 2026, 14:05`. */
export function moment(at: number, locale: Locale): string {
  return dates(locale, { dateStyle: "medium", timeStyle: "short", hour12: false }).format(at);
}

/** A day, such as `3 Mar 2026`. */
export function day(time: string | number, locale: Locale): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return String(time);
  return dates(locale, { dateStyle: "medium" }).format(date);
}

/** `12 seconds`, `3 minutes`. */
export function span(milliseconds: number, locale: Locale): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const [value, unit] = seconds < 90 ? [seconds, "second"] : [Math.ceil(seconds / 60), "minute"];
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

/** `FAQ bot, Clock, and Directory`; in Chinese with its own comma between all. */
export function listed(names: readonly string[], locale: Locale): string {
  return locale === "zh-CN" ? names.join("、") : new Intl.ListFormat(locale).format(names);
}

/** `Linux (x86_64)` for a compiler's name of a platform. */
export function platform(triple: string): string {
  const [processor = triple] = triple.split("-");
  const system = Object.entries({ linux: "Linux", windows: "Windows", darwin: "macOS" });
  const [, name] = system.find(([word]) => triple.includes(word)) ?? [];
  return name ? `${name} (${processor})` : triple;
}
