/** A plugin's page over a made-up core: setting up, saving, other people's saves, leaving, uninstalling. */
import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import axe from "axe-core";
import { I18nextProvider } from "react-i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { richWorld } from "../../../preview/rich";
import { answerCommands, type FakeAnswers, forgetAnswers } from "../../api/answers";
import { makeQueries } from "../../api/client";
import type { PluginView, PublisherView } from "../../api/generated/center";
import { i18n, startI18n } from "../../i18n";
import { type Review, ReviewContext } from "../../parts/review";
import { dropUnsaved, isUnsaved } from "../../parts/unsaved";
import { theme } from "../../theme";
import { KeptData } from "./KeptData";
import { isTab, PluginScreen } from "./PluginScreen";

const base: PluginView = {
  id: "com.example.chatbot",
  name: "FAQ bot",
  version: "1.4.0",
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  parent: null,
  icon: null,
  trusted: true,
  wanted: false,
  observed: { state: "set_up_first" },
  missing: [],
  update: null,
  people: 0,
  everyone: false,
  revision: 1,
};

/** A whole page with every kind of setting: slow to draw in a test browser on a busy machine. */
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  window.scrollTo = () => {};
});

afterEach(() => {
  cleanup();
  notifications.clean();
  dropUnsaved(1);
  forgetAnswers();
});

const session = {
  account: 1,
  login: "lina",
  name: "Li Na",
  role: "superadmin" as const,
  must_change: false,
  locked: false,
};

