/** The window over a made-up center that plans dropped files, for the tests of this folder. */
import { createMemoryHistory } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { answers as world } from "../../../preview/world";
import { App } from "../../App";
import { answerCommands, type FakeAnswers, tell } from "../../api/answers";
import { makeQueries } from "../../api/client";
import type { Commands } from "../../api/commands";
import type { PlanView } from "../../api/generated/center";
import { startI18n } from "../../i18n";
import { makeRouter } from "../../router";

export const base: PlanView = {
  plan: "plan-1",
  kind: "install",
  plugin: "com.example.chatbot",
  name: "FAQ bot",
  version: "1.4.0",
  from: null,
  digest: "b3:9f",
  size: 3_355_443,
  file: "bot.spk",
  files: 14,
  encrypted: false,
  resembles: null,
  description: "Answers questions.",
  icon: null,
  dependencies: [],
  license: "none",
  licensed: true,
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  fingerprint: "9f2c 41d0",
  check_code: "41830 92217 00654 71190 38825 06417",
  trusted: false,
  namespaces: ["com.example.*", "com.example.chatbot"],
  removed: {},
  permissions_added: [],
  permissions_removed: [],
  capabilities: {
    capabilities: {
      http: ["bot.example.com:443", `\${config.provider}`],
      memory: "256 MiB",
      storage: "64 MiB",
    },
    uses: [],
  },
  approve_capabilities: true,
  missing: ["Client ID", "Secret"],
  settings: null,
  conflicts: [],
  warnings: [],
};

type Applied = Commands["package_apply"]["args"];

/** A window over a center that plans these files and takes note of what is applied and discarded. */
export async function open(
  plans: Record<string, Partial<PlanView> | object>,
  own: FakeAnswers = {},
  as = "superadmin",
) {
  const applied: Pick<Applied, "plan" | "answers">[] = [];
  const discarded: string[] = [];
  let planned = 0;
  answerCommands({
    ...world({ locale: "en", theme: "light", as }),
    path_look: () => ({ kind: "file", packages: [] }),
    package_plan: ({ path }) => {
      const found = plans[path.slice(path.lastIndexOf("/") + 1)];
      if (!found || "code" in found)
        throw found ?? { code: "not_found", message: "", hint: "", details: null };
      planned += 1;
      return { ...base, plan: `${path}#${planned}`, ...found };
    },
    package_apply: ({ plan, answers }) => {
      applied.push({ plan, answers });
      return { plugin: "com.example.chatbot", version: "1.4.0", kind: "install", not_turned_on: null };
    },
    package_arrange: ({ plans }) => ({ order: plans, held_back: [] }),
    plan_discard: ({ plan }) => {
      discarded.push(plan);
      return null;
    },
    ...own,
  });
  await startI18n("en");
  const router = makeRouter(createMemoryHistory({ initialEntries: ["/people"] }));
  render(<App queries={makeQueries()} router={router} />);
  await screen.findByRole("navigation");
  const drop = (...files: string[]) =>
    tell({ kind: "raise_requested", files: files.map((file) => `/tmp/${file}`) });
  return { applied, discarded, router, drop, user: userEvent.setup() };
}

export const refusal = (code: string, details: object | null = null) => ({
  code,
  message: "",
  hint: "",
  details,
});

/** By somebody who is trusted already, with nothing to approve. */
export const known = { trusted: true, approve_capabilities: false };
