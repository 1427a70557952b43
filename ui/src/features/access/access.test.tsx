/** Who can use a plugin: chosen with open eyes, sent on what was seen, taken back by one press. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { peopleAnswers } from "../../../preview/people";
import type { FakeAnswers } from "../../api/answers";
import type { GrantsView } from "../../api/generated/center";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { Access } from "./Access";
import { opposite } from "./change";

const plugin = "com.example.chatbot";

/** Opens the tab, with every change of grants recorded in order. */
async function open(own: FakeAnswers = {}) {
  const base = peopleAnswers(false, "superadmin");
  const sent: unknown[] = [];
  const record: FakeAnswers = {
    grant_add: (args) => {
      sent.push(["add", args.subject, args.revision]);
      return base.grant_add?.(args) as Promise<GrantsView>;
    },
    grant_remove: (args) => {
      sent.push(["remove", args.subject, args.revision]);
      return base.grant_remove?.(args) as Promise<GrantsView>;
    },
  };
  await stage(<Access plugin={plugin} />, { ...base, ...record, ...own });
  await screen.findByRole("region", { name: "Ask the bot" });
  return { user: userEvent.setup({ delay: null }), sent };
}

const section = (name: string) => within(screen.getByRole("region", { name }));

test("that nobody has it is said plainly, and departments are called by their full path", async () => {
  await open();
  expect(
    section("Teach the bot").getByText("Nobody can use it yet; only super administrators."),
  ).toBeVisible();
  expect(await section("Ask the bot").findByText("Sales › East › E-mail")).toBeVisible();
  expect(await section("Ask the bot").findByText("wangfang")).toBeVisible();
  await expectAccessible();
});

test("added people are counted before, sent on each new revision, and taken back by undo", async () => {
  const { user, sent } = await open();
  await user.click(section("Ask the bot").getByRole("button", { name: "Add person" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByRole("textbox", { name: "Search by name or login" }), "chenw");
  expect(dialog.queryByRole("checkbox", { name: /Liu Yang/ })).toBeNull();
  await user.click(dialog.getByRole("checkbox", { name: /Chen Wei/ }));
  await user.clear(dialog.getByRole("textbox"));
  await user.click(dialog.getByRole("checkbox", { name: /Liu Yang/ }));
  expect(await dialog.findByText("46 → 54 people (+8)")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Show names" }));
  expect(dialog.getByText("Sam Okafor")).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await user.click(await screen.findByRole("button", { name: /^Undo/ }));
  await waitFor(() => expect(sent).toHaveLength(4));
  expect(sent).toEqual([
    ["add", { kind: "account", id: 4 }, 7],
    ["add", { kind: "account", id: 5 }, 8],
    ["remove", { kind: "account", id: 4 }, 9],
    ["remove", { kind: "account", id: 5 }, 10],
  ]);
});

test("before a removal those are named who lose it, and nothing is sent until it is confirmed", async () => {
  const { user, sent } = await open();
  await user.click(await section("Ask the bot").findByRole("button", { name: "Remove Wang Fang" }));
  const dialog = within(await screen.findByRole("dialog", { name: /Remove Wang Fang/ }));
  expect(await dialog.findByText("46 → 44 people (−2)")).toBeVisible();
  expect(dialog.getByText("Tom Baker")).toBeVisible();
  expect(sent).toEqual([]);
  await user.click(dialog.getByRole("button", { name: "Remove" }));
  await waitFor(() => expect(section("Ask the bot").queryByText("wangfang")).toBeNull());
  expect(sent).toEqual([["remove", { kind: "account", id: 2 }, 7]]);
});

test("a change by somebody else is said, and what was chosen is kept for a second try", async () => {
  const base = peopleAnswers(false, "superadmin");
  const now = await base.grant_list?.({ plugin, locale: "en" });
  const add = vi.fn();
  const { user } = await open({
    grant_list: () => now as GrantsView,
    grant_add: ({ revision }) => {
      add(revision);
      if (revision === 7) {
        Object.assign(now as GrantsView, { revision: 12 });
        throw refusal("changed_meanwhile");
      }
      return now as GrantsView;
    },
  });
  await user.click(section("Ask the bot").getByRole("button", { name: "Add person" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(await dialog.findByRole("checkbox", { name: /Chen Wei/ }));
  await user.click(dialog.getByRole("button", { name: "Add" }));
  expect(await dialog.findByTestId("changed-meanwhile")).toBeVisible();
  expect(dialog.getByRole("checkbox", { name: /Chen Wei/ })).toBeChecked();
  expect(screen.queryByRole("button", { name: /^Undo/ })).toBeNull();
  await waitFor(async () => {
    await user.click(dialog.getByRole("button", { name: "Add" }));
    expect(add).toHaveBeenLastCalledWith(12);
  });
});

test("departments are ticked by the keyboard, each with its path and its tick told", async () => {
  const { user, sent } = await open();
  await user.click(section("Teach the bot").getByRole("button", { name: "Add department" }));
  const dialog = within(await screen.findByRole("dialog"));
  const support = await dialog.findByRole("treeitem", { name: "Support" });
  support.focus();
  await user.keyboard("[ArrowDown][Space]");
  const mail = dialog.getByRole("treeitem", { name: "Support › E-mail" });
  expect(mail).toHaveFocus();
  expect(mail).toHaveAttribute("aria-checked", "true");
  expect(support).toHaveAttribute("aria-checked", "false");
  expect(dialog.getByRole("checkbox", { name: "Include sub-departments" })).toBeChecked();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(sent).toEqual([["add", { kind: "department", id: 2, below: true }, 7]]));
});

test("everyone means also accounts added later, and that is said before", async () => {
  const { user, sent } = await open();
  await user.click(section("Teach the bot").getByRole("button", { name: "Everyone" }));
  expect(await screen.findByText("All accounts can use it, also those that are added later.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Let everyone use it" }));
  expect(await section("Teach the bot").findByText("Everyone, including accounts added later")).toBeVisible();
  expect(sent).toEqual([["add", { kind: "everyone" }, 7]]);
});

test("why names what gives the permission, and what stands in the way", async () => {
  const { user } = await open();
  await user.click(screen.getByRole("combobox", { name: "Account" }));
  await user.click(await screen.findByRole("option", { name: "Wang Fang (wangfang)" }));
  const answer = within(await screen.findByTestId("why-answer"));
  expect(answer.getByText("Direct grant")).toBeVisible();
  expect(answer.getByText("Through department Support › E-mail, sub-departments included")).toBeVisible();
  const all = screen.getByRole("link", { name: "See all that Wang Fang can use" });
  expect(all).toHaveAttribute("href", "/people/2/plugins");
  await user.click(screen.getByRole("combobox", { name: "Account" }));
  await user.click(await screen.findByRole("option", { name: "Sam Okafor (sam)" }));
  expect(await screen.findByText("The account is disabled.")).toBeVisible();
  expect(screen.getByText("The plugin is not running.")).toBeVisible();
});

test("the opposite of a change brings back what was replaced", () => {
  const before = [{ subject: { kind: "department" as const, id: 1, below: true }, by: 1, at: 0 }];
  const change = {
    add: [
      { kind: "department" as const, id: 1, below: false },
      { kind: "account" as const, id: 2 },
    ],
    remove: [],
  };
  expect(opposite(change, before)).toEqual({
    add: [{ kind: "department", id: 1, below: true }],
    remove: [{ kind: "account", id: 2 }],
  });
});
