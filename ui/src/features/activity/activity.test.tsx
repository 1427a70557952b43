/** The activity in words; its filters, pages, checks and exports, which the core answers. */
import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { trailAnswers } from "../../../preview/trail";
import type { FakeAnswers } from "../../api/answers";
import { type AuditFilter, auditActions, type Row, requests } from "../../api/generated/center";
import { textsOf } from "../../i18n";
import { expectAccessible, refusal, stage } from "../../test-stage";
import { ActivityScreen } from "./ActivityScreen";
import { beginOf, kinds, namesOf } from "./filter";

async function open(own: FakeAnswers = {}) {
  await stage(<ActivityScreen />, own);
  await screen.findAllByTestId("activity-row");
  await waitFor(() => expect(screen.getAllByText("FAQ bot").length).toBeGreaterThan(1));
  return userEvent.setup({ delay: null });
}

const actions = () => screen.queryAllByTestId("activity-row").map((row) => row.dataset.action);
const shows = (wanted: string[]) => waitFor(() => expect(actions()).toEqual(wanted));
const row = (action: string) =>
  within(screen.getAllByTestId("activity-row").find((own) => own.dataset.action === action) as HTMLElement);

async function choose(user: ReturnType<typeof userEvent.setup>, label: string, option: string | RegExp) {
  await user.click(screen.getByRole("combobox", { name: label }));
  await user.click(await screen.findByRole("option", { name: option }));
}

test("the newest stands first, with who did what to what in words", async () => {
  await open();
  expect(actions()[0]).toBe("something_new");
  expect(actions().at(-1)).toBe("center_initialised");
  expect(row("settings_changed").getByText("Li Na")).toBeVisible();
  expect(row("settings_changed").getByText("Changed settings of a plugin")).toBeVisible();
  expect(row("publisher_trusted").getByText("Example Ltd")).toBeVisible();
  expect(row("department_created").getByText("Support › E-mail")).toBeVisible();
  expect(row("permission_granted").getByText("for Wang Fang")).toBeVisible();
  expect(row("signed_in").getAllByText("Wang Fang")).toHaveLength(2);
  expect(row("plugin_turned_off").getByText("Sprocket")).toBeVisible();
  expect(row("something_new").getByText("something_new")).toBeVisible();
  await expectAccessible();
});

test.each(["en", "zh-CN"] as const)(
  "everything that the core writes down has its sentence in %s",
  (locale) => {
    const texts = textsOf(locale).activity as Record<"actions" | "requests", Record<string, string>>;
    expect(auditActions.filter((action) => !texts.actions[action])).toEqual([]);
    expect(requests.filter((request) => !texts.requests[request])).toEqual([]);
    expect(
      Object.keys(texts.actions).filter((action) => !auditActions.some((own) => own === action)),
    ).toEqual([]);
    expect(Object.keys(texts.requests).filter((request) => !requests.some((own) => own === request))).toEqual(
      [],
    );
  },
);

test("every action is of one kind, and a refusal of the kind of what was asked for", () => {
  const places = (name: string) => kinds.filter((kind) => namesOf(kind).includes(name)).length;
  expect(auditActions.filter((action) => action !== "refused" && places(action) !== 1)).toEqual([]);
  expect(namesOf("access")).toContain("grant_add");
});

test("refusals are marked, say what was asked for, and can be shown alone", async () => {
  const user = await open();
  expect(row("refused").getByTestId("refused")).toBeVisible();
  expect(row("refused").getByText("Turn a plugin on or off")).toBeVisible();
  await user.click(screen.getByRole("checkbox", { name: "Only refusals" }));
  await shows(["refused", "sign_in_refused"]);
});

test("who, which plugin, what kind and when are asked of the core, together", async () => {
  const user = await open();
  await choose(user, "Who", /Li Na/);
  await choose(user, "Plugin", "FAQ bot");
  await shows(["permission_granted", "settings_changed", "plugin_upgraded"]);
  await choose(user, "Kind of act", "Settings");
  await shows(["settings_changed"]);
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(actions()).toHaveLength(14));
  await user.type(screen.getByRole("textbox", { name: "From" }), "２０２７／１／１");
  expect(await screen.findByText("Nothing matches.")).toBeVisible();
});

test("a day begins at midnight here, and what is no day is said and not asked", async () => {
  expect(beginOf("2026-03-14")).toBe(new Date(2026, 2, 14).getTime());
  expect(beginOf("2026/3/14", 1)).toBe(new Date(2026, 2, 15).getTime());
  expect(beginOf("2026-02-30")).toBeNull();
  const user = await open();
  await user.type(screen.getByRole("textbox", { name: "From" }), "soon");
  expect(await screen.findByText("Write a day as 2026-01-31")).toBeVisible();
  expect(actions()).toHaveLength(14);
});

test("what is typed is found in the window's words too, and can be cleared when nothing is left", async () => {
  const user = await open();
  const filter = screen.getByRole("textbox", { name: "Search" });
  await user.type(filter, "gave a permission");
  await shows(["permission_granted"]);
  await user.clear(filter);
  await user.type(filter, "no such thing");
  expect(await screen.findByText("Nothing matches.")).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(actions()).toHaveLength(14));
});

