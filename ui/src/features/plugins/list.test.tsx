/** The list as a person meets it: found by keyboard, honest switches, every reason with its remedy. */
import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { answers as world } from "../../../preview/world";
import { App } from "../../App";
import { answerCommands, type FakeAnswers, forgetAnswers } from "../../api/answers";
import { makeQueries } from "../../api/client";
import type { PluginDetailView, PluginView } from "../../api/generated/center";
import { type Locale, startI18n } from "../../i18n";
import { makeRouter } from "../../router";

afterEach(forgetAnswers);

async function open(own: FakeAnswers = {}, locale: Locale = "en") {
  answerCommands({ ...world({ locale, theme: "light", as: "superadmin" }), ...own });
  await startI18n(locale);
  const router = makeRouter(createMemoryHistory({ initialEntries: ["/"] }));
  const view = render(<App queries={makeQueries()} router={router} />);
  await screen.findByRole("table");
  return { ...view, router };
}

const bot: PluginView = {
  id: "com.example.chatbot",
  name: "FAQ bot",
  version: "1.4.0",
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  parent: null,
  icon: null,
  trusted: true,
  wanted: false,
  observed: { state: "off" },
  missing: [],
  update: null,
  people: 0,
  everyone: false,
  revision: 7,
};

/** A center with this plugin, whose switch works on revisions. */
function switchable(start: Partial<PluginView> = {}) {
  let now = { ...bot, ...start };
  const sent = vi.fn();
  const own: FakeAnswers = {
    plugin_list: () => [now],
    plugin_show: () => now as PluginDetailView,
    attention_list: () => [],
    folder_list: () => [],
    plugin_switch: ({ on, revision }) => {
      sent(on, revision);
      if (revision !== now.revision)
        throw { code: "changed_meanwhile", message: "", hint: "", details: null };
      now = { ...now, wanted: on, observed: { state: on ? "running" : "off" }, revision: now.revision + 1 };
      return { wanted: on, observed: now.observed };
    },
  };
  const elsewhere = (change: Partial<PluginView>) => {
    now = { ...now, ...change, revision: now.revision + 1 };
  };
  return { own, sent, elsewhere };
}

test("the whole list has no accessibility violations", async () => {
  const { container } = await open();
  const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});

test("a switch sends the revision that was seen, and undo sends the one after it", async () => {
  const user = userEvent.setup();
  const { own, sent } = switchable();
  await open(own);
  await user.click(screen.getByRole("switch", { name: "FAQ bot, off" }));
  expect(await screen.findByRole("switch", { name: "FAQ bot, on" })).toBeChecked();
  expect(await screen.findByText("FAQ bot is on")).toBeVisible();
  await user.click(await screen.findByRole("button", { name: /Undo/ }));
  expect(await screen.findByRole("switch", { name: "FAQ bot, off" })).not.toBeChecked();
  expect(sent.mock.calls).toEqual([
    [true, 7],
    [false, 8],
  ]);
});

test("a switch that is out of date stays as it is and says what is there now", async () => {
  const user = userEvent.setup();
  const { own, elsewhere } = switchable();
  await open(own);
  elsewhere({ wanted: true, observed: { state: "running" } });
  await user.click(screen.getByRole("switch", { name: "FAQ bot, off" }));
  const panel = await screen.findByRole("dialog");
  expect(panel).toHaveTextContent(
    "It was changed by someone else meanwhile. It is on now. Nothing was changed.",
  );
  expect(await screen.findByRole("switch", { name: "FAQ bot, on", hidden: true })).toBeChecked();
});

