/** A time of the center as a person reads it, in the window's language. */
import { useLocale } from "../useLocale";
import { moment } from "./format";

/** Writes milliseconds since 1970 as day and time: `3 Mar 2026, 14:05`. */
export function useWhen(): (at: number) => string {
  const locale = useLocale();
  return (at) => moment(at, locale);
}
