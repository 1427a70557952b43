/** The activity in words: newest first, refusals marked, unknown actions by their code. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { expectAccessible, stage } from "../../test-stage";
import { ActivityScreen } from "./ActivityScreen";

async function open() {
  await stage(<ActivityScreen />);
  await screen.findAllByTestId("activity-row");
  await waitFor(() => expect(screen.getAllByText("FAQ bot").length).toBeGreaterThan(1));
  return userEvent.setup({ delay: null });
}

const actions = () => screen.getAllByTestId("activity-row").map((row) => row.dataset.action);
const row = (action: string) =>
  within(screen.getAllByTestId("activity-row").find((own) => own.dataset.action === action) as HTMLElement);

test("the newest stands first, with who did what to what in words", async () => {
  await open();
  expect(actions()[0]).toBe("something_new");
  expect(actions().at(-1)).toBe("center_initialised");
  expect(row("settings_changed").getByText("Li Na")).toBeVisible();
  expect(row("settings_changed").getByText("Changed settings of a plugin")).toBeVisible();
  expect(row("publisher_trusted").getByText("Example Ltd")).toBeVisible();
  expect(row("department_created").getByText("Support › E-mail")).toBeVisible();
  expect(row("plugin_turned_off").getByText("Sprocket")).toBeVisible();
  expect(row("something_new").getByText("something_new")).toBeVisible();
  await expectAccessible();
});

test("refusals are marked, say what was asked for, and can be shown alone", async () => {
  const user = await open();
  expect(row("refused").getByTestId("refused")).toBeVisible();
  expect(row("refused").getByText("Turn a plugin on or off")).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "Only refusals" }));
  expect(actions()).toEqual(["refused", "sign_in_refused"]);
});

test("the filter looks at names, words and codes, and can be cleared when nothing is left", async () => {
  const user = await open();
  const filter = screen.getByRole("textbox");
  await user.type(filter, "wang fang");
  await waitFor(() =>
    expect(actions()).toEqual(["refused", "signed_in", "sign_in_refused", "account_created"]),
  );
  await user.clear(filter);
  await user.type(filter, "no such thing");
  await user.click(await screen.findByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(actions()).toHaveLength(13));
});

test("what changed opens below its row", async () => {
  const user = await open();
  const button = row("settings_changed").getByRole("button", { name: /^Details/ });
  expect(button).toHaveAttribute("aria-expanded", "false");
  await user.click(button);
  expect(screen.getByText(/"\/clientId"/)).toBeVisible();
  expect(button).toHaveAttribute("aria-expanded", "true");
  await expectAccessible();
});
