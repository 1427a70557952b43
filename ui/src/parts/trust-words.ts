/** Why a plugin's publisher is not trusted, in a sentence. */
import type { TFunction } from "i18next";
import type { StateView } from "../api/generated/center";
import type { Locale } from "../i18n";
import { day } from "./format";

type NotTrusted = Extract<StateView, { state: "not_trusted" }>;

export function untrustedSentence(t: TFunction, { by, at, reason }: NotTrusted, locale: Locale): string {
  if (at === null) return t("state.not_trusted.sentence");
  const values = { who: by, date: day(at, locale), reason };
  return t(by === null ? "state.not_trusted.withdrawnBySomebody" : "state.not_trusted.withdrawn", values);
}
