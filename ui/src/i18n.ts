/** The window's languages: English and Simplified Chinese, one file of texts per area. Knows no screen. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Locale = "en" | "zh-CN";

type Texts = Record<string, unknown>;
const files = import.meta.glob<Texts>("./locales/*/*.json", { eager: true, import: "default" });

/** All texts of a language, each area under its file's name. */
export function textsOf(locale: Locale): Texts {
  const own = Object.entries(files).filter(([path]) => path.split("/")[2] === locale);
  return Object.fromEntries(own.map(([path, texts]) => [area(path), texts]));
}

function area(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, -".json".length);
}

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

/** Starts in `locale`. */
export async function startI18n(locale: Locale): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: locale,
    fallbackLng: "en",
    resources: { en: { translation: textsOf("en") }, "zh-CN": { translation: textsOf("zh-CN") } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = locale;
}

/** Changes the language, and tells the document, so that fonts and screen readers follow. */
export async function speak(locale: Locale): Promise<void> {
  await i18n.changeLanguage(locale);
  document.documentElement.lang = locale;
}
