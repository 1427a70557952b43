/** Beginning with a backup: chosen, opened, refused with nothing changed, and what has to be entered again. */
import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { answers as world } from "../../../preview/world";
import { App } from "../../App";
import { answerCommands, type FakeAnswers, forgetAnswers } from "../../api/answers";
import { makeQueries } from "../../api/client";
import { startI18n } from "../../i18n";
import { makeRouter } from "../../router";
import { expectAccessible, refusal } from "../../test-stage";

afterEach(forgetAnswers);

const FILE = { path: "/home/li/all of it.backup", bytes: 3_355_443, encrypted: true };
const BACK = {
  home: "/home/li/sprocket",
  made_at: Date.UTC(2026, 2, 14, 6, 2),
  product: "0.1.0",
  left_out: [],
  switched_off: [],
  trail_whole: true,
  put_aside: null,
};

async function begin(own: FakeAnswers) {
  let initialised = false;
  const made = world({ locale: "en", theme: "light", as: "new" });
  const { backup_restore: restore } = own;
  answerCommands({
    ...made,
    ...own,
    backup_restore: async (args) => {
      const view = await restore?.(args);
      initialised = true;
      return view ?? BACK;
    },
    status: async () => {
      const status = await made.status?.({});
      if (!status) throw refusal("internal");
      return { ...status, initialised };
    },
  });
  await startI18n("en");
  const router = makeRouter(createMemoryHistory({ initialEntries: ["/"] }));
  render(<App queries={makeQueries()} router={router} />);
  const user = userEvent.setup({ delay: null });
  await user.click(await screen.findByRole("button", { name: "Next" }));
  await user.click(screen.getByRole("radio", { name: "Restore a backup" }));
  await user.click(screen.getByRole("button", { name: "Next" }));
  expect(screen.getByRole("heading", { name: "Restore a backup" })).toBeVisible();
  return user;
}

test("an encrypted backup is opened by its passphrase, and signing in comes after", async () => {
  const restored = vi.fn(() => BACK);
  const user = await begin({ backup_choose: () => FILE, backup_restore: restored });
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Choose file…" }));
  expect(await screen.findByTestId("backup-file")).toHaveTextContent(/all of it\.backup.*3\.2 MB/);
  await expectAccessible();
  await user.type(screen.getByLabelText("Passphrase of the backup"), "violet kettle{Enter}");
  expect(await screen.findByTestId("restored")).toHaveTextContent(/as it was on 14 Mar 2026/);
  expect(restored).toHaveBeenCalledExactlyOnceWith({ path: FILE.path, passphrase: "violet kettle" });
  expect(screen.queryByText("To be entered again")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByLabelText("Account name")).toBeVisible();
});

test("a wrong passphrase is said, changes nothing, and can be corrected where it was typed", async () => {
  const answers = [() => Promise.reject(refusal("backup_passphrase")), () => BACK];
  const user = await begin({
    backup_choose: () => FILE,
    backup_restore: () => (answers.shift() as () => typeof BACK)(),
  });
  await user.click(screen.getByRole("button", { name: "Choose file…" }));
  const field = await screen.findByLabelText("Passphrase of the backup");
  await user.type(field, "violet kettel{Enter}");
  const told = await screen.findByRole("alert");
  expect(told).toHaveTextContent(/nothing was changed.*missing or wrong.*chosen when the backup was made/);
  await expectAccessible();
  expect(field).toHaveValue("violet kettel");
  await waitFor(() => expect(field).toHaveFocus());
  await user.type(field, "violet kettle{Enter}", { initialSelectionStart: 0, initialSelectionEnd: 99 });
  expect(await screen.findByTestId("restored")).toBeVisible();
});

test("without a passphrase it is said before and after what has to be entered again", async () => {
  const left_out = [
    { plugin: "com.example.chatbot", pointer: "/secret" },
    { plugin: "com.example.chatbot", pointer: "/mail/password" },
  ];
  const restored = vi.fn(() => ({
    ...BACK,
    left_out,
    switched_off: ["com.example.chatbot"],
    trail_whole: false,
    put_aside: "/home/li/sprocket.replaced-1",
  }));
  const user = await begin({
    backup_choose: () => ({ ...FILE, encrypted: false }),
    backup_restore: restored,
  });
  await user.click(screen.getByRole("button", { name: "Choose file…" }));
  expect(await screen.findByText(/holds no secrets and no keys/)).toBeVisible();
  expect(screen.queryByLabelText("Passphrase of the backup")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Check and restore" }));
  const card = await screen.findByTestId("restored");
  expect(restored).toHaveBeenCalledExactlyOnceWith({ path: FILE.path, passphrase: null });
  for (const text of [
    "com.example.chatbot: secret and mail/password",
    /This plugin stays off until/,
    /record of activity .* does not hold together/,
    "/home/li/sprocket.replaced-1",
  ])
    expect(card).toHaveTextContent(text);
  await expectAccessible();
});

test("what is no backup is refused at once, a dialog that is closed changes nothing, and there is a way back", async () => {
  const answers = [() => null, () => Promise.reject(refusal("not_a_backup")), () => FILE];
  const user = await begin({ backup_choose: () => (answers.shift() as () => typeof FILE)() });
  const choose = screen.getByRole("button", { name: "Choose file…" });
  await user.click(choose);
  await waitFor(() => expect(choose).toBeEnabled());
  expect(screen.queryByRole("alert")).toBeNull();
  await user.click(choose);
  expect(await screen.findByRole("alert")).toHaveTextContent(/This file is no backup of Sprocket/);
  await user.click(choose);
  expect(await screen.findByTestId("backup-file")).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Back" }));
  expect(screen.getByRole("radio", { name: "Restore a backup" })).toBeChecked();
});
