/** Who gets behind the gate, and what is kept while it is closed. */
import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { answers as world } from "../../../preview/world";
import { App } from "../../App";
import { answerCommands, type FakeAnswers, forgetAnswers } from "../../api/answers";
import { makeQueries } from "../../api/client";
import { startI18n } from "../../i18n";
import { keepUnsaved } from "../../parts/unsaved";
import { makeRouter } from "../../router";

afterEach(forgetAnswers);

async function open(
  as: "nobody" | "new" | "superadmin" | "account" | "promoted",
  own: FakeAnswers = {},
  path = "/settings",
) {
  const locale = "en";
  answerCommands({ ...world({ locale, theme: "light", as }), ...own });
  await startI18n(locale);
  const router = makeRouter(createMemoryHistory({ initialEntries: [path] }));
  return render(<App queries={makeQueries()} router={router} />);
}

const refused = { code: "wrong_credentials", message: "no", hint: "", details: null };

test("a wrong password is said, forgotten, and the account name stays", async () => {
  const user = userEvent.setup();
  await open("nobody", {
    sign_in: () => {
      throw refused;
    },
  });
  await user.type(await screen.findByLabelText("Account name"), "lina");
  await user.type(screen.getByLabelText("Password"), "not it");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByRole("alert")).toBeVisible();
  expect(screen.getByLabelText("Password")).toHaveValue("");
  expect(screen.getByLabelText("Account name")).toHaveValue("lina");
});

test("signing in leads to the screens, and nothing of them is there before", async () => {
  const user = userEvent.setup();
  await open("nobody");
  await user.type(await screen.findByLabelText("Account name"), "lina");
  expect(screen.queryByRole("navigation")).toBeNull();
  await user.type(screen.getByLabelText("Password"), "right{Enter}");
  expect(await screen.findByRole("heading", { name: "Settings" })).toBeVisible();
});

