/** Addresses that lead to no screen, or to none for this person. */
import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { answers as world } from "../preview/world";
import { App } from "./App";
import { answerCommands, forgetAnswers } from "./api/answers";
import { makeQueries } from "./api/client";
import { startI18n } from "./i18n";
import { makeRouter } from "./router";
import { expectAccessible } from "./test-stage";

afterEach(forgetAnswers);

for (const [locale, title, start, home] of [
  ["en", "There is no such screen", "Go to the start", "Plugins"],
  ["zh-CN", "没有找到此页面", "返回首页", "插件"],
] as const)
  test(`an unknown address is said and leads back to the start (${locale})`, async () => {
    answerCommands(world({ locale, theme: "light", as: "superadmin" }));
    await startI18n(locale);
    const router = makeRouter(createMemoryHistory({ initialEntries: ["/no/such/screen"] }));
    render(<App queries={makeQueries()} router={router} />);
    expect(await screen.findByRole("heading", { level: 1, name: title })).toBeVisible();
    expect(screen.getByRole("navigation")).toBeVisible();
    await expectAccessible();
    await userEvent.setup().click(screen.getByRole("link", { name: start }));
    expect(await screen.findByRole("heading", { level: 1, name: home })).toBeVisible();
  });

test.each([
  "/people",
  "/people/2/plugins",
  "/publishers",
  "/licenses",
  "/activity",
  "/plugins/com.example.chatbot",
])("for an account that manages nothing there is no %s", async (address) => {
  answerCommands(world({ locale: "en", theme: "light", as: "account" }));
  await startI18n("en");
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }));
  render(<App queries={makeQueries()} router={router} />);
  expect(await screen.findByRole("heading", { level: 1, name: "There is no such screen" })).toBeVisible();
  expect(screen.queryByRole("alert")).toBeNull();
});
