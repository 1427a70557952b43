/** For tests: one screen with everything around it but the frame, over made-up answers whose events it follows. */
import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from "@tanstack/react-router";
import { configure, render } from "@testing-library/react";
import axe from "axe-core";
import type { ReactNode } from "react";
import { I18nextProvider } from "react-i18next";
import { afterEach, expect, vi } from "vitest";
import { answers as world } from "../preview/world";
import { answerCommands, type FakeAnswers, forgetAnswers } from "./api/answers";
import { makeQueries } from "./api/client";
import { followEvents, refresh } from "./api/events";
import { i18n, startI18n } from "./i18n";
import { theme } from "./theme";

vi.setConfig({ testTimeout: 30_000 });
configure({ asyncUtilTimeout: 8_000 });

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
  notifications.clean();
  forgetAnswers();
});

/** Shows `screen` in English, with the preview's answers and `own` in front of them. */
export async function stage(screen: ReactNode, own: FakeAnswers = {}): Promise<void> {
  answerCommands({ ...world({ locale: "en", theme: "light", as: "superadmin" }), ...own });
  await startI18n("en");
  const queries = makeQueries();
  endings.push(followEvents((event) => refresh(queries, event)));
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
  render(
    <QueryClientProvider client={queries}>
      <I18nextProvider i18n={i18n}>
        <MantineProvider theme={theme} env="test">
          <Notifications />
          <RouterContextProvider router={router as never}>
            <main>{screen}</main>
          </RouterContextProvider>
        </MantineProvider>
      </I18nextProvider>
    </QueryClientProvider>,
  );
}

/** Nothing that a screen reader would stumble over; contrast is looked at elsewhere, where there are pixels. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, "page-has-heading-one": { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

/** A refusal of the core. */
export function refusal(code: string, details: Record<string, string> | null = null) {
  return { code, message: `refused: ${code}`, hint: "", details };
}
