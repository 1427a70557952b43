/** From a dropped file to an installed plugin: what is asked, what Enter may do, what is said when it cannot be. */
import { screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { forgetAnswers, tell } from "../../api/answers";
import type { PlanView } from "../../api/generated/center";
import { base, open, refusal } from "./drop-stage";

afterEach(forgetAnswers);

test("an unknown publisher is trusted only by an answer, never by Enter", async () => {
  const { applied, drop, user, router } = await open({ "bot.spk": {} });
  await drop("bot.spk");
  const heading = await screen.findByRole("heading", { name: 'Install "FAQ bot" 1.4.0?' });
  await waitFor(() => expect(heading).toHaveFocus());
  await user.keyboard("{Enter}");
  expect(applied).toEqual([]);
  expect(screen.getAllByRole("radio").filter((radio) => (radio as HTMLInputElement).checked)).toEqual([]);
  await user.click(screen.getByRole("button", { name: "Trust and install" }));
  expect(screen.getByText("Choose one of these answers first.")).toBeVisible();
  expect(applied).toEqual([]);
  await user.click(screen.getByRole("radio", { name: /Trust them for all plugins named com.example/ }));
  await user.click(screen.getByRole("button", { name: "Trust and install" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/plugins/com.example.chatbot"));
  expect(applied).toEqual([
    {
      plan: expect.stringContaining("/tmp/bot.spk"),
      answers: {
        trust: { label: "Example Ltd", namespaces: ["com.example.*"], checked: "Check code compared" },
        capabilities: true,
        turn_on: false,
        settings: null,
      },
    },
  ]);
});

test("the review says who made it, what it may do and what happens, and has no accessibility violations", async () => {
  const { drop } = await open({ "bot.spk": {} });
  await drop("bot.spk");
  const review = await screen.findByRole("dialog", { name: 'Install "FAQ bot" 1.4.0?' });
  expect(review).toHaveTextContent("only bot.example.com and the address that you enter");
  expect(review).toHaveTextContent("at most 256 MB memory, 64 MB storage");
  expect(screen.getByTestId("what-happens")).toHaveTextContent(
    "FAQ bot is added and stays off. Nobody can use it until you choose who. Next you fill in Client ID and Secret. Needs no other plugin. Needs no license.",
  );
  expect(screen.getByTestId("check-code")).toHaveTextContent(/41830.*06417/);
  const { violations } = await axe.run(review, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
});

test("a look-alike of an installed plugin is told apart by name and id", async () => {
  const { drop, user } = await open({
    "bot.spk": { encrypted: true, resembles: { plugin: "com.examp1e.chatbot", name: "FAQ b0t" } },
  });
  await drop("bot.spk");
  const told = await screen.findByRole("alert");
  expect(told).toHaveTextContent("FAQ b0t");
  expect(told).toHaveTextContent("com.examp1e.chatbot");
  await user.click(screen.getByText("Technical details"));
  expect(screen.getByText(/encrypted for this center/)).toBeVisible();
});

test("for a known publisher Enter installs", async () => {
  const { applied, drop, user } = await open({ "bot.spk": { trusted: true } });
  await drop("bot.spk");
  const heading = await screen.findByRole("heading", { name: 'Install "FAQ bot" 1.4.0?' });
  await waitFor(() => expect(heading).toHaveFocus());
  expect(screen.queryByRole("radio")).toBeNull();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(applied).toHaveLength(1));
  expect(applied[0]?.answers).toEqual({ trust: null, capabilities: true, turn_on: false, settings: null });
});

test("Escape leaves the review and forgets the plan", async () => {
  const { applied, discarded, drop, user } = await open({ "bot.spk": {} });
  await drop("bot.spk");
  await screen.findByRole("heading", { name: 'Install "FAQ bot" 1.4.0?' });
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(discarded).toContain("/tmp/bot.spk#2");
  expect(applied).toEqual([]);
});

test("a file that cannot be checked now is put aside, in words that say so", async () => {
  const { discarded, applied, drop, user } = await open({ "bot.spk": {} });
  await drop("bot.spk");
  await user.click(
    await screen.findByRole("radio", { name: "I cannot check now. Put it aside; nothing of it runs" }),
  );
  await user.click(screen.getByRole("button", { name: "Put aside" }));
  expect(await screen.findByText(/FAQ bot was put aside. Nothing was changed/)).toBeVisible();
  expect(discarded).toContain("/tmp/bot.spk#2");
  expect(applied).toEqual([]);
});

test("a file that lies in the plugin folder keeps waiting there", async () => {
  const { applied, user } = await open({ "bot.spk": {} });
  const path = "/home/li/.local/share/sprocket/plugins/bot.spk";
  await tell({ kind: "raise_requested", files: [path] });
  await user.click(
    await screen.findByRole("radio", { name: "I cannot check now. Keep it waiting; nothing of it runs" }),
  );
  await user.click(screen.getByRole("button", { name: "Keep waiting" }));
  expect(await screen.findByText(/FAQ bot keeps waiting in the plugin folder/)).toBeVisible();
  expect(applied).toEqual([]);
});

test("a check under way can be cancelled; what arrives after that is forgotten", async () => {
  let finish: (plan: PlanView) => void = () => {};
  const cancelled = vi.fn();
  const { discarded, drop, user } = await open(
    {},
    {
      package_plan: ({ progress }) => {
        progress.onmessage({ stage: "signature", done: 0, total: null });
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      operation_cancel: ({ operation }) => {
        cancelled(operation);
        return null;
      },
    },
  );
  await drop("bot.spk");
  const stages = await screen.findByTestId("stages");
  await waitFor(() =>
    expect(stages.querySelector("[data-stage=copying]")).toHaveAttribute("data-standing", "done"),
  );
  expect(stages.querySelector("[data-stage=contents]")).toHaveAttribute("data-standing", "waiting");
  await user.click(screen.getAllByRole("button", { name: "Cancel" }).at(-1) as HTMLElement);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(cancelled).toHaveBeenCalled();
  finish({ ...base, plan: "late" });
  await waitFor(() => expect(discarded).toEqual(["late"]));
});

test("an upgrade shows only what is new and what is gone", async () => {
  const { drop } = await open({
    "bot.spk": {
      kind: "upgrade",
      from: "1.3.2",
      trusted: true,
      missing: ["Region"],
      capabilities: {
        capabilities: { http: ["voice.example.com:443"], memory: "128 MiB", storage: "64 MiB" },
        uses: [],
      },
      removed: { capabilities: { read: ["/srv/faq"], memory: "128 MiB", storage: "64 MiB" }, uses: [] },
      permissions_added: [{ id: "train", title: "Train it" }],
    },
  });
  await drop("bot.spk");
  await screen.findByRole("heading", { name: 'Upgrade "FAQ bot" from 1.3.2 to 1.4.0?' });
  const lines = within(screen.getByTestId("differences")).getAllByRole("listitem");
  expect(lines.map((line) => line.textContent)).toEqual([
    "NewInternet: voice.example.com",
    "NewPermission to grant: Train it",
    "RemovedReads /srv/faq",
  ]);
  expect(screen.getByTestId("what-happens")).toHaveTextContent(
    /Settings and permissions are kept.*This version needs settings that are empty: Region\./,
  );
});

test.each([
  ["not_a_package", null, '"bot.spk" is not a plugin package.', "Ask the publisher for the .spk file."],
  ["truncated", null, "The file is incomplete.", "Copy or download it again."],
  ["unsigned", null, "Nobody signed it, so nobody can say who made it.", "Ask for a signed one."],
  ["tampered", { part: "payload" }, "It was changed after signing.", "Do not use it"],
  [
    "expired",
    { at: "2026-03-03T00:00:00Z" },
    "The publisher allowed installing it until 3 Mar 2026.",
    "newer",
  ],
  [
    "downgrade",
    { release: 1, version: "1.0.0", accepted: 2, accepted_version: "2.0.0" },
    "2.0.0 is installed or was before; this is the older 1.0.0.",
    "To go back, use Versions.",
  ],
])(
  "%s is refused with its cause, the next step, and that nothing was changed",
  async (code, details, cause, next) => {
    const { drop } = await open({ "bot.spk": refusal(code, details) });
    await drop("bot.spk");
    const alert = await screen.findByTestId("refused");
    expect(alert).toHaveTextContent(cause);
    expect(alert).toHaveTextContent(next);
    expect(alert).toHaveTextContent("Nothing was changed.");
  },
);

test("what changed since the review is reviewed anew before anything is installed", async () => {
  let tries = 0;
  const { drop, user, applied } = await open(
    { "bot.spk": { trusted: true } },
    {
      package_apply: () => {
        tries += 1;
        throw refusal("plan_changed");
      },
    },
  );
  await drop("bot.spk");
  await user.click(await screen.findByRole("button", { name: "Install" }));
  expect(await screen.findByText(/Something changed since you opened this review/)).toBeVisible();
  expect(tries).toBe(1);
  expect(applied).toEqual([]);
});

test("a step back names the version that it leads to", async () => {
  const { drop } = await open({
    "bot.spk": { trusted: true, kind: "go_back", from: "1.4.1", version: "1.4.0" },
  });
  await drop("bot.spk");
  expect(await screen.findByTestId("what-happens")).toHaveTextContent(
    "1.4.1 is replaced by the older 1.4.0. Settings, permissions and data are kept; it pauses for a moment. If 1.4.0 does not start, 1.4.1 runs on.",
  );
});

test("for an ordinary account a file is not even opened", async () => {
  const planned = vi.fn();
  const { drop } = await open(
    {},
    {
      plugin_mine: () => ({ plugins: [], contacts: [] }),
      package_plan: () => {
        planned();
        return base;
      },
    },
    "account",
  );
  await drop("bot.spk");
  expect(await screen.findByRole("dialog")).toHaveTextContent(
    "Only a super administrator can install. The file was not opened.",
  );
  expect(planned).not.toHaveBeenCalled();
});

test("what an upgrade newly requires is filled in before it, and goes with the answer", async () => {
  const finding = { code: "required", params: {}, message: "required" };
  const text = { kind: "text", required: true, value: null, is_default: true, stored: null };
  const settings: PlanView["settings"] = {
    plugin: "com.example.chatbot",
    revision: 3,
    schema: {
      type: "object",
      properties: {
        greeting: { type: "string", title: "Greeting" },
        region: { type: "string", title: "Region" },
        code: { type: "string", format: "password", title: "Access code" },
      },
    },
    sections: [],
    values: { greeting: "Hello" },
    changed: null,
    fields: [
      { pointer: "/greeting", title: "Greeting", ...text },
      { pointer: "/region", title: "Region", ...text },
      { pointer: "/code", title: "Access code", ...text, kind: "password", stored: false },
    ],
    unused: {},
    missing: [
      { pointer: "/region", title: "Region", ...finding },
      { pointer: "/code", title: "Access code", ...finding },
    ],
    turned_off: false,
    restarts: false,
  };
  const plan = {
    kind: "upgrade",
    from: "1.3.2",
    trusted: true,
    missing: ["Region", "Access code"],
    settings,
  };
  const { applied, drop, user } = await open({ "bot.spk": plan });
  await drop("bot.spk");
  const upgrade = await screen.findByRole("button", { name: "Upgrade" });
  expect(screen.queryByRole("textbox", { name: /Greeting/ })).toBeNull();
  await user.click(upgrade);
  await waitFor(() => expect(screen.getByRole("textbox", { name: /Region/ })).toHaveFocus());
  expect(applied).toEqual([]);
  await user.keyboard("north");
  await user.type(screen.getByLabelText(/Access code/, { selector: "input" }), "s3cret");
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await user.click(upgrade);
  await waitFor(() => expect(applied).toHaveLength(1));
  expect(applied[0]?.answers.settings).toEqual({ region: "north", code: { $set: "s3cret" } });
});
