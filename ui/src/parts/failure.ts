/** A refusal of the core in the window's words: by its code, with its details put in. */
import type { TFunction } from "i18next";
import type { ErrorView } from "../api/generated/center";

/** The sentence. The core's own English one stands in only for codes that the window does not know. */
export function sentence(t: TFunction, failure: ErrorView): string {
  return t(`errors.${failure.code}.message`, { defaultValue: failure.message, ...values(failure) });
}

/** The next step; empty if there is none. */
export function nextStep(t: TFunction, failure: ErrorView): string {
  return t(`errors.${failure.code}.hint`, { defaultValue: failure.hint, ...values(failure) });
}

/** Everything a publisher or administrator needs to look into it, without secrets. */
export function report(failure: ErrorView): string {
  const details = failure.details === null ? "" : `\n${JSON.stringify(failure.details, null, 2)}`;
  return `${failure.code}: ${failure.message}\n${failure.hint}${details}`.trim();
}

function values({ details }: ErrorView): Record<string, unknown> {
  return details instanceof Object && !Array.isArray(details) ? { ...details } : {};
}
