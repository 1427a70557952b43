/** Backups: what a passphrase decides, what is refused before and after the place is chosen, and what is said at the end. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { FakeAnswers } from "../../api/answers";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { PreferencesScreen } from "./PreferencesScreen";

const MADE = { path: "/home/li/a.backup", bytes: 3_355_443, with_secrets: true, left_out: [] };

async function ask(save: NonNullable<FakeAnswers["backup_save"]>) {
  const saved = vi.fn(save);
  await stage(<PreferencesScreen kept={null} />, { backup_save: saved });
  const user = userEvent.setup({ delay: null });
  await user.click(await screen.findByRole("button", { name: "Back up…" }));
  const dialog = within(await screen.findByRole("dialog"));
  const choose = dialog.getByRole("button", { name: "Choose where to save…" });
  const [first, second] = [
    dialog.getByLabelText("Passphrase (optional)"),
    dialog.getByLabelText("Passphrase again"),
  ];
  return { saved, user, dialog, choose, first, second };
}

test("without a passphrase it is said before and after that secrets are left out, and which", async () => {
  const left_out = [
    { plugin: "com.example.chatbot", pointer: "/secret" },
    { plugin: "com.example.gone", pointer: "/mail/password" },
    { plugin: "com.example.gone", pointer: "/token" },
  ];
  const { saved, user, dialog, choose } = await ask(() => ({ ...MADE, with_secrets: false, left_out }));
  expect(dialog.getByTestId("backup-means")).toHaveTextContent(/not encrypted and holds no secrets/);
  await expectAccessible();
  await user.click(choose);
  expect(saved).toHaveBeenCalledExactlyOnceWith({ passphrase: null });
  const made = within(await screen.findByRole("dialog", { name: "Backup made" }));
  expect(await made.findByTestId("backup-made")).toHaveTextContent(/3\.2 MB.*a\.backup.*not encrypted/);
  expect(made.getByText("com.example.gone: mail/password and token")).toBeVisible();
  await expectAccessible();
});

test("two passphrases that differ ask for no place, and the same twice are handed over once", async () => {
  const { saved, user, dialog, choose, first, second } = await ask(() => MADE);
  await user.type(first, "violet kettle");
  expect(dialog.getByTestId("backup-means")).toHaveTextContent(/is encrypted and holds secrets/);
  await user.click(choose);
  expect(await dialog.findByText("The two passphrases differ.")).toBeVisible();
  await user.type(second, "violet kettl");
  await user.click(choose);
  expect(saved).not.toHaveBeenCalled();
  await user.type(second, "e");
  await user.click(choose);
  await waitFor(() => expect(saved).toHaveBeenCalledExactlyOnceWith({ passphrase: "violet kettle" }));
  const made = await screen.findByTestId("backup-made");
  expect(made).toHaveTextContent(/holds secrets and keys/);
  expect(screen.queryByText(/entered again/)).toBeNull();
});

test("a refusal is told beside what was typed, which stays; so it does when no place is chosen", async () => {
  const answers = [() => null, () => Promise.reject(refusal("already_exists")), () => MADE];
  const { saved, user, dialog, choose, first, second } = await ask(() => (answers.shift() as () => never)());
  await user.type(first, "violet kettle");
  await user.type(second, "violet kettle");
  await user.click(choose);
  await waitFor(() => expect(choose).toBeEnabled());
  expect(dialog.queryByRole("alert")).toBeNull();
  await user.click(choose);
  expect(await dialog.findByRole("alert")).toHaveTextContent(/No backup was made.*Choose another name/);
  expect(first).toHaveValue("violet kettle");
  expect(second).toHaveValue("violet kettle");
  await user.click(choose);
  expect(await screen.findByTestId("backup-made")).toBeVisible();
  expect(saved).toHaveBeenCalledTimes(3);
});
