/** Licenses: what each is worth, removed only with open eyes, imported by whatever way the file comes. */

import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { answers as world } from "../../../preview/world";
import { App } from "../../App";
import { answerCommands, type FakeAnswers, tell } from "../../api/answers";
import { makeQueries } from "../../api/client";
import { startI18n } from "../../i18n";
import { makeRouter } from "../../router";
import { expectAccessible, refusal } from "../../test-stage";

async function open(own: FakeAnswers = {}) {
  answerCommands({
    ...world({ locale: "en", theme: "light", as: "superadmin" }),
    path_look: () => ({ kind: "file", packages: [] }),
    ...own,
  });
  await startI18n("en");
  const router = makeRouter(createMemoryHistory({ initialEntries: ["/licenses"] }));
  render(<App queries={makeQueries()} router={router} />);
  await screen.findByRole("heading", { name: "Licenses" });
  return userEvent.setup({ delay: null });
}

test("each license says what it is worth, and the installation code can be copied", async () => {
  await open();
  const rows = await screen.findAllByTestId("license-com.acme.billing");
  expect(rows).toHaveLength(2);
  expect(within(rows[0] as HTMLElement).getByTestId("verdict")).toHaveTextContent(
    "Valid, all accounts taken",
  );
  expect(within(rows[0] as HTMLElement).getByText("Expires in 12 days")).toBeVisible();
  expect(within(screen.getByTestId("license-com.acme.gateway")).getByTestId("verdict")).toHaveTextContent(
    "Expired",
  );
  expect(await screen.findByText("41830 92217 00654 71190")).toBeVisible();
  expect(screen.getByRole("button", { name: "Copy the installation code" })).toBeVisible();
  await expectAccessible();
});

test("removing the license in use says that its plugin stops, and Cancel removes nothing", async () => {
  const remove = vi.fn();
  const user = await open({ license_remove: (args) => void remove(args) as never });
  const [button] = await screen.findAllByRole("button", { name: "Remove the license of Billing" });
  await user.click(button as HTMLElement);
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/Without another valid license Billing stops/)).toBeVisible();
  await user.click(dialog.getByRole("button", { name: "Cancel" }));
  expect(remove).not.toHaveBeenCalled();
  await user.click(button as HTMLElement);
  await user.click(await screen.findByRole("button", { name: "Remove license" }));
  await waitFor(() => expect(remove).toHaveBeenCalledWith({ license: "a1" }));
});

test("a dropped license file is imported, and a refusal says why", async () => {
  const imported = vi.fn();
  await open({
    license_import: (args) => {
      imported(args);
      throw refusal("license_other_plugin", { plugin: "com.northdesk.tickets" });
    },
  });
  await tell({ kind: "raise_requested", files: ["/tmp/acme.license"] });
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText(/This license is for another plugin: Ticketing\./)).toBeVisible();
  expect(imported).toHaveBeenCalledExactlyOnceWith({ path: "/tmp/acme.license", locale: "en" });
});