test("a refused switch stays off and opens every reason, its heading focused, each with a remedy", async () => {
  const user = userEvent.setup();
  const { container } = await open();
  const control = screen.getByRole("switch", { name: "FAQ bot, off" });
  await user.click(control);
  const panel = await screen.findByRole("dialog", { name: "FAQ bot cannot be turned on yet" });
  await waitFor(() => expect(within(panel).getByRole("heading")).toHaveFocus());
  expect(control).not.toBeChecked();
  expect(control).toHaveAccessibleDescription(/Empty: Client ID and Secret/);
  expect(within(panel).getAllByRole("listitem")).toHaveLength(4);
  expect(within(panel).getByRole("link", { name: "Fill in" })).toHaveAttribute(
    "href",
    expect.stringContaining("com.example.chatbot?tab=settings"),
  );
  expect(within(panel).getByRole("link", { name: "Open Call recording" })).toBeVisible();
  const { violations } = await axe.run(container.ownerDocument.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(control).toHaveFocus();
});

test("turning off what others need names them and asks, and turns all off in one act", async () => {
  const user = userEvent.setup();
  const { own } = switchable({ wanted: true, observed: { state: "running" } });
  const together: unknown[] = [];
  await open({
    ...own,
    plugin_switch: () => {
      const details = { needed_by: [{ id: "com.x.mail", name: "E-mail tickets" }] };
      throw { code: "needed_by_others", message: "", hint: "", details };
    },
    plugin_switch_together: (wish) => {
      together.push(wish);
      return { wanted: false, observed: { state: "off" } };
    },
    plugin_show: () => bot as PluginDetailView,
  });
  await user.click(screen.getByRole("switch", { name: "FAQ bot, on" }));
  const panel = await screen.findByRole("dialog");
  expect(panel).toHaveTextContent("E-mail tickets");
  await user.click(within(panel).getByRole("button", { name: "Turn them all off" }));
  await waitFor(() =>
    expect(together).toEqual([{ plugin: bot.id, on: false, others: ["com.x.mail"], revision: bot.revision }]),
  );
});

test("a switch refused because of what is off offers to turn on both, while the lists are still being read", async () => {
  const user = userEvent.setup();
  const { own } = switchable({ wanted: false, observed: { state: "set_up_first" } });
  const together: unknown[] = [];
  let refused = false;
  await open({
    ...own,
    attention_list: () => (refused ? new Promise(() => {}) : []),
    plugin_switch: () => {
      refused = true;
      const reasons = [{ reason: "dependency_off", plugin: "com.x.mail" }];
      const details = { reasons, together: ["com.x.mail"] };
      throw { code: "cannot_turn_on", message: "", hint: "", details };
    },
    plugin_switch_together: (wish) => {
      together.push(wish);
      return { wanted: true, observed: { state: "running" } };
    },
    plugin_show: () => bot as PluginDetailView,
  });
  await user.click(screen.getByRole("switch", { name: "FAQ bot, off" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Turn on both" }));
  await waitFor(() =>
    expect(together).toEqual([expect.objectContaining({ on: true, others: ["com.x.mail"] })]),
  );
});

test("a plugin that waits says for what, and [Turn on both] turns on what is off with it", async () => {
  const user = userEvent.setup();
  const awaited = (name: string, why: "off" | "missing") => ({
    id: `com.x.${name}`,
    name,
    requirement: "^1",
    why,
  });
  const { own } = switchable({
    wanted: true,
    observed: {
      state: "waiting_for_dependency",
      awaited: [awaited("Directory", "off"), awaited("Mail", "missing")],
      together: ["com.x.directory"],
    },
  });
  const together: unknown[] = [];
  await open({
    ...own,
    plugin_switch_together: (wish) => {
      together.push(wish);
      return { wanted: true, observed: { state: "running" } };
    },
  });
  const row = screen.getByTestId(`plugin-${bot.id}`);
  expect(row).toHaveTextContent("Waiting for Directory and 1 more");
  expect(row).toHaveTextContent("Directory is off. Mail ^1 is not installed.");
  await user.click(within(row).getByRole("button", { name: "Turn on both: FAQ bot" }));
  await waitFor(() =>
    expect(together).toEqual([
      expect.objectContaining({ plugin: bot.id, on: true, others: ["com.x.directory"] }),
    ]),
  );
});

test("the slash goes to the filter, and signs that are still composed do not filter", async () => {
  const user = userEvent.setup();
  await open({}, "zh-CN");
  await user.keyboard("/");
  const field = screen.getByRole("searchbox", { name: "按名称、提供者或标识筛选" });
  expect(field).toHaveFocus();
  expect(field).toHaveValue("");
  await user.type(field, "znjqr");
  await waitFor(() => expect(screen.queryByText("通讯录")).toBeNull());
  expect(screen.getByRole("link", { name: "智能机器人" })).toBeVisible();
});

test("arrow keys go from row to row, and Enter opens", async () => {
  const user = userEvent.setup();
  const { router } = await open({ attention_list: () => [], folder_list: () => [] });
  const links = screen.getAllByRole("link").filter((link) => link.dataset.row);
  links[0]?.focus();
  await user.keyboard("{ArrowDown}{ArrowDown}{ArrowUp}");
  expect(links[1]).toHaveFocus();
  await user.keyboard("{End}");
  expect(links.at(-1)).toHaveFocus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(router.state.location.pathname).toBe("/plugins/com.voice.archive"));
});

test("a thousand plugins are announced whole and drawn in part", async () => {
  const all = Array.from({ length: 1000 }, (_, at) => ({ ...bot, id: `com.a.p${at}`, name: `P${at}` }));
  await open({ plugin_list: () => all, attention_list: () => [], folder_list: () => [] });
  const table = screen.getByRole("table");
  expect(table).toHaveAttribute("aria-rowcount", "1001");
  expect(within(table).queryAllByRole("row").length).toBeLessThan(100);
});

test("three things that need attention are shown, the rest on demand, in names instead of ids", async () => {
  const user = userEvent.setup();
  const [dismissed, renewed] = [vi.fn(), vi.fn()];
  await open({
    attention_dismiss: ({ id }) => {
      dismissed(id);
      return null;
    },
    folder_renew: () => {
      renewed();
      return null;
    },
  });
  const panel = await screen.findByRole("region", { name: "Needs attention (9)" });
  expect(within(panel).getAllByRole("listitem")).toHaveLength(3);
  expect(panel).toHaveTextContent("In the plugin folder, not installed: It was changed after signing.");
  await user.click(within(panel).getByRole("button", { name: "Show 6 more" }));
  expect(panel).toHaveTextContent("Directory and SMS gateway");
  expect(panel).toHaveTextContent("The plugin folder is unavailable; plugins keep running.");
  await user.click(within(panel).getByRole("button", { name: "Make it anew" }));
  expect(renewed).toHaveBeenCalledOnce();
  await user.click(within(panel).getByRole("button", { name: "Dismiss: Clock" }));
  expect(dismissed).toHaveBeenCalledWith(3);
  expect(panel).toHaveTextContent("Empty: Client ID and Secret.");
  expect(screen.getByRole("radio", { name: "Needs attention 9" })).toBeVisible();
  expect(screen.getByRole("link", { name: "9 need attention" })).toBeVisible();
});

test("without plugins the ways to the first one are offered", async () => {
  answerCommands({
    ...world({ locale: "en", theme: "light", as: "superadmin" }),
    plugin_list: () => [],
    attention_list: () => [],
    folder_list: () => [],
  });
  await startI18n("en");
  const router = makeRouter(createMemoryHistory({ initialEntries: ["/"] }));
  render(<App queries={makeQueries()} router={router} />);
  expect(await screen.findByText(/nothing runs until you say so/)).toBeVisible();
  expect(screen.getByRole("button", { name: "Choose file…" })).toBeVisible();
  expect(await screen.findByRole("button", { name: "Try a sample" })).toBeVisible();
});
