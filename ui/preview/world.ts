/** A made-up center for the preview: one answer per command. Grows with the screens. */
import type { FakeAnswers } from "../src/api/answers";
import type { Session } from "../src/api/commands";
import { licenseAnswers } from "./licenses";
import { listAnswers, withLicenses } from "./list";
import { peopleAnswers } from "./people";
import { pluginAnswers } from "./plugin";
import { trailAnswers } from "./trail";

interface Wish {
  locale: "en" | "zh-CN";
  theme: "light" | "dark";
  as: string;
}

/** What a person had entered when the application ended. */
const entered = {
  at: new Date().setHours(14, 5, 0, 0),
  plugin: "com.example.chatbot",
  revision: 1,
  changes: { "/clientId": { from: null, to: "acme-7741" } },
  broken: {},
  secrets: true,
};

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
    autostart_get: () => false,
    autostart_set: () => null,
    backup_save: ({ passphrase }) => ({
      path: "/home/li/sprocket-20260314-060200Z.backup",
      bytes: 48_300_000,
      with_secrets: passphrase !== null,
      left_out: passphrase
        ? []
        : [
            { plugin: "com.example.chatbot", pointer: "/secret" },
            { plugin: "com.example.directory", pointer: "/ldap/password" },
          ],
    }),
    backup_choose: () => ({
      path: "/home/li/sprocket-20260314-060200Z.backup",
      bytes: 48_300_000,
      encrypted: true,
    }),
    backup_restore: () => ({
      home: "/home/li/.local/share/sprocket",
      made_at: Date.UTC(2026, 2, 14, 6, 2),
      product: "0.1.0",
      left_out: [
        { plugin: "com.example.chatbot", pointer: "/secret" },
        { plugin: "com.example.directory", pointer: "/ldap/password" },
      ],
      switched_off: ["com.example.chatbot", "com.example.directory"],
      trail_whole: true,
      put_aside: null,
    }),
    draft_list: () => (as === "back" ? [entered] : []),
    draft_keep: () => null,
    draft_drop: () => null,
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
    ...peopleAnswers(zh, as),
    ...licenseAnswers(zh),
    ...trailAnswers(),
    ...pluginAnswers(zh, withLicenses(zh)),
    ...(as === "new" ? {} : listAnswers(zh)),
  };
}
