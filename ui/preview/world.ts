/** A made-up center for the preview: one answer per command. Grows with the screens. */
import type { FakeAnswers } from "../src/api/answers";
import type { Session } from "../src/api/commands";
import type { PluginView } from "../src/api/generated/center";
import { listAnswers } from "./list";
import { peopleAnswers } from "./people";
import { pluginAnswers } from "./plugin";

interface Wish {
  locale: "en" | "zh-CN";
  theme: "light" | "dark";
  as: string;
}

const base: PluginView = {
  id: "com.example.chatbot",
  name: "FAQ bot",
  version: "1.4.0",
  publisher: "Example Ltd",
  key: "ed25519:AAAA",
  icon: null,
  trusted: true,
  wanted: true,
  observed: { state: "running" },
  missing: [],
  update: null,
  people: 46,
  everyone: false,
  revision: 1,
};

function plugins(zh: boolean): PluginView[] {
  return [
    {
      ...base,
      name: zh ? "智能机器人" : "FAQ bot",
      wanted: false,
      observed: { state: "set_up_first" },
      missing: ["Client ID", "Secret"],
      people: 0,
    },
    {
      ...base,
      id: "com.example.directory",
      name: zh ? "通讯录" : "Directory",
      version: "1.2.7",
      everyone: true,
      people: 212,
    },
    {
      ...base,
      id: "com.northdesk.tickets",
      name: zh ? "工单" : "Ticketing",
      publisher: "North Desk",
      update: { file: "tickets-2.3.spk", version: "2.3.0" },
    },
    {
      ...base,
      id: "com.northdesk.sms",
      name: "SMS gateway",
      publisher: "North Desk",
      observed: { state: "restarting", attempt: 2, of: 3, in_ms: 8000, cause: "signal 11" },
    },
    {
      ...base,
      id: "com.example.clock",
      name: "Clock",
      wanted: false,
      observed: { state: "stopped_after_errors", failures: 3, cause: "out of memory" },
    },
  ];
}

/** Answers for a person of this kind, in this language. */
export function answers({ locale, theme, as }: Wish): FakeAnswers {
  const zh = locale === "zh-CN";
  const own: Session = {
    account: 1,
    login: "lina",
    name: zh ? "李娜" : "Li Na",
    role: as === "account" ? "account" : "superadmin",
    must_change: false,
    locked: false,
  };
  return {
    preferences_get: () => ({ locale, theme, lock_minutes: 15 }),
    preferences_set: () => null,
    session_get: () => (as === "nobody" || as === "new" ? null : own),
    sign_in: () => own,
    status: () => ({
      version: "0.1.0",
      home: "/home/li/.local/share/sprocket",
      serving: true,
      initialised: as !== "new",
      installed: 5,
      running: 2,
      attention: 1,
      folder: "watching",
      folder_path: "/home/li/.local/share/sprocket/plugins",
      sandbox: [],
    }),
    plugin_list: () => plugins(zh),
    attention_list: () => [],
    folder_list: () => [],
    sample_packages: () => [],
    ...peopleAnswers(zh, as),
    ...pluginAnswers(zh, plugins(zh)),
    ...(as === "new" ? {} : listAnswers(zh)),
  };
}
