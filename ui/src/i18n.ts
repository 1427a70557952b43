/** The window's languages: English and Simplified Chinese, chosen by the system's. Knows no screen. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";
import zhCN from "./locales/zh-CN.json";

export type Locale = "en" | "zh-CN";

/** The first of the system's languages that the window speaks; English if none. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const spoken = language.toLowerCase();
    if (spoken.startsWith("zh")) return "zh-CN";
    if (spoken.startsWith("en")) return "en";
  }
  return "en";
}

export const i18n = i18next.createInstance();

/** Starts in `locale`, and tells the document, so that fonts and screen readers follow. */
export async function startI18n(locale: Locale): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: locale,
    fallbackLng: "en",
    resources: { en: { translation: en }, "zh-CN": { translation: zhCN } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = locale;
}
