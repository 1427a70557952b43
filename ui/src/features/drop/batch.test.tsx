/** Several files, and folders, dropped at once: what each leads to, and that none is passed over. */
import { screen, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { forgetAnswers } from "../../api/answers";
import type { ConflictView } from "../../api/generated/center";
import { known, open, refusal } from "./drop-stage";

afterEach(forgetAnswers);

const named = (name: string) => ({ id: `com.${name.toLowerCase()}`, name });

test("a bad file never blocks the good ones, which come in the core's order", async () => {
  const dependency = {
    ...named("B"),
    requirement: "^1",
    installed: null,
    fits: false,
    on: false,
    optional: false,
    parent: false,
  };
  const { drop, user, applied } = await open(
    {
      "a.spk": { ...known, plugin: "com.a", name: "A", dependencies: [dependency] },
      "bad.spk": refusal("truncated"),
      "b.spk": { ...known, plugin: "com.b", name: "B" },
    },
    { package_arrange: ({ plans }) => ({ order: plans.toReversed(), held_back: [] }) },
  );
  await drop("a.spk", "bad.spk", "b.spk");
  const dialog = await screen.findByRole("dialog", { name: "2 of 3 can be installed" });
  expect(dialog).toHaveTextContent("bad.spkThe file is incomplete. Copy or download it again.");
  expect(dialog).toHaveTextContent("a.spk · needs B ^1");
  await user.click(within(dialog).getByRole("button", { name: "Install 2" }));
  await screen.findByRole("dialog", { name: "2 of 3 were installed" });
  expect(applied.map(({ plan }) => plan.split("#")[0])).toEqual(["/tmp/b.spk", "/tmp/a.spk"]);
});

test("what does not fit the others is held back with the whole reason, and forgotten", async () => {
  const breaks: ConflictView = {
    conflict: "breaks",
    plugin: named("B"),
    version: "2.0.0",
    dependent: named("C"),
    requirement: "^1",
  };
  const heldBack: ConflictView = {
    conflict: "held_back",
    plugin: named("A"),
    needs: named("B"),
    requirement: "^2",
    because: [breaks],
  };
  const { drop, user, applied, discarded } = await open(
    Object.fromEntries(["a", "b", "x"].map((name) => [`${name}.spk`, { ...known, name }])),
    {
      package_arrange: ({ plans: [a, b, x] }) => ({
        order: [x as string],
        held_back: [
          { plan: a as string, conflicts: [heldBack] },
          { plan: b as string, conflicts: [breaks] },
        ],
      }),
    },
  );
  await drop("a.spk", "b.spk", "x.spk");
  const dialog = await screen.findByRole("dialog", { name: "1 of 3 can be installed" });
  const reason = "C, which is on, needs B ^1; this is 2.0.0.";
  expect(dialog).toHaveTextContent(`A needs B ^2, which cannot be installed: ${reason}`);
  expect(dialog).toHaveTextContent(
    "Install those plugins together, or turn off what stands against it first.",
  );
  expect([...new Set(discarded.map((plan) => plan.split("#")[0]))]).toEqual(["/tmp/a.spk", "/tmp/b.spk"]);
  await user.click(within(dialog).getByRole("button", { name: "Install 1" }));
  await screen.findByRole("dialog", { name: "1 of 3 were installed" });
  expect(applied.map(({ plan }) => plan.split("#")[0])).toEqual(["/tmp/x.spk"]);
});

test("alone, what does not fit cannot be installed, and the review says why", async () => {
  const circle: ConflictView = { conflict: "cycle", plugins: [named("A"), named("B")] };
  const { drop } = await open({ "a.spk": { ...known, name: "A", conflicts: [circle] } });
  await drop("a.spk");
  const dialog = await screen.findByRole("dialog", { name: 'Install "A" 1.4.0?' });
  expect(within(dialog).getByRole("alert")).toHaveTextContent(
    "These plugins need each other in a circle: A → B → A.",
  );
  expect(within(dialog).queryByRole("button", { name: "Install" })).toBeNull();
  expect((await axe.run(dialog, { rules: { region: { enabled: false } } })).violations).toEqual([]);
});

test("a drop while a review is open waits for its turn", async () => {
  const { drop, user } = await open({ "bot.spk": {}, "two.spk": { name: "Second", plan: "two" } });
  await drop("bot.spk");
  await screen.findByRole("heading", { name: /FAQ bot/ });
  await drop("two.spk");
  expect(await screen.findByText("1 more file waits for its review.")).toBeVisible();
  await user.keyboard("{Escape}");
  expect(await screen.findByRole("heading", { name: 'Install "Second" 1.4.0?' })).toBeVisible();
});

test("a folder is not opened as a package; what lies in it can be checked", async () => {
  const { drop, user } = await open(
    { "one.spk": { trusted: true } },
    {
      path_look: ({ path }) =>
        path.endsWith(".spk")
          ? { kind: "file", packages: [] }
          : { kind: "folder", packages: ["/tmp/f/one.spk"] },
    },
  );
  await drop("f");
  const dialog = await screen.findByRole("dialog", { name: "Drop the file, not the folder" });
  expect(dialog).toHaveTextContent('"f" holds 1 package. Nothing was changed.');
  await user.click(within(dialog).getByRole("button", { name: "Check this one" }));
  expect(await screen.findByRole("heading", { name: 'Install "FAQ bot" 1.4.0?' })).toBeVisible();
});

test("a folder among files is a row that says so, and what lies in it can be checked with them", async () => {
  const { drop, user } = await open(
    { "a.spk": { ...known, name: "A" }, "b.spk": { ...known, name: "B" } },
    {
      path_look: ({ path }) => {
        if (path.endsWith(".spk")) return { kind: "file", packages: [] };
        return path.endsWith("gone")
          ? { kind: "missing", packages: [] }
          : { kind: "folder", packages: path.endsWith("full") ? ["/tmp/full/b.spk"] : [] };
      },
    },
  );
  await drop("a.spk", "full", "bare", "gone");
  const first = await screen.findByRole("dialog", { name: "1 of 4 can be installed" });
  expect(first).toHaveTextContent("fullDrop the file, not the folder. It holds 1 package.");
  expect(first).toHaveTextContent("bareDrop the file, not the folder. It holds no package.");
  expect(first).toHaveTextContent('gone"gone" is not there any more.');
  await user.click(within(first).getByRole("button", { name: "Check this one" }));
  const both = await screen.findByRole("dialog", { name: "2 of 4 can be installed" });
  expect(both).toHaveTextContent("b.spk");
  expect(both).not.toHaveTextContent("It holds 1 package");
});
