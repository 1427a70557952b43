/** Languages: which one is chosen, and that none lacks a text. */
import { expect, test } from "vitest";
import { preferredLocale } from "./i18n";
import en from "./locales/en.json";
import zhCN from "./locales/zh-CN.json";

function keys(texts: object, above = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [`${above}${key}`] : keys(value, `${above}${key}.`),
  );
}

test("the first language of the system that is spoken here is taken", () => {
  expect(preferredLocale(["fr-FR", "zh-Hans-CN", "en"])).toBe("zh-CN");
  expect(preferredLocale(["en-GB", "zh-CN"])).toBe("en");
  expect(preferredLocale(["fr-FR"])).toBe("en");
  expect(preferredLocale([])).toBe("en");
});

test("both languages have the same texts", () => {
  expect(keys(zhCN).sort()).toEqual(keys(en).sort());
});
