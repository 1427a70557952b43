/** What a person wants to see of the activity, as they enter it, and what the core is asked for it. */
import type { i18n as I18n } from "i18next";
import { type AuditFilter, auditActions, type PluginView, requests } from "../../api/generated/center";

/** Kinds of acts, by how the names of their actions and requests begin. */
const beginnings = {
  plugins: /^(plugin|package|plan|folder|capabilities|kept|uninstall|attention|encryption|recipient|log)_/,
  settings: /^(settings|config|secrets)_/,
  access: /^(permission_|grant_|why$)/,
  people: /^(account|department|people)_/,
  session: /^(sign_|signed_|password_|recovery_|session_|init$|center_initialised)/,
  publishers: /^publisher_/,
  licenses: /^license_/,
  backups: /^backup_/,
};
export type Kind = keyof typeof beginnings;
export const kinds = Object.keys(beginnings) as Kind[];

/** The actions of a kind, and the requests whose refusals belong to it. */
export function namesOf(kind: Kind): string[] {
  return [...auditActions, ...requests].filter((name) => beginnings[kind].test(name));
}

export interface Wish {
  text: string;
  account: string | null;
  plugin: string | null;
  kind: Kind | null;
  refused: boolean;
  /** Days as they were typed. */
  from: string;
  to: string;
}

export const everything: Wish = {
  text: "",
  account: null,
  plugin: null,
  kind: null,
  refused: false,
  from: "",
  to: "",
};

/** The moment at which a typed day begins here, moved by so many days; `null` if it is no day. */
export function beginOf(typed: string, later = 0): number | null {
  const [, year, month, day] =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(typed.normalize("NFKC").trim()) ?? [];
  if (!year || !month || !day) return null;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  if (date.getMonth() !== Number(month) - 1 || date.getDate() !== Number(day)) return null;
  date.setDate(date.getDate() + later);
  return date.getTime();
}

/** Whether a day was typed that is none. */
export function isNoDay(typed: string): boolean {
  return typed.trim() !== "" && beginOf(typed) === null;
}

/** What the core is asked. The words of the window, in which it finds what was typed, are unknown to it. */
export function filterOf(wish: Wish, words: I18n, plugins: readonly PluginView[]): AuditFilter {
  const text = wish.text.trim();
  const says = (key: string) => words.exists(key) && holds(words.t(key), text);
  return {
    since: beginOf(wish.from),
    until: beginOf(wish.to, 1),
    account: wish.account === null ? null : Number(wish.account),
    target: wish.plugin,
    refused: wish.refused,
    actions: wish.kind === null ? [] : namesOf(wish.kind),
    words:
      text === ""
        ? null
        : {
            text,
            actions: [
              ...auditActions.filter((action) => says(`activity.actions.${action}`)),
              ...requests.filter((request) => says(`activity.requests.${request}`)),
            ],
            targets: plugins.filter(({ name }) => holds(name, text)).map(({ id }) => id),
          },
  };
}

function holds(text: string, wanted: string): boolean {
  return text.toLocaleLowerCase().includes(wanted.toLocaleLowerCase());
}
