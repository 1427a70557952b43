/** An account's own plugins: what it may call, and what every kind of answer looks like. */
import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { FakeAnswers } from "../../api/answers";
import type { JsonValue } from "../../api/generated/center";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { readArguments } from "./arguments";
import { MineScreen } from "./MineScreen";
import { SeeAs } from "./SeeAs";

async function open(own: FakeAnswers = {}) {
  await stage(<MineScreen />, own);
  await screen.findByRole("heading", { name: "My plugins" });
  return userEvent.setup({ delay: null });
}

const ask = async () => within(await screen.findByTestId("command-ask"));

test("without plugins it is said who can give access", async () => {
  await open({ plugin_mine: () => ({ plugins: [], contacts: ["Li Na", "Wang Fang"] }) });
  expect(
    await screen.findByText("No plugins for you yet. Li Na or Wang Fang can give you access."),
  ).toBeVisible();
  await expectAccessible();
});

test("each plugin says what one may do in it, and whether it runs", async () => {
  await open();
  const bot = within(await screen.findByRole("article", { name: "FAQ bot" }));
  expect(bot.getByText("You may: Ask the bot, Teach the bot")).toBeVisible();
  const off = within(screen.getByRole("article", { name: "Ticketing" }));
  expect(off.getByTestId("running")).toHaveTextContent("Not running now");
  const call = off.getByRole("button", { name: /^Call / });
  expect(call).toBeDisabled();
  expect(call).toHaveAccessibleDescription("It is not running now, so nothing can be called.");
  await expectAccessible();
});

test("seen as another account, each permission says what gives it and what stands in its way, and nothing can be called", async () => {
  await stage(<SeeAs account={2} />);
  expect(await screen.findByRole("heading", { name: "See as Wang Fang" })).toBeVisible();
  const bot = within(await screen.findByRole("article", { name: "FAQ bot" }));
  expect(within(bot.getByTestId("seen-use")).getByText("Direct grant")).toBeVisible();
  expect(within(bot.getByTestId("seen-use")).getByText("May call: ask")).toBeVisible();
  const through = "Through department Support, sub-departments included";
  expect(within(bot.getByTestId("seen-train")).getByText(through)).toBeVisible();
  const off = within(screen.getByRole("article", { name: "Ticketing" }));
  expect(off.getByText("The plugin is not running.")).toBeVisible();
  expect(screen.queryByRole("button")).toBeNull();
  await expectAccessible();
});

test("a disabled account is said to use nothing, and one that is gone to be gone", async () => {
  await stage(<SeeAs account={3} />);
  expect(await screen.findByText(/^The account is disabled, so Sam Okafor/)).toBeVisible();
  await stage(<SeeAs account={99} />);
  expect(
    await screen.findByRole("heading", { level: 1, name: "This account does not exist any more" }),
  ).toBeVisible();
});

test("what is not JSON is never sent, and stays to be mended", async () => {
  const called = vi.fn();
  const user = await open({
    plugin_call: (args) => {
      called(args);
      return { answer: "<b>nine</b>" };
    },
  });
  const command = await ask();
  await user.click(command.getByRole("button", { name: "With arguments" }));
  const field = command.getByRole("textbox", { name: "Arguments (JSON)" });
  await user.click(field);
  await user.paste('{"question": "when"');
  await user.click(command.getByRole("button", { name: "Call ask" }));
  expect(command.getByText(/^This is not JSON/)).toBeVisible();
  expect(called).not.toHaveBeenCalled();
  await user.paste("}");
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(await command.findByTestId("answer")).toHaveTextContent('"answer": "<b>nine</b>"');
  expect(called).toHaveBeenCalledWith({
    plugin: "com.example.chatbot",
    call: "ask",
    args: { question: "when" },
  });
  await expectAccessible();
});

test.each([
  ["not_permitted", "You may not do this"],
  ["plugin_stopped", "The plugin is not running now"],
  ["timed_out", "No answer in time"],
])("the refusal %s is said in words", async (code, words) => {
  const user = await open({
    plugin_call: () => {
      throw refusal(code);
    },
  });
  await user.click((await ask()).getByRole("button", { name: "Call ask" }));
  expect(await (await ask()).findByText(words)).toBeVisible();
});

test("a plugin's own error shows what the plugin said", async () => {
  const user = await open({
    plugin_call: () => {
      throw refusal("plugin_fault", { code: "invalid", message: "missing field `question`" });
    },
  });
  await user.click((await ask()).getByRole("button", { name: "Call ask" }));
  expect(await (await ask()).findByText("missing field `question`")).toBeVisible();
});

test("one can go on without waiting, and an answer that comes too late changes nothing", async () => {
  let settle: (answer: JsonValue) => void = () => {};
  const user = await open({
    plugin_call: () =>
      new Promise<JsonValue>((resolve) => {
        settle = resolve;
      }),
  });
  const command = await ask();
  await user.click(command.getByRole("button", { name: "Call ask" }));
  expect(await command.findByText("Waiting for the plugin, at most 30 s.")).toBeVisible();
  await user.click(command.getByRole("button", { name: "Go on without waiting" }));
  await act(async () => settle("too late"));
  expect(command.getByText(/^No longer waited for/)).toBeVisible();
  expect(command.queryByText("too late")).toBeNull();
  await waitFor(() => expect(command.getByRole("button", { name: "Call ask" })).toBeEnabled());
});

test("what a Chinese keyboard writes is read as JSON, but texts inside keep their signs", () => {
  expect(readArguments("｛“问”：“九点，还是十点”｝")).toEqual({ args: { 问: "九点,还是十点" } });
  expect(readArguments('{"q": "九点，还是十点"}')).toEqual({ args: { q: "九点，还是十点" } });
  expect(readArguments("  ")).toEqual({ args: null });
  expect(readArguments("{")).toBeNull();
});
