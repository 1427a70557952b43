/** The key of stored passwords in the settings: what is said of it, what can be done, and what a lost key asks for. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { FakeAnswers } from "../../api/answers";
import type { SecretsKeyView } from "../../api/generated/center";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { SecretsKey } from "./SecretsKey";

const IN_FILE: SecretsKeyView = { place: "file", secrets: 2, trouble: null, keyring: true };

async function open(view: SecretsKeyView, rekey: NonNullable<FakeAnswers["secrets_rekey"]>) {
  const rekeyed = vi.fn(rekey);
  await stage(<SecretsKey />, { secrets_key: () => view, secrets_rekey: rekeyed });
  await screen.findByTestId("key-place");
  return { rekeyed, user: userEvent.setup({ delay: null }) };
}

const act = (name: string) => screen.queryByRole("button", { name });

test("a key in a file moves into an open keyring, and what came of it is said", async () => {
  const moved = { place: "keyring", secrets: 2, given_up: [], switched_off: [] } as const;
  const { rekeyed, user } = await open(IN_FILE, () => ({ ...moved, given_up: [], switched_off: [] }));
  expect(screen.getByTestId("key-place")).toHaveTextContent(/2 passwords are stored.*in a file/);
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Move the key to the keyring" }));
  expect(rekeyed).toHaveBeenCalledExactlyOnceWith({ to: "keyring", give_up: false });
  expect(await screen.findByTestId("rekeyed")).toHaveTextContent(/2 passwords.*new key.*in the keyring/);
});

test("without an open keyring no key is moved there; a new one can be had", async () => {
  const answer = () => Promise.reject(refusal("disk_full"));
  const { rekeyed, user } = await open({ ...IN_FILE, keyring: false }, answer);
  expect(act("Move the key to the keyring")).toBeNull();
  await user.click(screen.getByRole("button", { name: "Use a new key" }));
  expect(rekeyed).toHaveBeenCalledExactlyOnceWith({ to: null, give_up: false });
  expect(await screen.findByRole("alert")).toHaveTextContent(/The key is as it was/);
});

test("a locked keyring says so and offers nothing that would lose passwords", async () => {
  const trouble = refusal("keyring_unavailable");
  await open({ place: "keyring", secrets: 1, trouble, keyring: false }, () => Promise.reject(trouble));
  expect(screen.getByRole("alert")).toHaveTextContent(/locked or does not answer.*Unlock/);
  expect(screen.queryAllByRole("button", { name: /key/ })).toEqual([]);
});

test("passwords whose key is lost are given up only after a question", async () => {
  const trouble = refusal("secrets_key_lost");
  const given_up = [{ plugin: "com.example.bot", pointer: "/secret" }];
  const answer = () => ({
    place: "keyring" as const,
    secrets: 0,
    given_up,
    switched_off: ["com.example.bot"],
  });
  const { rekeyed, user } = await open({ place: "keyring", secrets: 1, trouble, keyring: true }, answer);
  await user.click(screen.getByRole("button", { name: "Begin with a new key…" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Give up the stored passwords?" }));
  expect(dialog.getByText(/1 stored password is deleted/)).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(rekeyed).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Begin with a new key…" }));
  await user.click(await screen.findByRole("button", { name: "Delete them and begin anew" }));
  await waitFor(() => expect(rekeyed).toHaveBeenCalledExactlyOnceWith({ to: null, give_up: true }));
  expect(await screen.findByTestId("rekeyed")).toHaveTextContent(/1 password was deleted/);
});
