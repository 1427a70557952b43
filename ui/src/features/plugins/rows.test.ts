/** What the list shows for a wish. */
import { expect, test } from "vitest";
import type { AttentionView, FolderFileView, PluginView } from "../../api/generated/center";
import { badgeOf } from "../../parts/StateBadge";
import { concernsOf, isDismissible } from "./concerns";
import { initials } from "./pinyin";
import { counts, keyOf, rowsFor } from "./rows";

const plugin = (id: string, rest: Partial<PluginView> = {}): PluginView => ({
  id,
  name: id,
  version: "1.0.0",
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  parent: null,
  icon: null,
  trusted: true,
  wanted: true,
  observed: { state: "running" },
  missing: [],
  update: null,
  people: 4,
  everyone: false,
  revision: 1,
  ...rest,
});

const file = (name: string, state: string): FolderFileView => ({
  file: name,
  plugin: null,
  about: null,
  state,
  cause: null,
});

const wish = { text: "", chip: "all", sort: "name", locale: "en", concerned: new Set<string>() } as const;
const keys = (...args: Parameters<typeof rowsFor>) => rowsFor(...args).map(keyOf);

test("a Chinese name is found by its signs and by the first letters of their readings", () => {
  expect(initials("智能机器人")).toBe("znjqr");
  expect(initials("邮件工单 2")).toBe("yjgd 2");
  const all = [plugin("a.bot", { name: "智能机器人" }), plugin("a.mail", { name: "邮件工单" })];
  expect(keys(all, [], { ...wish, text: "机器" })).toEqual(["a.bot"]);
  expect(keys(all, [], { ...wish, text: "yjgd" })).toEqual(["a.mail"]);
});

test("every word has to match the name, the publisher or the id", () => {
  const all = [plugin("com.a.bot", { name: "FAQ bot" }), plugin("com.b.bot", { publisher: "North Desk" })];
  expect(keys(all, [], { ...wish, text: "north BOT" })).toEqual(["com.b.bot"]);
  expect(keys(all, [], { ...wish, text: "north faq" })).toEqual([]);
});

test("chips count and show what belongs to them", () => {
  const all = [
    plugin("runs"),
    plugin("off", { wanted: false, observed: { state: "off" }, people: 0 }),
    plugin("fails", {
      observed: { state: "stopped_after_errors", failures: 3, cause: "x", ending: null },
      wanted: false,
    }),
    plugin("everyone", { everyone: true, people: 0 }),
  ];
  expect(counts(all, [file("b.spk", "waiting"), file("c.spk", "installed")], 3)).toEqual({
    all: 5,
    running: 2,
    off: 2,
    attention: 3,
    nobody: 1,
  });
  expect(keys(all, [], { ...wish, chip: "nobody" })).toEqual(["off"]);
  const concerned = new Set(["fails"]);
  expect(keys(all, [file("b.spk", "waiting")], { ...wish, chip: "attention", concerned })).toEqual(["fails"]);
});

test("a waiting update shows as the badge, unless something more urgent is to be said", () => {
  const update = { file: "x.spk", version: "2.0.0" };
  expect(badgeOf(plugin("a", { update }))).toBe("update_waiting");
  expect(badgeOf(plugin("a", { update, observed: { state: "package_missing" } }))).toBe("package_missing");
});

test("files that wait come first, but not those that show as an installed plugin's update", () => {
  const all = [plugin("a", { update: { file: "a2.spk", version: "2.0.0" } })];
  const files = [
    file("a2.spk", "waiting"),
    file("b.spk", "waiting"),
    file("c.spk", "arriving"),
    file("d.spk", "installed"),
  ];
  expect(keys(all, files, wish)).toEqual(["file:b.spk", "file:c.spk", "a"]);
  expect(keys(all, files, { ...wish, chip: "running" })).toEqual(["a"]);
});

test("by state, what needs a person comes before what runs", () => {
  const all = [
    plugin("a"),
    plugin("b", { observed: { state: "off" } }),
    plugin("c", { observed: { state: "package_missing" } }),
  ];
  expect(keys(all, [], { ...wish, sort: "state" })).toEqual(["c", "a", "b"]);
});

const kept = (kind: string, subject: string): AttentionView => ({
  id: 1,
  kind,
  subject,
  cause: { code: "start_failed", message: "", hint: "", details: null },
  since: 0,
});

test("what the center keeps and what states say is each named once", () => {
  const all = [
    plugin("empty", { wanted: false, observed: { state: "set_up_first" }, missing: ["Client ID"] }),
    plugin("failed", { observed: { state: "package_missing" } }),
    plugin("newer", { update: { file: "newer2.spk", version: "2.0.0" } }),
    plugin("retries", {
      observed: { state: "restarting", attempt: 1, of: 3, in_ms: 10, cause: "x", ending: null },
    }),
  ];
  const list = [kept("plugin_failed", "failed"), kept("approval_waiting", "newer2.spk")];
  const concerns = concernsOf(list, all, [file("newer2.spk", "waiting")]);
  expect(concerns.map(({ row }) => row)).toEqual(["failed", "newer", "empty"]);
  expect(concerns.map(isDismissible)).toEqual([true, false, false]);
});

test("sub-plugins come below their parent as long as that is shown, and are sorted among themselves", () => {
  const all = [
    plugin("mail", { parent: "tickets" }),
    plugin("tickets"),
    plugin("alone", { parent: "not.installed" }),
    plugin("chat", { parent: "tickets" }),
    plugin("inbox", { parent: "mail" }),
  ];
  const depths = (...args: Parameters<typeof rowsFor>) =>
    rowsFor(...args).map((row) => [keyOf(row), row.kind === "plugin" ? row.depth : null]);
  expect(depths(all, [], wish)).toEqual([
    ["alone", 0],
    ["tickets", 0],
    ["chat", 1],
    ["mail", 1],
    ["inbox", 2],
  ]);
  expect(depths(all, [], { ...wish, text: "mail" })).toEqual([["mail", 0]]);
});
