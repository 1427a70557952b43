/** A time of the center as a person reads it, in the window's language. */
import { useLocale } from "../useLocale";

/** Writes milliseconds since 1970 as day and time: `3 Mar 2026, 14:05`. */
export function useWhen(): (at: number) => string {
  const locale = useLocale();
  const form = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, {
    dateStyle: "medium",
    timeStyle: "short",
    hour12: false,
  });
  return (at) => form.format(at);
}
