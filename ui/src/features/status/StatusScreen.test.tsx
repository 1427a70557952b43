/** The first screen with every answer that the core may give, in both languages, and its accessibility. */
import { QueryClient } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, expect, test } from "vitest";
import { App } from "../../App";
import { answerCommands, forgetAnswers } from "../../api/answers";
import type { CenterStatus } from "../../api/commands";
import { type Locale, startI18n } from "../../i18n";

const status: CenterStatus = { version: "0.1.0", home: "/home/li/.local/share/sprocket", state: "absent" };

afterEach(forgetAnswers);

async function show(locale: Locale, answer: () => CenterStatus) {
  answerCommands({ center_status: answer });
  await startI18n(locale);
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(<App queries={queries} />);
}

test("the version, the state and the home folder are read from the core", async () => {
  await show("en", () => status);
  expect(await screen.findByText("Version 0.1.0")).toBeVisible();
  expect(screen.getByText("Not set up yet")).toBeVisible();
  expect(screen.getByText(status.home)).toBeVisible();
});

test("the same is said in Chinese", async () => {
  await show("zh-CN", () => ({ ...status, state: "present" }));
  expect(await screen.findByText("版本 0.1.0")).toBeVisible();
  expect(screen.getByText("已初始化")).toBeVisible();
  expect(document.documentElement.lang).toBe("zh-CN");
});

test("a failure is shown with its cause and a way on", async () => {
  await show("en", () => {
    throw { code: "home_unreadable", message: "cannot read the home folder" };
  });
  expect(await screen.findByRole("alert")).toHaveTextContent("cannot read the home folder");
  expect(screen.getByRole("button", { name: "Retry" })).toBeEnabled();
});

test("a screen reader finds nothing amiss", async () => {
  const { container } = await show("en", () => status);
  await screen.findByText("Version 0.1.0");
  const { violations } = await axe.run(container);
  expect(violations).toEqual([]);
});
