/** What a row of the trail records beside who and what, as lines for people: before and after, digest, signer, reasons. */
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Ending, JsonValue, Row, Subject } from "../../api/generated/center";
import { publishers } from "../../api/queries";
import type { Locale } from "../../i18n";
import { useLocale } from "../../useLocale";
import { askedOf, askedSummary } from "../capabilities";
import { pathText } from "../departments";
import { endingWords } from "../ending";
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

/** One thing that a row records: as it is since, and as it was before where it was anything. */
interface Part {
  key: string;
  before: JsonValue | undefined;
  value: JsonValue | undefined;
}

export function useDetails(): (row: Row) => Line[] {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const formats = useFormats();
  const labelOf = (key: string) => {
    const known = `activity.fields.${key}`;
    return i18n.exists(known) ? t(known) : key.replaceAll("_", " ");
  };
  const words = (key: string, value: JsonValue | undefined): string =>
    isNothing(value) ? t("activity.nothing") : (formats[key]?.(value) ?? plain(t, locale, value));
  const line = ({ key, before, value }: Part): Line => {
    const [from, to] = [before, value].map((one) => words(key, one));
    return {
      label: labelOf(key),
      value: isNothing(before) ? (to ?? "") : t("activity.change", { from, to }),
    };
  };
  return ({ action, details }) =>
    partsOf(action, details).flatMap((part) =>
      part.key === "capabilities" ? may(t, part.value ?? null, locale) : [line(part)],
    );
}

function partsOf(action: string, details: JsonValue): Part[] {
  if (action === "capabilities_approved") return [{ key: "capabilities", before: undefined, value: details }];
  const { before, after, from, to, paths, trusted, ...all } = objectOf(details);
  // The core's sentence says in English what the ending says in parts.
  const { cause, ...apart } = all;
  const rest = isNothing(all.ending) ? all : apart;
  const moved = objectOf(paths);
  const changed =
    paths === undefined ? changes(action, before, after) : changes("path", moved.from, moved.to);
  const plain = Object.entries({ ...rest, ...objectOf(trusted) });
  return [
    ...changed,
    ...changes(action === "secrets_rekeyed" ? action : "version", from, to),
    ...plain.map(([key, value]) => ({ key, before: undefined, value })),
  ].filter(({ key, before, value }) => !silent.has(key) && !(isNothing(before) && isNothing(value)));
}

/** Each field of two objects that is not as it was; single values are named by what they are of. */
function changes(name: string, before: JsonValue | undefined, value: JsonValue | undefined): Part[] {
  const [old, now] = [objectOf(before), objectOf(value)];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  if (keys.length === 0) return [{ key: name, before, value }];
  return keys
    .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .map((key) => ({ key, before: old[key], value: now[key] }));
}

/** How the values of some fields, or of what some actions change, are written. */
function useFormats(): Record<string, Words> {
  const { t, i18n } = useTranslation();
  const locale = useLocale();
  const { account, department, subject } = usePeople();
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
    ending: (value) => endingWords(t, value as Ending, "", locale),
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
    secrets_rekeyed: (value) => t(`activity.keyPlaces.${value}`, String(value)),
    given_up: (value) =>
      listed(
        (Array.isArray(value) ? value : []).map(objectOf).map((one) => `${one.plugin}: ${one.pointer}`),
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
    subject: (value) => subject(value as Subject),
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

function isNothing(value: JsonValue | undefined): value is undefined | null | "" | [] {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}

function objectOf(value: JsonValue | undefined): Values {
  return value instanceof Object && !Array.isArray(value) ? value : {};
}
