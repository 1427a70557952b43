/** Points in time as people read them. */
import type { Locale } from "../../i18n";

/** `14:05`. */
export function clock(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

/** `14:05:09`. */
export function seconds(at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium", hour12: false }).format(at);
}
