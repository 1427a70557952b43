/** Why a plugin's process ended or does not start, in the window's words; what the plugin said itself stays in its own. */
import type { TFunction } from "i18next";
import type { Ending } from "../api/generated/center";
import type { Locale } from "../i18n";
import { size } from "./format";

/** `cause`: the core's own English sentence, for endings that were recorded without their parts. */
export function endingWords(t: TFunction, ending: Ending | null, cause: string, locale: Locale): string {
  if (ending === null) return cause;
  switch (ending.ending) {
    case "killed": {
      const other = t("state.ending.killed", ending);
      return t(`state.ending.signal.${ending.signal}`, { defaultValue: other });
    }
    case "over_storage":
    case "over_memory": {
      const [used, allowed] = [ending.used, ending.allowed].map((bytes) => size(bytes, locale));
      return t(`state.ending.${ending.ending}`, { used, allowed });
    }
    case "not_in_time":
      return t("state.ending.not_in_time", { seconds: ending.allowed_ms / 1000 });
    default:
      return t(`state.ending.${ending.ending}`, { ...ending });
  }
}
