/** The language that the window speaks now, as the core wants it named. */
import { useTranslation } from "react-i18next";
import type { Locale } from "./i18n";

export function useLocale(): Locale {
  const { i18n } = useTranslation();
  return i18n.language === "zh-CN" ? "zh-CN" : "en";
}