test("earlier rows come page by page until there are none", async () => {
  const all: Row[] = Array.from({ length: 130 }, (_, index) => ({
    seq: index + 1,
    at: index,
    actor: "person",
    account: 1,
    action: "plugin_switched_on",
    target: "com.example.chatbot",
    details: { before: false, after: true },
    name: null,
    target_name: null,
    times: 1,
  }));
  const user = await open({
    audit_list: ({ last, filter: { before } }) =>
      all.filter(({ seq }) => seq < (before ?? 1000)).slice(-last),
  });
  expect(actions()).toHaveLength(100);
  await user.click(screen.getByRole("button", { name: "Show earlier" }));
  await waitFor(() => expect(actions()).toHaveLength(130));
  expect(screen.queryByRole("button", { name: "Show earlier" })).toBeNull();
});

test("a change of settings shows each value before and after it, and only its own", async () => {
  const rows = await trailAnswers().audit_list?.({ last: 100, filter: { actions: [] } } as never);
  const { at } = (rows as Row[]).find(({ action }) => action === "settings_changed") as Row;
  const field = { pointer: "/clientId", title: "Client ID", secret: false, before: null };
  const change = (revision: number, when: number, after: string) => ({
    revision,
    by: { by: 1, name: "Li Na", at: when },
    fields: [{ ...field, after }],
    values: {},
  });
  const later = change(2, at + 86_400_000, "of a later plugin with this name");
  const user = await open({ config_history: () => [later, change(2, at, "acme-7"), change(1, at, "first")] });
  await user.click(row("settings_changed").getByRole("button", { name: /^Details/ }));
  const fields = await screen.findByTestId("changed-fields");
  expect(fields).toHaveTextContent("Client ID(default)acme-7");
  expect(fields).not.toHaveTextContent(/later|first/);
  await expectAccessible();
});

test("what a row records opens below it, in words", async () => {
  const user = await open();
  const opened = async (action: string) => {
    const button = row(action).getByRole("button", { name: /^Details/ });
    await user.click(button);
    expect(button).toHaveAttribute("aria-expanded", "true");
    const text = (await screen.findByTestId("activity-details")).textContent;
    await expectAccessible();
    await user.click(button);
    return text;
  };
  expect(await opened("settings_changed")).toContain("clientId and secret");
  const upgraded = await opened("plugin_upgraded");
  expect(upgraded).toContain("1.3.2 → 1.4.0");
  expect(upgraded).toContain("Example Ltd, key ed25519:AAAA");
  expect(upgraded).toContain("only bot.example.com");
  expect(await opened("permission_granted")).toContain("Wang Fang");
  expect(await opened("account_role_changed")).toContain("Account → Super administrator");
  const trusted = await opened("publisher_trusted");
  expect(trusted).toContain("com.example.chatbot → com.example.*");
  expect(trusted).not.toContain("By phone");
  expect(await opened("refused")).toContain("Only a super administrator");
});

test("a whole trail says so with its end to keep, a broken one which entry and what became of it", async () => {
  const whole = { rows: 13, head: `13:${"ab".repeat(32)}`, heads: 1, broken: null };
  const user = await open({
    audit_verify: ({ against }) => {
      if (against === "no end") throw refusal("invalid_input");
      return against ? { ...whole, rows: 4, broken: { seq: 5, cause: "changed" as const } } : whole;
    },
  });
  await user.click(screen.getByRole("button", { name: "Verify the trail" }));
  const verdict = await screen.findByTestId("verdict");
  expect(verdict).toHaveTextContent("All 13 entries are as they were recorded.");
  expect(verdict).toHaveTextContent(whole.head);
  await expectAccessible();
  const kept = screen.getByRole("textbox", { name: "Compare with an end that you kept" });
  await user.type(kept, whole.head);
  await user.click(screen.getByRole("button", { name: "Compare" }));
  await waitFor(() =>
    expect(screen.getByTestId("verdict")).toHaveTextContent("The trail is broken at entry 5."),
  );
  expect(screen.getByTestId("verdict")).toHaveTextContent("not what was recorded");
  expect(screen.getByTestId("verdict")).toHaveTextContent("The 4 entries before it hold together.");
});

test("what is shown is exported in either form, and told where it went", async () => {
  const asked: { format: string; filter: AuditFilter }[] = [];
  const user = await open({
    audit_export: (args) => {
      asked.push(args);
      return asked.length === 1 ? null : "/home/li/trail.jsonl";
    },
  });
  await user.click(screen.getByRole("checkbox", { name: "Only refusals" }));
  await shows(["refused", "sign_in_refused"]);
  for (const name of ["For spreadsheets (CSV)", "For programs (JSON Lines)"]) {
    await user.click(screen.getByRole("button", { name: "Export" }));
    await user.click(await screen.findByRole("menuitem", { name }));
  }
  expect(await screen.findByText("Saved as /home/li/trail.jsonl.")).toBeVisible();
  expect(asked.map(({ format, filter }) => [format, filter.refused])).toEqual([
    ["csv", true],
    ["json_lines", true],
  ]);
});