test("the first start shows the recovery code before anything else is reachable", async () => {
  const user = userEvent.setup();
  const init = vi.fn();
  const session = {
    account: 1,
    login: "lina",
    name: "Li Na",
    role: "superadmin",
    must_change: false,
    locked: false,
  };
  await open("new", {
    init: (args) => {
      init(args);
      return { recovery_code: "AAAA-BBBB", session: { ...session, role: "superadmin" } };
    },
  });
  await user.click(await screen.findByRole("button", { name: "Next" }));
  await user.click(screen.getByRole("button", { name: "Next" }));
  await user.type(screen.getByLabelText("Your name"), "Li Na");
  await user.type(screen.getByLabelText("Account name"), " lina ");
  await user.type(screen.getByLabelText("New password"), "green umbrella 9");
  await user.type(screen.getByLabelText("Repeat the new password"), "green umbrella 8");
  expect(screen.getByText("The two passwords differ.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(init).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("Repeat the new password"), "{Backspace}9");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByTestId("recovery-code")).toHaveTextContent("AAAA-BBBB");
  expect(init).toHaveBeenCalledWith({ login: "lina", name: "Li Na", password: "green umbrella 9" });
  expect(screen.queryByRole("navigation")).toBeNull();
  await user.click(screen.getByRole("button", { name: "I have kept it" }));
  expect(screen.getByTestId("step")).toHaveTextContent("Step 4 of 4");
});

test("what was typed is still there after the window was locked and unlocked", async () => {
  const user = userEvent.setup();
  const own = { account: 1, login: "lina", name: "Li Na", role: "superadmin", must_change: false } as const;
  let locked = false;
  await open("superadmin", {
    session_get: () => ({ ...own, locked }),
    lock: () => {
      locked = true;
      return null;
    },
    unlock: () => {
      locked = false;
      return { ...own, locked };
    },
  });
  const field = await screen.findByLabelText("Lock when nobody touches it for");
  await user.click(field);
  await user.type(field, "{Backspace}");
  const typed = (field as HTMLInputElement).value;
  await user.click(screen.getByRole("button", { name: "Li Na" }));
  await user.click(await screen.findByRole("menuitem", { name: "Lock" }));
  expect(await screen.findByRole("heading", { name: "Locked" })).toBeVisible();
  expect(field).not.toBeVisible();
  await user.type(screen.getByLabelText("Password"), "right{Enter}");
  await waitFor(() => expect(field).toBeVisible());
  expect(typed).not.toBe("15 min");
  expect(field).toHaveValue(typed);
});

test("quitting says how many plugins stop, and stops them only on demand", async () => {
  const user = userEvent.setup();
  const quit = vi.fn(() => null);
  const hide = vi.fn(() => null);
  await open("superadmin", { quit, window_hide: hide });
  await user.click(await screen.findByRole("button", { name: "Li Na" }));
  await user.click(await screen.findByRole("menuitem", { name: "Quit…" }));
  expect(await screen.findByText("2 plugins will stop for everyone.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep running in background" }));
  expect(hide).toHaveBeenCalled();
  expect(quit).not.toHaveBeenCalled();
});

test("an account that manages nothing sees only its own plugins and settings", async () => {
  await open("account");
  expect(await screen.findByRole("link", { name: "My plugins" })).toBeVisible();
  expect(screen.queryByRole("link", { name: "People" })).toBeNull();
  expect(screen.queryByText("Plugin folder")).toBeNull();
});

test("a screen reader finds nothing amiss at the gate and behind it", async () => {
  for (const as of ["nobody", "new", "superadmin"] as const) {
    const { container, unmount } = await open(as);
    await screen.findByRole("heading", { level: 1 });
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    unmount();
  }
});

test("signing out asks first while something is not saved, and then forgets it", async () => {
  const user = userEvent.setup();
  let held = true;
  keepUnsaved({
    holds: (account) => held && account === 1,
    drop: () => {
      held = false;
    },
  });
  const out = vi.fn(() => null);
  await open("superadmin", { sign_out: out });
  const signOut = async () => {
    await user.click(await screen.findByRole("button", { name: "Li Na" }));
    await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  };
  await signOut();
  await user.click(await screen.findByRole("button", { name: "Stay" }));
  expect(out).not.toHaveBeenCalled();
  expect(held).toBe(true);
  await user.click(screen.getByRole("button", { name: "Li Na" }));
  await user.click(await screen.findByRole("menuitem", { name: "Quit…" }));
  expect(
    await screen.findByText(
      "What you entered and did not save is offered again when you sign in; typed passwords are not.",
    ),
  ).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  await signOut();
  await user.click(await screen.findByRole("button", { name: "Leave without saving" }));
  expect(await screen.findByLabelText("Account name")).toBeVisible();
  expect(out).toHaveBeenCalledTimes(1);
  expect(held).toBe(false);
});

test("a plugin's page opened by its address shows the part that the address names", async () => {
  window.location.hash = "#/plugins/com.example.chatbot?tab=access";
  answerCommands(world({ locale: "en", theme: "light", as: "superadmin" }));
  await startI18n("en");
  render(<App queries={makeQueries()} router={makeRouter()} />);
  const tab = await screen.findByRole("tab", { name: "Who can use it" });
  expect(tab).toHaveAttribute("aria-selected", "true");
  expect(await screen.findByTestId("access")).toBeVisible();
  window.location.hash = "";
});

test("everybody sees where they are signed in, and ends what is not this window", async () => {
  const user = userEvent.setup();
  const end = vi.fn();
  const all = ["window", "command_line"].map((kind, index) => ({
    id: `${index}`,
    kind: kind as "window",
    since: 1,
    seen: 2,
    own: index === 0,
  }));
  await open("account", {
    session_list: () => all,
    session_end: (args) => {
      end(args);
      return all.splice(1).length;
    },
  });
  await user.click(await screen.findByRole("button", { name: "Li Na" }));
  await user.click(await screen.findByRole("menuitem", { name: "Where you are signed in" }));
  const own = await screen.findByTestId("session-0");
  expect(own).toHaveTextContent("This one");
  await user.click(screen.getByRole("button", { name: /^End the session: Command line/ }));
  await waitFor(() => expect(end).toHaveBeenCalledWith({ account: null, session: "1" }));
  await waitFor(() => expect(screen.queryByTestId("session-1")).toBeNull());
});

test("why a new password is too weak is said beside its field, until another is typed", async () => {
  const user = userEvent.setup();
  await open("account", {
    password_change: () => {
      throw { code: "weak_password", message: "no", hint: "", details: { rule: "common", shortest: 10 } };
    },
  });
  await user.click(await screen.findByRole("button", { name: "Li Na" }));
  await user.click(await screen.findByRole("menuitem", { name: "Change password" }));
  await user.type(await screen.findByLabelText("Present password"), "green umbrella 9");
  await user.type(screen.getByLabelText("New password"), "Password12345");
  await user.type(screen.getByLabelText("Repeat the new password"), "Password12345{Enter}");
  const field = screen.getByLabelText("New password");
  await waitFor(() => expect(field).toHaveAccessibleDescription(/among the first that are guessed/));
  expect(field).toBeInvalid();
  expect(screen.queryByRole("alert")).toBeNull();
  expect(field).toHaveValue("Password12345");
  await user.type(field, "6");
  expect(field).toBeValid();
});

test("a super administrator without a recovery code is reminded, and makes one with the password", async () => {
  const user = userEvent.setup();
  await open("promoted");
  const reminder = within(await screen.findByTestId("no-recovery-code"));
  await user.click(reminder.getByRole("button", { name: "New recovery code…" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.type(dialog.getByLabelText("Present password"), "wrong{Enter}");
  expect(await dialog.findByRole("alert")).toBeVisible();
  expect(dialog.getByLabelText("Present password")).toHaveValue("");
  await user.type(dialog.getByLabelText("Present password"), "green umbrella 9{Enter}");
  expect(await dialog.findByTestId("recovery-code")).toHaveTextContent("7k2m-9qxd");
  await user.keyboard("{Escape}");
  expect(dialog.getByTestId("recovery-code")).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "I have kept it" }));
  await waitFor(() => expect(screen.queryByTestId("no-recovery-code")).toBeNull());
  expect(screen.queryByTestId("recovery-code")).toBeNull();
});
