/** Accounts and departments: what a change means is shown before it, and refusals are said where they happen. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { peopleAnswers } from "../../../preview/people";
import type { FakeAnswers } from "../../api/answers";
import type { AccountView } from "../../api/generated/center";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { PeopleScreen } from "./PeopleScreen";

async function open(own: FakeAnswers = {}) {
  await stage(<PeopleScreen />, { ...peopleAnswers(false, "superadmin"), ...own });
  await screen.findByTestId("account-lina");
  return userEvent.setup({ delay: null });
}

type User = Awaited<ReturnType<typeof open>>;

async function begin(user: User, name: string, act: string) {
  await user.click(screen.getByRole("button", { name: `Actions for ${name}` }));
  await user.click(await screen.findByRole("menuitem", { name: act }));
  return within(await screen.findByRole("dialog"));
}

async function organisation(user: User) {
  await user.click(screen.getByRole("tab", { name: "Organisation" }));
  return screen.findByRole("treeitem", { name: "Support" });
}

test("accounts are found by name, login and department", async () => {
  const user = await open();
  await expectAccessible();
  await user.type(screen.getByRole("textbox"), "night");
  expect(screen.getByTestId("account-liuyang")).toBeVisible();
  expect(screen.queryByTestId("account-lina")).toBeNull();
  expect(screen.getByText("Support › Telephone › Night shift")).toBeVisible();
});

test("a new account's one-time password is shown once, with how to hand it over", async () => {
  const user = await open();
  await user.click(screen.getByRole("button", { name: "Add account" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Create account" }));
  expect(dialog.getByText("Enter a login.")).toBeVisible();
  await user.type(dialog.getByRole("textbox", { name: "Name" }), "Ana");
  await user.type(dialog.getByRole("textbox", { name: "Login" }), "sam");
  await user.click(dialog.getByRole("button", { name: "Create account" }));
  expect(await dialog.findByText("This login is taken. Choose another one.")).toBeVisible();
  expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("Ana");
  await user.type(dialog.getByRole("textbox", { name: "Login" }), "2{Enter}");
  expect(await screen.findByTestId("one-time-password")).toHaveTextContent("kelp-7Qd2-marble-94xn");
  await user.keyboard("{Escape}");
  expect(screen.getByText(/^Give it to Ana in person/)).toBeVisible();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "I have handed it over or written it down" }));
  await waitFor(() => expect(screen.queryByTestId("one-time-password")).toBeNull());
  expect(await screen.findByTestId("account-sam2")).toBeVisible();
});

test("before an account is disabled it is said who loses what, and nothing is sent", async () => {
  const disable = vi.fn();
  const user = await open({ account_enable: (args) => void disable(args) as never });
  const dialog = await begin(user, "Wang Fang", "Disable account…");
  const consequences = within(await dialog.findByTestId("consequences"));
  expect(consequences.getByText("FAQ bot · Ask the bot")).toBeVisible();
  expect(consequences.getByText("1 person loses it.")).toBeVisible();
  expect(consequences.getByText("7 people lose it.")).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Cancel" }));
  expect(disable).not.toHaveBeenCalled();
});

test("the last super administrator can be neither disabled nor demoted, and why is said", async () => {
  const user = await open();
  const disable = await begin(user, "Li Na", "Disable account…");
  await user.click(disable.getByRole("button", { name: "Disable account" }));
  expect(await disable.findByRole("alert")).toHaveTextContent("Nothing was changed");
  await user.click(disable.getByRole("button", { name: "Cancel" }));
  const role = await begin(user, "Li Na", "Change role…");
  await user.click(role.getByRole("radio", { name: "Account" }));
  await user.click(role.getByRole("button", { name: "Save" }));
  expect(await role.findByRole("alert")).toHaveTextContent("Nothing was changed");
  expect(screen.queryByText("The role of Li Na was changed.")).toBeNull();
});

test("somebody else's change of an account is said, and the departments chosen stay chosen", async () => {
  const list = (await peopleAnswers(false, "").account_list?.({})) as AccountView[];
  const sent = vi.fn();
  const user = await open({
    account_list: () => list,
    account_departments: ({ departments, revision }) => {
      sent(departments, revision);
      const own = list.find(({ login }) => login === "wangfang");
      if (own && revision === 1) {
        own.revision = 5;
        throw refusal("changed_meanwhile");
      }
      return null;
    },
  });
  const dialog = await begin(user, "Wang Fang", "Departments…");
  (await dialog.findByRole("treeitem", { name: "Sales › East › E-mail" })).focus();
  await user.keyboard("[Space]");
  expect(await dialog.findByTestId("consequences")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Save" }));
  expect(await dialog.findByTestId("changed-meanwhile")).toBeVisible();
  expect(dialog.getByRole("treeitem", { name: "Sales › East › E-mail" })).toHaveAttribute(
    "aria-checked",
    "true",
  );
  await waitFor(async () => {
    await user.click(dialog.getByRole("button", { name: "Save" }));
    expect(sent).toHaveBeenLastCalledWith([1, 2, 7], 5);
  });
  expect(await screen.findByText("The departments of Wang Fang were changed.")).toBeVisible();
});

test("the organisation is walked and changed by keyboard alone", async () => {
  const rename = vi.fn();
  const user = await open({
    department_rename: (args) => {
      rename(args);
      return { id: 2, path: ["Support", "Post"], parent: 1 };
    },
  });
  (await organisation(user)).focus();
  await user.keyboard("[ArrowDown][Enter]");
  const shown = within(await screen.findByTestId("department"));
  expect(shown.getByRole("heading", { name: "Support › E-mail" })).toBeVisible();
  expect(shown.getByText("2 members")).toBeVisible();
  expect(shown.getByText("Tom Baker")).toBeVisible();
  await expectAccessible();
  await user.keyboard("{F2}");
  const dialog = within(await screen.findByRole("dialog"));
  await user.clear(dialog.getByRole("textbox", { name: "Name" }));
  await user.type(dialog.getByRole("textbox", { name: "Name" }), "Post{Enter}");
  await waitFor(() => expect(rename).toHaveBeenCalledWith({ department: 2, name: "Post" }));
});

test("a department with others below it is not deleted, and an empty one only after its consequences", async () => {
  const remove = vi.fn();
  const user = await open({ department_delete: (args) => void remove(args) as never });
  (await organisation(user)).focus();
  await user.keyboard("{Delete}");
  expect(await screen.findByText("3 departments are below it. Move or delete those first.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Delete" })).toBeDisabled();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByText("Night shift"));
  await user.click(await screen.findByRole("button", { name: "Delete…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByTestId("consequences")).toBeVisible();
  expect(remove).not.toHaveBeenCalled();
  await user.click(dialog.getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(remove).toHaveBeenCalledWith({ department: 5 }));
});

test("a department is moved to another place, but never offered one below itself", async () => {
  const move = vi.fn();
  const user = await open({ department_move: (args) => void move(args) as never });
  await organisation(user);
  await user.click(screen.getByText("Telephone"));
  await user.click(await screen.findByRole("button", { name: "Move…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.queryByText("Night shift")).toBeNull();
  await expectAccessible();
  await user.click(dialog.getByText("Sales"));
  expect(await dialog.findByTestId("consequences")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Move" }));
  await waitFor(() => expect(move).toHaveBeenCalledWith({ department: 4, parent: 3 }));
});

test("an account's sessions are shown with where they live, and one or all of them are ended", async () => {
  const end = vi.fn();
  const left = ["a", "b"].map((id) => ({ id, kind: "window" as const, since: 1, seen: 2, own: false }));
  const user = await open({
    session_list: () => left,
    session_end: ({ account, session }) => {
      end(account, session);
      return session ? left.splice(0, 1).length : left.splice(0).length;
    },
  });
  const dialog = await begin(user, "Wang Fang", "Sessions…");
  const [first] = await dialog.findAllByRole("button", { name: /^End the session: Window/ });
  await expectAccessible();
  expect(dialog.getByRole("button", { name: "End all sessions" })).toBeVisible();
  await user.click(first as HTMLElement);
  expect(await dialog.findByText("1 session was ended.")).toBeVisible();
  expect(end).toHaveBeenLastCalledWith(2, "a");
  await waitFor(() => expect(dialog.queryByTestId("session-a")).toBeNull());
  expect(dialog.queryByRole("button", { name: "End all sessions" })).toBeNull();
  await user.click(dialog.getByRole("button", { name: /^End the session/ }));
  expect(await dialog.findByText("Signed in nowhere at the moment.")).toBeVisible();
});

test("a table is shown with its wrong lines, imported as shown, and its passwords are saved or handed over", async () => {
  const imported = vi.fn();
  const fakes = peopleAnswers(false, "superadmin");
  const user = await open({
    account_import: (args) => {
      imported(args);
      return fakes.account_import?.(args) as never;
    },
  });
  await user.click(screen.getByRole("button", { name: "Import…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Choose file…" }));
  const wrong = within(await dialog.findByTestId("import-wrong"));
  expect(wrong.getByText(/^Line 4 · sam: The login is taken\.$/)).toBeVisible();
  expect(wrong.getByText(/There is no department Support\/Nights\./)).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("checkbox", { name: "Also create the departments that are missing" }));
  expect(await dialog.findByText("1 department will be created")).toBeVisible();
  expect(dialog.getByText("Support › Nights", { selector: "li *" })).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Create 3 accounts" }));
  const handed = within(await screen.findByTestId("hand-over"));
  expect(imported).toHaveBeenCalledWith({
    path: "/home/li/Documents/people.csv",
    departments: true,
    plan: "true",
  });
  expect(handed.getByText("kelp-7Qd2-marble-92xn")).toBeVisible();
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Save as CSV…" }));
  expect(await screen.findByText(/^Saved for you alone to read: .*passwords\.csv$/)).toBeVisible();
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("button", { name: "I have saved or handed them over" }));
  await waitFor(() => expect(screen.queryByTestId("hand-over")).toBeNull());
});

test("an import that is no longer what was shown is said, and nothing is created", async () => {
  const user = await open({
    account_import: () => {
      throw refusal("plan_changed");
    },
  });
  await user.click(screen.getByRole("button", { name: "Import…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("button", { name: "Choose file…" }));
  await user.click(await dialog.findByRole("button", { name: "Create 2 accounts" }));
  expect(await dialog.findByTestId("changed-meanwhile")).toBeVisible();
  expect(screen.queryByTestId("hand-over")).toBeNull();
});

test("an account is deleted only after it is said who loses what, and the last super administrator stays", async () => {
  const user = await open();
  const dialog = await begin(user, "Wang Fang", "Delete account…");
  expect(await dialog.findByTestId("consequences")).toBeVisible();
  expect(screen.getByTestId("account-wangfang")).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Delete account" }));
  expect(await screen.findByText("The account of Wang Fang was deleted.")).toBeVisible();
  await waitFor(() => expect(screen.queryByTestId("account-wangfang")).toBeNull());
  const last = await begin(user, "Li Na", "Delete account…");
  await user.click(last.getByRole("button", { name: "Delete account" }));
  expect(await last.findByRole("alert")).toHaveTextContent("Nothing was changed");
  expect(screen.getByTestId("account-lina")).toBeVisible();
});
