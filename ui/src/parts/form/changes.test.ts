/** What is sent, what takes it back, and how two people's changes meet. */
import { expect, test } from "vitest";
import { changesOf, conflicting, rebased, undoOf } from "./changes";
import { numberIn } from "./controls/NumberControl";
import { halfWidth } from "./half-width";
import { pointerOf, valueAt, withValue } from "./pointers";

const field = (pointer: string, own: object = {}) => ({
  pointer,
  title: pointer,
  kind: "text",
  required: false,
  value: null,
  is_default: false,
  stored: null,
  ...own,
});

test("only what changed is sent, nested by key, and null where nothing is entered", () => {
  const fields = [field("/a"), field("/group/x"), field("/group/y"), field("/gone"), field("/odd~1key.dot")];
  const from = { a: 1, group: { x: "1", y: "2" }, gone: 5, "odd/key.dot": false };
  const to = { a: 1, group: { x: "1", y: "3" }, "odd/key.dot": true };
  expect(changesOf(fields, from, to, {})).toEqual({ group: { y: "3" }, gone: null, "odd/key.dot": true });
});

test("nothing entered and nothing there are no change", () => {
  expect(changesOf([field("/a")], {}, { a: "" }, {})).toEqual({});
  expect(changesOf([field("/a")], { a: false }, { a: 0 }, {})).toEqual({ a: 0 });
});

test("a password is sent by what is to happen to it, and never taken back", () => {
  const fields = [field("/a"), field("/secret", { stored: true })];
  const sent = changesOf(fields, { a: 1 }, { a: 2 }, { "/secret": { $set: "hunter2" } });
  expect(sent).toEqual({ a: 2, secret: { $set: "hunter2" } });
  expect(undoOf(fields, { a: 1 }, { a: 2 })).toEqual({ a: 1 });
  expect(undoOf(fields, { a: 1 }, { a: 1 })).toBeNull();
});

test("taking back goes to the default where the default was in force", () => {
  const fields = [field("/a", { is_default: true }), field("/b")];
  expect(undoOf(fields, { a: 1, b: 1 }, { a: 2, b: 2 })).toEqual({ a: null, b: 1 });
});

test("another's changes come in, mine stay, and only both to one setting are a conflict", () => {
  const fields = [field("/mine"), field("/theirs"), field("/both"), field("/agreed")];
  const from = { mine: 1, theirs: 1, both: 1, agreed: 1 };
  const mine = { mine: 2, theirs: 1, both: 2, agreed: 2 };
  const theirs = { mine: 1, theirs: 3, both: 3, agreed: 2 };
  expect(conflicting(fields, from, mine, theirs)).toEqual(["/both"]);
  expect(rebased(fields, from, mine, theirs)).toEqual({ mine: 2, theirs: 3, both: 2, agreed: 2 });
});

test("a dot or a slash in a key is part of the key", () => {
  expect(pointerOf(["a.b", "c/d", 0])).toBe("/a.b/c~1d/0");
  expect(valueAt({ "a.b": { "c/d": 1 } }, "/a.b/c~1d")).toBe(1);
  expect(withValue({ "a.b": { x: 1 } }, "/a.b/x", undefined)).toEqual({ "a.b": {} });
  expect(valueAt({}, "/constructor")).toBeUndefined();
});

test.each([
  ["１２．５", "12.5"],
  ["https：//a．example", "https://a.example"],
  ["０９：３０", "09:30"],
])("full-width %s is entered as %s", (typed, entered) => {
  expect(halfWidth(typed)).toBe(entered);
});

test.each([
  ["12.5", 12.5],
  ["-3", -3],
  ["1e3", 1000],
  ["", undefined],
  ["0x10", "0x10"],
  ["twelve", "twelve"],
  ["9007199254740993", "9007199254740993"],
])("%s is the number %s, or stays what was typed", (typed, entered) => {
  expect(numberIn(typed)).toBe(entered);
});
