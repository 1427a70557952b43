/** In which order several packages are installed. Pure. */
import type { PlanView } from "../../api/generated/center";

type Ordered = Pick<PlanView, "plugin" | "dependencies">;

/** What others of them need comes first; else as it was. A cycle keeps the order it came in. */
export function dependenciesFirst<One extends Ordered>(plans: readonly One[]): One[] {
  const done: One[] = [];
  const visited = new Set<One>();
  const visit = (plan: One) => {
    if (visited.has(plan)) return;
    visited.add(plan);
    for (const { id } of plan.dependencies) {
      const needed = plans.find((other) => other.plugin === id);
      if (needed) visit(needed);
    }
    done.push(plan);
  };
  for (const plan of plans) visit(plan);
  return done;
}

/** Whether a person has to answer something before this can be installed. */
export function asks({ trusted, approve_capabilities, settings }: PlanView): boolean {
  return !trusted || approve_capabilities || settings !== null;
}
