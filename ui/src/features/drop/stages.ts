/** The checks of a package, in the order in which the core does and reports them. */
import type { Progress } from "../../api/commands";

export const checks = ["copying", "signature", "contents"] as const;

export type Step = Progress;
export type Standing = "waiting" | "now" | "done";

/** How each check stands while `step` is under way; `null`: none has begun. */
export function standings(step: Step | null): Standing[] {
  const now = step ? (checks as readonly string[]).indexOf(step.stage) : 0;
  return checks.map((_, index) => (index < now ? "done" : index === now ? "now" : "waiting"));
}

/** The share of the stage that is done, 0 to 100; `null` where its size is not known. */
export function share(step: Step | null): number | null {
  return step?.total ? Math.min(100, Math.round((step.done / step.total) * 100)) : null;
}