async function open(own: FakeAnswers = {}, address = "/plugins/com.example.chatbot?tab=settings") {
  const world = richWorld(false, base);
  answerCommands({
    session_get: () => session,
    account_list: () => [],
    department_list: () => [],
    kept_list: () => [],
    audit_list: () => [],
    plugin_list: () => [],
    status: () => ({ folder_path: "/home/li/plugins" }) as never,
    ...world.answers,
    ...own,
  });
  await startI18n("en");
  const root = createRootRoute({ component: Outlet });
  const page = createRoute({
    getParentRoute: () => root,
    path: "/plugins/$id",
    validateSearch: ({ tab }: Record<string, unknown>) => (isTab(tab) ? { tab } : {}),
    component: () => {
      const { tab } = page.useSearch();
      return (
        <>
          <Link to="/">away</Link>
          <PluginScreen id="com.example.chatbot" tab={tab ?? "overview"} access={<p>who</p>} />
        </>
      );
    },
  });
  const list = createRoute({ getParentRoute: () => root, path: "/", component: () => <h1>the list</h1> });
  const kept = createRoute({ getParentRoute: () => root, path: "/kept", component: KeptData });
  const router = createRouter({
    routeTree: root.addChildren([page, list, kept]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  const queries = makeQueries();
  const review: Review = {
    files: vi.fn(),
    plan: vi.fn(),
    choose: vi.fn(),
    explain: vi.fn(),
    license: vi.fn(),
  };
  const shown = render(
    <QueryClientProvider client={queries}>
      <I18nextProvider i18n={i18n}>
        <MantineProvider theme={theme} env="test">
          <Notifications />
          <ReviewContext value={review}>
            <RouterProvider router={router as never} />
          </ReviewContext>
        </MantineProvider>
      </I18nextProvider>
    </QueryClientProvider>,
  );
  return { world, queries, review, ...shown };
}

const field = (name: string) => screen.findByLabelText(name, { exact: false, selector: "input" });
const enter = async (name: string, value: string) =>
  fireEvent.change(await field(name), { target: { value } });
const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("button", { name }));

test("save and turn on leads to the first setting that is missing, and then turns it on", async () => {
  const { world } = await open();
  const first = await field("Client ID");
  await press("Save and turn on");
  await waitFor(() => expect(first).toHaveFocus(), { timeout: 5000 });
  expect(first).toHaveAccessibleDescription(/Please fill this in/);
  expect(world.sent).toEqual([]);
  await enter("Client ID", "acme-7741");
  await enter("Secret", "hunter2-hunter2");
  await press("Save and turn on");
  await screen.findByText("Saved. FAQ bot is turned on.");
  expect(world.sent).toEqual([{ clientId: "acme-7741", secret: { $set: "hunter2-hunter2" } }]);
  expect(world.plugin.wanted).toBe(true);
});

test("a password is nowhere in the page once it is saved, and undo does not bring it back", async () => {
  const { world, container } = await open();
  await enter("Client ID", "acme-7741");
  await enter("Secret", "hunter2-hunter2");
  await press("Save");
  expect(await screen.findByText("Stored, never shown")).toBeVisible();
  const values = [...container.querySelectorAll("input")].map(({ value }) => value);
  expect(`${document.body.innerHTML} ${values.join(" ")}`).not.toContain("hunter2");
  await press(/^Undo/);
  await waitFor(() => expect(world.sent).toHaveLength(2));
  expect(world.sent[1]).toEqual({ clientId: null });
});

test("changing a password alone offers no undo", async () => {
  await open();
  await enter("Secret", "hunter2-hunter2");
  await press("Save");
  await screen.findByText("Saved");
  expect(screen.queryByRole("button", { name: /^Undo/ })).toBeNull();
});

test("what is typed is tried without being saved, and the answer goes with the next change", async () => {
  const { world } = await open();
  await press("Test connection");
  await waitFor(async () => expect(await field("Client ID")).toHaveFocus());
  await enter("Client ID", "acme-7741");
  await enter("Secret", "wrong");
  await press("Test connection");
  expect(await screen.findByText("the provider refused the secret")).toBeVisible();
  await enter("Secret", "hunter2-hunter2");
  await waitFor(() => expect(screen.queryByText("the provider refused the secret")).toBeNull());
  await press("Test connection");
  expect(await screen.findByText("3 answers are known")).toBeVisible();
  expect((await axe.run(screen.getByTestId("tried"))).violations).toEqual([]);
  expect(world.sent).toEqual([]);
});

test("an earlier change shows what it was, and its settings come back by one click", async () => {
  const { world } = await open();
  await press("Earlier settings");
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText("Changed; passwords are not shown.")).toBeVisible();
  expect(dialog.getAllByRole("button", { name: "Restore" })).toHaveLength(1);
  expect((await axe.run(screen.getByRole("dialog"))).violations).toEqual([]);
  fireEvent.click(dialog.getByRole("button", { name: "Restore" }));
  await screen.findByText("Earlier settings restored");
  expect(world.sent).toEqual([{ timeout: null, clientId: "acme-1" }]);
});

test("what the core finds stands beside the field, in the window's words", async () => {
  await open();
  await enter("Time to answer", "900");
  expect(await screen.findByText("Must be at most 300.")).toBeVisible();
  expect(await field("Time to answer")).toBeInvalid();
});

test("another's save on other settings comes in, and what is typed here stays", async () => {
  const { world, queries } = await open();
  await enter("Client ID", "mine-7741");
  world.saveAs("Wang Fang", { timeout: 60 });
  await act(() => queries.invalidateQueries({ queryKey: ["settings"] }));
  expect(await screen.findByText(/Wang Fang changed 1 other setting/)).toBeVisible();
  expect(await field("Client ID")).toHaveValue("mine-7741");
  expect(await field("Time to answer")).toHaveValue("60");
  await press("Save");
  await waitFor(() => expect(world.sent).toEqual([{ clientId: "mine-7741" }]));
});

test("a save on an old revision is refused, and whose value wins is chosen", async () => {
  const { world } = await open();
  await enter("Client ID", "mine-7741");
  world.saveAs("Wang Fang", { clientId: "theirs-1", timeout: 60 });
  await press("Save");
  const conflict = within(await screen.findByTestId("conflict"));
  expect(conflict.getByText(/Wang Fang changed 2 settings at .* Yours are still here/)).toBeVisible();
  expect(await field("Client ID")).toHaveValue("mine-7741");
  fireEvent.click(conflict.getByRole("button", { name: "Keep mine for this one" }));
  await press("Save");
  await screen.findByText("Saved");
  expect(world.sent.at(-1)).toEqual({ clientId: "mine-7741" });
  expect(await field("Time to answer")).toHaveValue("60");
});

test("theirs can be taken instead", async () => {
  const { world, queries } = await open();
  await enter("Client ID", "mine-7741");
  await enter("Contact", "me@acme.example");
  world.saveAs("Wang Fang", { clientId: "theirs-1" });
  await act(() => queries.invalidateQueries({ queryKey: ["settings"] }));
  await press("Use theirs");
  expect(await field("Client ID")).toHaveValue("theirs-1");
  expect(await field("Contact")).toHaveValue("me@acme.example");
});

test("emptying what a plugin that is on needs turns it off only after a yes", async () => {
  const { world } = await open();
  world.saveAs("Li Na", { clientId: "acme-7741", secret: { $set: "x" } });
  Object.assign(world.plugin, { wanted: true, observed: { state: "running" }, blockers: [], missing: [] });
  cleanup();
  const { world: again } = await open({ ...world.answers });
  expect(again).toBeDefined();
  await enter("Client ID", "");
  await press("Save");
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("Client ID is required; without it the plugin is turned off.");
  expect(world.plugin.wanted).toBe(true);
  fireEvent.click(within(dialog).getByRole("button", { name: "Empty and turn off" }));
  await screen.findByText("Saved. FAQ bot was turned off.");
  expect(world.plugin.wanted).toBe(false);
});

test("leaving with something unsaved asks first; staying loses nothing, leaving lets go", async () => {
  await open();
  await enter("Client ID", "mine-7741");
  expect(isUnsaved(1)).toBe(true);
  fireEvent.click(screen.getByRole("link", { name: "away" }));
  const dialog = await screen.findByRole("dialog");
  fireEvent.click(within(dialog).getByRole("button", { name: "Stay" }));
  expect(await field("Client ID")).toHaveValue("mine-7741");
  fireEvent.click(screen.getByRole("link", { name: "away" }));
  fireEvent.click(await screen.findByRole("button", { name: "Leave without saving" }));
  expect(await screen.findByText("the list")).toBeVisible();
  expect(isUnsaved(1)).toBe(false);
});

test("another part of the page keeps what was typed", async () => {
  await open();
  await enter("Client ID", "mine-7741");
  fireEvent.click(screen.getByRole("tab", { name: "Versions" }));
  await screen.findByText("No newer version waits.");
  fireEvent.click(screen.getByRole("tab", { name: /^Settings \(2\).*not saved/ }));
  expect(await field("Client ID")).toHaveValue("mine-7741");
});

test("a plugin that is uninstalled meanwhile is said to be, with what was typed and the way back", async () => {
  let gone = false;
  const world = richWorld(false, base);
  const plan = { plan: "p1" } as never;
  const { queries, review } = await open({
    plugin_show: () => {
      if (gone) throw { code: "not_found", message: "", hint: "", details: null };
      return world.plugin;
    },
    kept_list: () => [
      { plugin: base.id, name: "FAQ bot", version: "1.4.0", since: 0, data: 0, settings: true, grants: 0 },
    ],
    package_put_back: () => plan,
  });
  await enter("Client ID", "mine-7741");
  await enter("Secret", "hunter2-hunter2");
  gone = true;
  await act(() => queries.invalidateQueries({ queryKey: ["plugins"] }));
  const page = within(await screen.findByTestId("gone"));
  expect(page.getByText(/Client ID: mine-7741/)).toBeVisible();
  expect(document.body.textContent).not.toContain("hunter2");
  fireEvent.click(await page.findByRole("button", { name: "Install again" }));
  await waitFor(() => expect(review.plan).toHaveBeenCalledWith(plan));
});

test("the overview says what is provided to other plugins, what is used of them, and what is not available", async () => {
  await open({}, "/plugins/com.example.chatbot?tab=overview");
  const listed = async (heading: string) => {
    const title = await screen.findByRole("heading", { name: heading });
    return within(title.parentElement as HTMLElement)
      .getAllByRole("listitem")
      .map((item) => item.textContent);
  };
  expect(await listed("It provides")).toEqual([
    "faq.answer 1.0.0not available now: FAQ bot is not running · for people with the permission “Use” · used by E-mail tickets",
  ]);
  expect(await listed("It uses")).toEqual([
    "directory.lookup ^1 · Directoryavailable",
    "calendar.free ^2not available now: no plugin provides it",
  ]);
});

test("the overview says by whom the publisher's key was trusted, and how it was checked", async () => {
  const trusted: PublisherView = {
    key: base.key,
    fingerprint: "1f0c 22aa",
    check_code: "41830 92217 00654 71190 38825 06417",
    label: "Example Ltd",
    namespaces: ["com.example.*"],
    checked: "By phone",
    added_by: 1,
    added_at: Date.UTC(2026, 1, 2, 12),
    withdrawn: null,
  };
  const people = [{ ...session, id: 1, enabled: true, departments: [], revision: 1 }];
  await open(
    { publisher_list: () => [trusted], account_list: () => people as never },
    "/plugins/com.example.chatbot?tab=overview",
  );
  const maker = await screen.findByTestId("maker");
  await waitFor(() => expect(maker).toHaveTextContent("Check code41830 92217 00654 71190 38825 06417"));
  expect(maker).toHaveTextContent(/TrustedLi Na, 2 Feb 2026/);
  expect(maker).toHaveTextContent("How it was checkedBy phone");
});

test("the page shows the badge that the list shows", async () => {
  const update = { file: "bot2.spk", version: "2.0.0" };
  const world = richWorld(false, { ...base, observed: { state: "running" }, wanted: true, update });
  await open(world.answers, "/plugins/com.example.chatbot");
  expect(await screen.findByTestId("state")).toHaveTextContent("Update waiting");
});

test("nobody is asked to choose who can use what cannot run, because its publisher is not trusted", async () => {
  const observed = { state: "not_trusted", by: "Li Na", at: 1, reason: "key lost" } as const;
  const world = richWorld(false, { ...base, wanted: true, trusted: false, observed });
  await open(world.answers, "/plugins/com.example.chatbot");
  expect(await screen.findByTestId("state")).toHaveTextContent("Publisher not trusted");
  expect(screen.queryByText("Good to do now:")).toBeNull();
});

test("a refused switch stands on the page with the focus, covers nothing, and is put away by Escape", async () => {
  const details = { reasons: [{ reason: "capabilities_not_approved" }], together: [] };
  const refused = { code: "cannot_turn_on", message: "", hint: "", details };
  await open(
    {
      plugin_switch: () => {
        throw refused;
      },
    },
    "/plugins/com.example.chatbot",
  );
  fireEvent.click(await screen.findByRole("switch"));
  const why = await screen.findByRole("dialog", { name: "FAQ bot cannot be turned on yet" });
  expect(within(why).getByRole("heading")).toHaveFocus();
  fireEvent.keyDown(within(why).getByRole("heading"), { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getByRole("switch")).toHaveFocus();
});

test("an earlier version is gone back to with a review, and a refusal stands beside it", async () => {
  const plan = { plan: "p1" } as never;
  let gone = true;
  const wanted = vi.fn(() => {
    if (gone) throw { code: "stored_package_changed", message: "", hint: "", details: null };
    return plan;
  });
  const version = { digest: "a", version: "1.4.0", release: 2, accepted_at: 0, installed: true };
  const earlier = { ...version, digest: "b", version: "1.3.0", release: 1, installed: false };
  const { review } = await open(
    { version_plan: wanted, version_list: () => [version, earlier] },
    `/plugins/${base.id}?tab=versions`,
  );
  const button = await screen.findByRole("button", { name: "Go back to 1.3.0…" });
  expect(screen.queryByRole("button", { name: "Go back to 1.4.0…" })).toBeNull();
  fireEvent.click(button);
  expect(await screen.findByRole("alert")).toBeVisible();
  gone = false;
  fireEvent.click(button);
  await waitFor(() => expect(review.plan).toHaveBeenCalledWith(plan));
  expect(wanted).toHaveBeenCalledWith({ plugin: base.id, digest: "b", locale: "en" });
});

test("uninstalling keeps by default, and deletes everything only once the name is typed", async () => {
  const uninstall = vi.fn(() => null);
  await open({ plugin_uninstall: uninstall }, "/plugins/com.example.chatbot");
  await press("More about FAQ bot");
  fireEvent.click(await screen.findByRole("menuitem", { name: "Uninstall…" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(await dialog.findByText("46 people will no longer be able to use it.")).toBeVisible();
  expect(dialog.getByLabelText(/^Keep its settings/)).toBeChecked();
  fireEvent.click(dialog.getByLabelText(/^Delete everything of it \(1\.2/));
  fireEvent.click(dialog.getByRole("button", { name: "Uninstall and delete everything" }));
  expect(await dialog.findByText('This is not "FAQ bot" yet.')).toBeVisible();
  expect(uninstall).not.toHaveBeenCalled();
  fireEvent.change(dialog.getByLabelText(/To confirm/), { target: { value: "FAQ bot" } });
  fireEvent.click(dialog.getByRole("button", { name: "Uninstall and delete everything" }));
  expect(await screen.findByText("the list")).toBeVisible();
  expect(uninstall).toHaveBeenCalledWith({ plugin: base.id, purge: true });
});

test("kept data is deleted only after a yes", async () => {
  const purge = vi.fn(() => null);
  const one = {
    plugin: "a.b",
    name: "Voice",
    version: null,
    since: 0,
    data: 2048,
    settings: true,
    grants: 2,
  };
  await open({ kept_list: () => [one], kept_purge: purge }, "/kept");
  await press("Delete what is kept of Voice");
  expect(purge).not.toHaveBeenCalled();
  await press("Delete for good");
  await waitFor(() => expect(purge).toHaveBeenCalledWith({ plugin: "a.b" }));
});

test.each(["overview", "settings", "versions", "logs"])(
  "a screen reader finds nothing amiss in %s",
  async (tab) => {
    const { container } = await open({}, `/plugins/com.example.chatbot?tab=${tab}`);
    await screen.findByRole("tabpanel");
    await screen.findAllByText(/./);
    const { violations } = await axe.run(container, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  },
);
