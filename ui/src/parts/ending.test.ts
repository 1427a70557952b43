/** Endings of plugins in words. */
import { expect, test } from "vitest";
import type { Ending } from "../api/generated/center";
import { i18n, startI18n } from "../i18n";
import { endingWords } from "./ending";

const endings: Ending[] = [
  { ending: "gone" },
  { ending: "exited", code: 3 },
  { ending: "killed", signal: "SIGSEGV" },
  { ending: "killed", signal: "42" },
  { ending: "hung" },
  { ending: "unwell", said: "no line" },
  { ending: "misbehaved", how: "no frame" },
  { ending: "over_storage", used: 70 * 2 ** 20, allowed: 64 * 2 ** 20 },
  { ending: "over_memory", used: 300 * 2 ** 20, allowed: 256 * 2 ** 20 },
  { ending: "over_threads", used: 600, allowed: 512 },
  { ending: "not_in_time", allowed_ms: 2500 },
  { ending: "settings_refused", said: "no line" },
  { ending: "refused", said: "no line" },
];

test("in Chinese only the plugin's own words stay as they were, in quotes", async () => {
  await startI18n("zh-CN");
  const words = endings.map((ending) => endingWords(i18n.t, ending, "it ended", "zh-CN"));
  expect(words).toContain("内存访问错误（SIGSEGV）");
  expect(words).toContain("内存占用 300 MB，超出批准的 256 MB");
  expect(words).toContain("插件自检异常：“no line”");
  expect(words.filter((text) => /[a-z]{4}/.test(text.replace(/“.*”/, "")))).toEqual([]);
});

test("what was recorded before endings had parts is said as it was", async () => {
  await startI18n("en");
  expect(endingWords(i18n.t, null, "it ended", "en")).toBe("it ended");
  const last = endings.at(2) as Ending;
  expect(endingWords(i18n.t, last, "", "en")).toBe("a memory fault (SIGSEGV)");
});
