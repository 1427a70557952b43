/** Every code of the core has its words, and details are put in as people read them. */
import { beforeAll, expect, test } from "vitest";
import center from "../../../crates/center/src/error.rs?raw";
import archive from "../../../crates/spk/src/archive/rules.rs?raw";
import spk from "../../../crates/spk/src/error.rs?raw";
import key from "../../../crates/spk/src/key.rs?raw";
import trust from "../../../crates/spk/src/trust.rs?raw";
import { i18n, speak, startI18n, textsOf } from "../i18n";
import { nextStep, sentence } from "./failure";

beforeAll(() => startI18n("en"));

/** The codes that a Rust file gives, by the two ways in which it gives them. */
function codesIn(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([, code]) => code ?? "");
}

test("every code of the center and of a package's checks has words in both languages", () => {
  const answers = (source: string) =>
    codesIn(source.slice(source.indexOf("pub fn code")), /"([a-z0-9_]+)",/g);
  const rules = answers(archive).filter((code) => code.startsWith("archive_"));
  const codes = new Set([
    ...codesIn(center, /^ {4}[A-Z]\w+ = "([a-z_]+)"/gm),
    ...[spk, key, trust].flatMap((source) => {
      const from = source.indexOf("pub fn code");
      return codesIn(source.slice(from, source.indexOf("pub fn hint")), /"([a-z0-9_]+)",/g);
    }),
    ...rules,
  ]);
  expect(codes.size).toBeGreaterThan(100);
  for (const locale of ["en", "zh-CN"] as const) {
    const words = textsOf(locale).errors as Record<string, { hint?: string }>;
    expect([...codes].filter((code) => !words[code]?.hint)).toEqual([]);
  }
});

const refused = (code: string, details: Record<string, unknown> | null, message = "as the core says it") =>
  ({ code, message, hint: "", details }) as Parameters<typeof sentence>[1];

test("dates, lists, sizes and platforms are written for people", async () => {
  const withdrawn = refused("revoked", { by: "lina", at: "2026-03-03T10:00:00Z", reason: "key lost" });
  expect(sentence(i18n.t, withdrawn)).toBe("lina withdrew trust in this publisher on 3 Mar 2026: key lost.");
  const other = refused("library_missing_for_platform", {
    target: "x86_64-unknown-linux-gnu",
    offered: ["aarch64-apple-darwin", "x86_64-pc-windows-msvc"],
  });
  expect(sentence(i18n.t, other)).toBe(
    "Made for macOS (aarch64) and Windows (x86_64); this computer is Linux (x86_64).",
  );
  await speak("zh-CN");
  expect(sentence(i18n.t, withdrawn)).toBe("lina已于2026年3月3日撤销对该提供者的信任：key lost。");
  expect(sentence(i18n.t, refused("too_large", { limit: 512 << 20 }))).toContain("512 MB");
  await speak("en");
});

test("a detail that is missing never shows as a hole: the core's sentence stands in", () => {
  expect(sentence(i18n.t, refused("revoked", null))).toBe("as the core says it");
  expect(sentence(i18n.t, refused("not_a_package", null))).toBe("The file is not a plugin package.");
  expect(sentence(i18n.t, refused("not_a_package", { file: "a.zip" }))).toContain('"a.zip"');
});

test("a full disk is called that, whatever was being written", () => {
  const full = refused("disk_full", null);
  expect(sentence(i18n.t, full)).toBe("The disk is full.");
  expect(nextStep(i18n.t, full)).toContain("Free some space");
});

test("where it is known, a full disk is told by what is needed and what is free", async () => {
  const full = refused("disk_full", { needs: 120 << 20, free: 40 << 20 });
  expect(sentence(i18n.t, full)).toBe("Needs 120 MB, 40 MB free.");
  await speak("zh-CN");
  expect(sentence(i18n.t, full)).toBe("需要 120 MB，剩余 40 MB。");
  await speak("en");
});
