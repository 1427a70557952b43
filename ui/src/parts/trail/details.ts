/** What a row of the trail records beside who and what, as lines for people: before and after, digest, signer, reasons. */
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { JsonValue, Row, Subject } from "../../api/generated/center";
import { publishers } from "../../api/queries";
import type { Locale } from "../../i18n";
import { useLocale } from "../../useLocale";
import { askedOf, askedSummary } from "../capabilities";
import { pathText } from "../departments";
import { sentence } from "../failure";
import { day, listed } from "../format";
import { usePeople } from "./people";

export interface Line {
  label: string;
  value: string;
}

type Values = { [key: string]: JsonValue | undefined };
type Words = (value: JsonValue) => string;

/** Counts and times that say nothing more than the row itself, and what another line says in words. */
const silent = new Set(["revision", "added_by", "added_at", "key", "request", "kind"]);

export function useDetails(): (row: Row) => Line[] {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const formats = useFormats();
  const labelOf = (key: string) => {
    const known = `activity.fields.${key}`;
    return i18n.exists(known) ? t(known) : key.replaceAll("_", " ");
  };
  const words = (key: string, value: JsonValue): string => formats[key]?.(value) ?? plain(t, locale, value);
  const line = (key: string, value: JsonValue): Line => ({ label: labelOf(key), value: words(key, value) });
  const change = (key: string, before: JsonValue, after: JsonValue): Line => {
    const [from, to] = [before, after].map((value) =>
      isNothing(value) ? t("activity.nothing") : words(key, value),
    );
    return { label: labelOf(key), value: t("activity.change", { from, to }) };
  };
  const told = (values: Values, action: string): Line[] =>
    Object.entries(values)
      .filter(([key, value]) => !silent.has(key) && !isNothing(value))
      .flatMap(([key, value = null]) => {
        if (key === "trusted") return told(objectOf(value), action);
        if (key === "capabilities") return may(t, value, locale);
        return [line(key, value)];
      });
  return ({ action, details }) => {
    if (action === "capabilities_approved") return may(t, details, locale);
    const { before, after, from, to, paths, ...rest } = objectOf(details);
    const moved = objectOf(paths ?? null);
    return [
      ...(paths === undefined && (before !== undefined || after !== undefined)
        ? changes(action, before ?? null, after ?? null).map(([key, old, now]) => change(key, old, now))
        : []),
      ...(paths === undefined ? [] : [change("path", moved.from ?? null, moved.to ?? null)]),
      ...(isNothing(to)
        ? []
        : [isNothing(from) ? line("version", to ?? null) : change("version", from ?? null, to ?? null)]),
      ...told(rest, action),
    ];
  };
}

/** Each field that is not as it was; a single value is named by its action. */
function changes(action: string, before: JsonValue, after: JsonValue): [string, JsonValue, JsonValue][] {
  if (![before, after].some((side) => side instanceof Object && !Array.isArray(side)))
    return [[action, before, after]];
  const [old, now] = [objectOf(before), objectOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => !silent.has(key) && JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .map((key) => [key, old[key] ?? null, now[key] ?? null]);
}

/** How the values of some fields, or of what some actions change, are written. */
function useFormats(): Record<string, Words> {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const { account, department } = usePeople();
  const { data: makers = [] } = useQuery(publishers);
  const all = (value: JsonValue, name: (id: number) => string) =>
    listed(
      (Array.isArray(value) ? value : []).map((id) => name(Number(id))),
      locale,
    );
  const cause: Words = (value) => {
    const failure = value instanceof Object && !Array.isArray(value) ? value : { code: value };
    const code = String(failure.code);
    const known = {
      code,
      message: String(failure.message ?? code),
      hint: "",
      details: failure.details ?? null,
    };
    return i18n.exists(`errors.${code}.message`) ? sentence(t, known) : known.message;
  };
  const role: Words = (value) => t(`people.roles.${value}`, String(value));
  return {
    signer: (value) => {
      const label = makers.find(({ key }) => key === value)?.label;
      return label ? t("activity.signer", { label, key: value }) : String(value);
    },
    code: cause,
    cause,
    role,
    account_role_changed: role,
    account_enabled: (value) => t(value ? "people.enabled" : "people.disabled"),
    account_disabled: (value) => t(value ? "people.enabled" : "people.disabled"),
    plugin_switched_on: (value) => t(value ? "activity.on" : "activity.off"),
    plugin_switched_off: (value) => t(value ? "activity.on" : "activity.off"),
    account_departments_changed: (value) => all(value, department),
    grants: (value) =>
      listed(
        (Array.isArray(value) ? value : []).map(objectOf).map((one) => `${one.plugin}: ${one.permission}`),
        locale,
      ),
    members: (value) => all(value, account),
    parent: (value) => department(Number(value)),
    path: (value) => (Array.isArray(value) ? pathText(value.map(String)) : String(value)),
    fields: (value) =>
      listed(
        (Array.isArray(value) ? value : []).map((one) => String(one).slice(1)),
        locale,
      ),
    notAfter: (value) => day(String(value), locale),
    subject: (value) => {
      const subject = value as Subject;
      if (subject.kind === "everyone") return t("access.everyoneShort");
      if (subject.kind === "account") return account(subject.id);
      const path = department(subject.id);
      return subject.below ? t("activity.departmentBelow", { path }) : path;
    },
    withdrawn: (value) => String(objectOf(value).reason ?? ""),
  };
}

function may(t: TFunction, asked: JsonValue, locale: Locale): Line[] {
  return askedSummary(t, askedOf(asked), locale).map(({ label, text }) => ({ label, value: text }));
}

function plain(t: TFunction, locale: Locale, value: JsonValue): string {
  if (typeof value === "boolean") return t(value ? "activity.yes" : "activity.no");
  if (Array.isArray(value) && value.every((one) => !(one instanceof Object)))
    return listed(value.map(String), locale);
  return value instanceof Object ? JSON.stringify(value) : String(value);
}

function isNothing(value: JsonValue | undefined): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function objectOf(value: JsonValue): Values {
  return value instanceof Object && !Array.isArray(value) ? value : {};
}
