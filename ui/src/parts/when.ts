/** A time of the center as a person reads it, in the window's language. */
import { useLocale } from "../useLocale";

/** Writes milliseconds since 1970 as day and time. */
export function useWhen(): (at: number) => string {
  const form = new Intl.DateTimeFormat(useLocale(), { dateStyle: "medium", timeStyle: "short" });
  return (at) => form.format(at);
}
