/** What the answer about an unknown key means to the core. */
import type { PlanView, TrustAnswer } from "../../api/generated/center";

/** Trusted for a whole range of ids, for this plugin, or not checked now. */
export type Choice = "wide" | "narrow" | "later";

/** The range of ids that the core offers, such as `com.example.*`. */
export function wideOf({ namespaces }: PlanView): string | undefined {
  return namespaces.find((namespace) => namespace.endsWith(".*"));
}

export function narrowOf({ plugin }: PlanView): string {
  return plugin;
}

/** `null`: nothing is trusted. `checked` is how the code was compared, for the record. */
export function trustOf(plan: PlanView, choice: Choice | null, checked: string): TrustAnswer | null {
  if (plan.trusted || choice === null || choice === "later") return null;
  const namespace = choice === "wide" ? (wideOf(plan) ?? narrowOf(plan)) : narrowOf(plan);
  return { label: plan.publisher, namespaces: [namespace], checked };
}
