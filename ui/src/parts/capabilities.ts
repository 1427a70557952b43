/** What a package asks for, in people's words. */
import type { TFunction } from "i18next";
import type { JsonValue } from "../api/generated/center";
import type { Locale } from "../i18n";
import { listed, sizeOf } from "./format";

export interface Asked {
  http: string[];
  read: string[];
  write: string[];
  memory: string;
  storage: string;
  uses: string[];
}

/** Amounts that every plugin may have; asking for them asks for nothing. */
const base = { memory: "128 MiB", storage: "64 MiB" };

/** Reads what the core sends: capabilities with the services beside them; nothing for `{}`. */
export function askedOf(value: JsonValue): Asked {
  const { capabilities, uses } = objectOf(value);
  const { http, read, write, memory, storage } = objectOf(capabilities);
  return {
    http: texts(http),
    read: texts(read),
    write: texts(write),
    memory: typeof memory === "string" ? memory : base.memory,
    storage: typeof storage === "string" ? storage : base.storage,
    uses: texts(uses),
  };
}

/** Each thing that goes beyond what every plugin may have, as a sentence of its own. */
export function askedLines(t: TFunction, asked: Asked, locale: Locale): string[] {
  const amount = (kind: "memory" | "storage") =>
    asked[kind] === base[kind] ? [] : [t(`review.may.${kind}`, { size: sizeOf(asked[kind], locale) })];
  return [
    ...asked.http.map((entry) => t("review.may.host", { host: host(t, entry) })),
    ...asked.read.map((entry) => t("review.may.read", { path: path(t, entry) })),
    ...asked.write.map((entry) => t("review.may.write", { path: path(t, entry) })),
    ...amount("memory"),
    ...amount("storage"),
    ...asked.uses.map((service) => t("review.may.service", { service })),
  ];
}

/** Everything that it may do, one line for each subject, also where that is nothing. */
export function askedSummary(t: TFunction, asked: Asked, locale: Locale): { label: string; text: string }[] {
  const list = (entries: string[]) => listed(entries, locale);
  const none = t("review.may.none");
  const files = [
    ...(asked.read.length ? [t("review.may.reads", { paths: list(asked.read.map((e) => path(t, e))) })] : []),
    ...(asked.write.length
      ? [t("review.may.changesFiles", { paths: list(asked.write.map((e) => path(t, e))) })]
      : []),
  ];
  const hosts = list(asked.http.map((entry) => host(t, entry)));
  const amounts = { memory: sizeOf(asked.memory, locale), storage: sizeOf(asked.storage, locale) };
  return [
    {
      label: t("review.may.internet"),
      text: asked.http.length ? t("review.may.internetOnly", { hosts }) : none,
    },
    { label: t("review.may.files"), text: files.length ? files.join(" · ") : none },
    { label: t("review.may.amounts"), text: t("review.may.most", amounts) },
    ...(asked.uses.length
      ? [{ label: t("review.may.services"), text: t("review.may.uses", { services: list(asked.uses) }) }]
      : []),
  ];
}

function host(t: TFunction, entry: string): string {
  return entry.startsWith("${config.") ? t("review.may.entered") : entry.replace(/:443$/, "");
}

function path(t: TFunction, entry: string): string {
  return entry.startsWith("${config.") ? t("review.may.enteredPath") : entry;
}

function objectOf(value: JsonValue | undefined): Record<string, JsonValue> {
  return value instanceof Object && !Array.isArray(value) ? value : {};
}

function texts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
