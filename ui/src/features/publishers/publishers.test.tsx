/** Trust in publishers: withdrawn only with a reason and open eyes, given only with a code compared. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { peopleAnswers } from "../../../preview/people";
import type { FakeAnswers } from "../../api/answers";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { keyIn } from "./key-file";
import { PublishersScreen } from "./PublishersScreen";

const KEY = `ed25519:${"A".repeat(43)}=`;

async function open(own: FakeAnswers = {}) {
  await stage(<PublishersScreen />, { ...peopleAnswers(false, "superadmin"), ...own });
  await screen.findByTestId("publisher-Example Ltd");
  return userEvent.setup({ delay: null });
}

async function begin(user: Awaited<ReturnType<typeof open>>, label: string, act: string) {
  await user.click(screen.getByRole("button", { name: `Actions for ${label}` }));
  await user.click(await screen.findByRole("menuitem", { name: act }));
  return within(await screen.findByRole("dialog"));
}

test("each publisher shows its check code, who trusted it, and who withdrew that and why", async () => {
  await open();
  const known = within(screen.getByTestId("publisher-Example Ltd"));
  expect(known.getByTestId("check-code")).toHaveTextContent("41830 92217 00654 71190 38825 06417");
  expect(known.getByText("By phone, same as on page 4 of the contract")).toBeVisible();
  expect(await known.findByText(/^Trusted by Li Na/)).toBeVisible();
  const gone = within(screen.getByTestId("publisher-Widget Co"));
  expect(gone.getByTestId("standing")).toHaveTextContent("Trust withdrawn");
  expect(gone.getByText(/^Withdrawn by Li Na.*Their private key leaked/)).toBeVisible();
  await expectAccessible();
});

test("the plugins that stop are named, and without a reason trust is not withdrawn", async () => {
  const withdraw = vi.fn();
  const user = await open({ publisher_withdraw: (args) => void withdraw(args) as never });
  const dialog = await begin(user, "Example Ltd", "Withdraw trust…");
  expect(await within(await dialog.findByTestId("stopping")).findByText("Directory 1.2.7")).toBeVisible();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Withdraw trust" }));
  expect(dialog.getByText("Say why; others will want to know.")).toBeVisible();
  expect(withdraw).not.toHaveBeenCalled();
  await user.type(dialog.getByRole("textbox", { name: /^Reason/ }), " leaked ");
  await user.click(dialog.getByRole("button", { name: "Withdraw trust" }));
  await waitFor(() => expect(withdraw).toHaveBeenCalledWith({ key: "ed25519:AAAA", reason: "leaked" }));
});

test("a refusal of the core stands in the dialog, and the reason typed stays", async () => {
  const user = await open({
    publisher_withdraw: () => {
      throw refusal("not_found");
    },
  });
  const dialog = await begin(user, "Example Ltd", "Withdraw trust…");
  await user.type(dialog.getByRole("textbox", { name: /^Reason/ }), "leaked");
  await user.click(dialog.getByRole("button", { name: "Withdraw trust" }));
  expect(await dialog.findByRole("alert")).toHaveTextContent("Nothing was changed");
  expect(dialog.getByRole("textbox", { name: /^Reason/ })).toHaveValue("leaked");
  expect(screen.queryByText("Trust in Example Ltd was withdrawn.")).toBeNull();
});

test("trusting again shows why it was withdrawn and the code, and asks anew how it was compared", async () => {
  const user = await open();
  const dialog = await begin(user, "Widget Co", "Trust again…");
  expect(dialog.getByText(/Their private key leaked/)).toBeVisible();
  expect(dialog.getByTestId("check-code")).toHaveTextContent("66120");
  await user.click(dialog.getByRole("button", { name: "Trust" }));
  expect(dialog.getByText("Say how the check code was compared.")).toBeVisible();
  await user.type(dialog.getByRole("textbox", { name: /^How it was checked/ }), "in person");
  await user.click(dialog.getByRole("button", { name: "Trust" }));
  await waitFor(() =>
    expect(within(screen.getByTestId("publisher-Widget Co")).getByTestId("standing")).toHaveTextContent(
      "Trusted",
    ),
  );
});

test("a new key shows its check code before it can be trusted, and an incomplete one says so", async () => {
  const trust = vi.fn();
  const user = await open({
    publisher_trust: (args) => void trust(args) as never,
    publisher_look: ({ key }) => {
      if (key === KEY) return { fingerprint: "9f2c", check_code: "10000 20000 30000 40000 50000 60000" };
      throw refusal("invalid_input");
    },
  });
  await user.click(screen.getByRole("button", { name: "Trust a publisher…" }));
  const dialog = within(await screen.findByRole("dialog"));
  const key = dialog.getByRole("textbox", { name: /^Key/ });
  await user.type(key, "QQQQ");
  await user.type(dialog.getByRole("textbox", { name: /^Name/ }), "New Co");
  await user.type(dialog.getByRole("combobox", { name: /^Trusted for/ }), "co.new.*");
  await user.type(dialog.getByRole("textbox", { name: /^How it was checked/ }), "website");
  await user.click(dialog.getByRole("button", { name: "Trust" }));
  expect(dialog.getByText("Enter a key that begins with ed25519:")).toBeVisible();
  expect(dialog.queryByTestId("check-code")).toBeNull();
  await user.clear(key);
  await user.click(key);
  await user.paste(`ed25519:${"B".repeat(43)}=`);
  expect(await dialog.findByText(/no complete key/)).toBeVisible();
  await user.clear(key);
  await user.click(key);
  await user.paste(KEY);
  expect(await dialog.findByTestId("check-code")).toHaveTextContent("10000 20000 30000 40000 50000 60000");
  expect(trust).not.toHaveBeenCalled();
  await expectAccessible();
  await user.click(dialog.getByRole("button", { name: "Trust" }));
  await waitFor(() =>
    expect(trust).toHaveBeenCalledWith(expect.objectContaining({ key: KEY, label: "New Co" })),
  );
});

test("a key is read from the publisher's file, written out or as PEM, and any other file is said to hold none", async () => {
  const pem = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${KEY.slice("ed25519:".length)}\n-----END PUBLIC KEY-----\n`;
  expect([keyIn(pem), keyIn(`${KEY}\n`), keyIn(pem.replace("PUBLIC", "PRIVATE"))]).toEqual([KEY, KEY, null]);
  const user = await open({ publisher_look: () => ({ fingerprint: "9f2c", check_code: "10000 20000" }) });
  await user.click(screen.getByRole("button", { name: "Trust a publisher…" }));
  const dialog = within(await screen.findByRole("dialog"));
  const input = document.querySelector("input[type=file]") as HTMLInputElement;
  await user.upload(input, new File(["a package"], "notes.pub"));
  expect(await dialog.findByText(/^"notes.pub" holds no public key/)).toBeVisible();
  await user.upload(input, new File([pem], "example.pub"));
  expect(await dialog.findByTestId("check-code")).toHaveTextContent("10000 20000");
  expect(dialog.getByRole("textbox", { name: /^Key/ })).toHaveValue(KEY);
  await expectAccessible();
});

test("what publishers encrypt for is shown to be copied", async () => {
  const user = await open({ recipient_show: () => ({ recipient: "age1example" }) });
  await user.click(screen.getByRole("button", { name: "Encrypted packages…" }));
  expect(await screen.findByTestId("recipient")).toHaveTextContent("age1example");
  await expectAccessible();
});
