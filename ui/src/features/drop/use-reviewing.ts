/** One package on its way: checked, asked about, installed; each step can be stopped until the core has committed. */
import { useEffect, useRef, useState } from "react";
import { applyPackage, call, failureOf, type Operation, planPackage } from "../../api/call";
import type { Answers, AppliedView, ErrorView, PlanView } from "../../api/generated/center";
import { detailsOf } from "../../parts/failure";
import { useLocale } from "../../useLocale";
import type { Step } from "./stages";

/** Where the package comes from: a file, or a check that the core has done already. */
export type Source = { path: string } | { plan: PlanView };

export type State =
  | { at: "checking"; step: Step | null }
  | { at: "refused"; failure: ErrorView; plan: PlanView | null }
  | { at: "asking"; plan: PlanView; changed: boolean; failure: ErrorView | null }
  | { at: "applying"; plan: PlanView; step: Step | null; stopping: boolean };

/** Refusals after which the core still holds the plan. */
const stays = new Set(["busy", "approval_needed", "invalid_settings", "would_be_incomplete"]);

export interface Reviewing {
  state: State;
  apply(answers: Answers): void;
  /** Stops what is under way, or forgets the plan. */
  stop(): void;
  /** Forgets the plan because the person answered so. */
  putOff(): void;
  /** Checks the file once more; absent without a file. */
  again: (() => void) | null;
}

interface Ends {
  installed(applied: AppliedView, plan: PlanView): void;
  /** Nothing was changed. */
  stopped(): void;
}

export function useReviewing(source: Source, ends: Ends): Reviewing {
  const locale = useRef(useLocale());
  const [round, setRound] = useState({ number: 0, changed: false });
  const [state, setState] = useState<State>(() => first(source));
  const applying = useRef<Operation<AppliedView> | null>(null);
  const path = "path" in source ? source.path : null;

  useEffect(() => {
    if (path === null) return;
    let live = true;
    let open = true;
    setState({ at: "checking", step: null });
    const operation = planPackage(path, locale.current, (step) => {
      if (live && open) setState({ at: "checking", step });
    });
    operation.result.then(
      (plan) => {
        open = false;
        if (live) setState({ at: "asking", plan, changed: round.changed, failure: null });
        else forget(plan);
      },
      (error) => {
        open = false;
        if (live) setState({ at: "refused", failure: failureOf(error), plan: null });
      },
    );
    return () => {
      live = false;
      if (open) operation.cancel();
    };
  }, [path, round]);

  const check = (changed: boolean) => setRound(({ number }) => ({ number: number + 1, changed }));

  const refuse = (plan: PlanView, failure: ErrorView) => {
    const renewed = planIn(failure);
    if (failure.code === "cancelled") ends.stopped();
    else if (renewed) setState({ at: "asking", plan: renewed, changed: true, failure: null });
    else if (["plan_changed", "plan_gone"].includes(failure.code) && path !== null) check(true);
    else if (stays.has(failure.code)) setState({ at: "asking", plan, changed: false, failure });
    else setState({ at: "refused", failure, plan });
  };

  const apply = (answers: Answers) => {
    if (state.at !== "asking") return;
    const { plan } = state;
    const update = (change: { step?: Step; stopping?: boolean }) =>
      setState((now) => (now.at === "applying" ? { ...now, ...change } : now));
    setState({ at: "applying", plan, step: null, stopping: false });
    applying.current = applyPackage(plan.plan, answers, (step) => update({ step }));
    applying.current.result.then(
      (applied) => ends.installed(applied, plan),
      (error) => refuse(plan, failureOf(error)),
    );
  };

  const stop = () => {
    if (state.at === "applying") {
      setState({ ...state, stopping: true });
      applying.current?.cancel();
      return;
    }
    if (state.at === "asking") forget(state.plan);
    ends.stopped();
  };

  const putOff = () => {
    if (state.at === "asking") forget(state.plan);
  };

  return { state, apply, stop, putOff, again: path === null ? null : () => check(false) };
}

function first(source: Source): State {
  if ("plan" in source) return { at: "asking", plan: source.plan, changed: false, failure: null };
  return { at: "checking", step: null };
}

/** Forgets a plan; one that is gone already is forgotten. */
export function forget({ plan }: PlanView): void {
  void call("plan_discard", { plan }).catch(() => {});
}

/** The new review that `plan_changed` may carry, alone or under `plan`. */
function planIn(failure: ErrorView): PlanView | null {
  if (failure.code !== "plan_changed") return null;
  const details = detailsOf(failure);
  const inner = details.plan instanceof Object ? details.plan : details;
  return "check_code" in inner ? (inner as unknown as PlanView) : null;
}
