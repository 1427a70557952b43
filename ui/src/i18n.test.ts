/** Languages: which one is chosen, and that none lacks a text. */
import { expect, test } from "vitest";
import { type Locale, preferredLocale, textsOf } from "./i18n";

test("the first language of the system that is spoken here is taken", () => {
  expect(preferredLocale(["fr-FR", "zh-Hans-CN", "en"])).toBe("zh-CN");
  expect(preferredLocale(["en-GB", "zh-CN"])).toBe("en");
  expect(preferredLocale(["fr-FR"])).toBe("en");
  expect(preferredLocale([])).toBe("en");
});

/** Every key with the values that its text takes; plural forms count as one key. */
function shapes(locale: Locale): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (typeof value === "string") {
      const taken = [...value.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
      found.set(path.replace(/_(one|other)$/, ""), [...new Set(taken)].join(" "));
    } else if (value instanceof Object) {
      for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    }
  };
  walk(textsOf(locale), "");
  return found;
}

test("every text exists in both languages and takes the same values", () => {
  const english = shapes("en");
  expect(english.size).toBeGreaterThan(40);
  expect(Object.fromEntries(shapes("zh-CN"))).toEqual(Object.fromEntries(english));
});

test("no Chinese text was left in English", () => {
  const same = [...walkTexts(textsOf("zh-CN"))].filter((text) => !/[\u3400-\u9fff]/.test(text));
  expect(
    same.filter((text) =>
      /[a-z]{4,}/i.test(text.replace(/\{\{\w+\}\}|Sprocket|README|JSON|ClientID|https?:\S*|\.spk/g, "")),
    ),
  ).toEqual([]);
});

test("no space stands beside a date or a name in a Chinese sentence", () => {
  const values = "date|at|until|since|created|wait|by|who";
  const spaced = new RegExp(
    `[\\u3400-\\u9fff] \\{\\{(time|${values})\\}\\}|\\{\\{(${values})\\}\\} [\\u3400-\\u9fff]`,
  );
  expect([...walkTexts(textsOf("zh-CN"))].filter((text) => spaced.test(text))).toEqual([]);
});

function* walkTexts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (value instanceof Object) for (const inner of Object.values(value)) yield* walkTexts(inner);
}
