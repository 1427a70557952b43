/** Several files as one: all are checked, the core says which fit together and in which order, then those are installed, each asked about where that is needed. */
import { useEffect, useRef, useState } from "react";
import { applyPackage, call, failureOf, type Operation, planPackage } from "../../api/call";
import type { Answers, ArrangementView, ErrorView, PlanView } from "../../api/generated/center";
import { useLocale } from "../../useLocale";
import type { Aside } from "./intake";
import { asks } from "./order";
import type { Outcome } from "./ReviewDialog";
import { forget, type Source } from "./use-reviewing";

export interface Entry {
  path: string;
  standing: "waiting" | "now" | "ready" | "refused" | "installed" | "skipped";
  plan: PlanView | null;
  failure: ErrorView | null;
  /** What it is, if it is no file. */
  aside: Aside | null;
}

interface Ready {
  path: string;
  plan: PlanView;
}

export type Phase = "checking" | "summary" | "installing" | "result";

export interface Batch {
  entries: Entry[];
  phase: Phase;
  /** The review that is to be answered now. */
  question: { source: Source; answer(outcome: Outcome): void } | null;
  install(): void;
  /** Stops the checks and forgets every plan. */
  abandon(): void;
}

const unasked: Answers = { trust: null, capabilities: false, turn_on: false, settings: null };

export function useBatch(paths: string[], asides: Aside[]): Batch {
  const locale = useRef(useLocale());
  const files = useRef(paths);
  const [entries, setEntries] = useState<Entry[]>(() => [...files.current.map(fresh), ...asides.map(apart)]);
  const [phase, setPhase] = useState<Phase>("checking");
  const [question, setQuestion] = useState<Batch["question"]>(null);
  const order = useRef<string[]>([]);
  const latest = useRef(entries);
  latest.current = entries;

  const put = (path: string, change: Partial<Entry>) =>
    setEntries((all) => all.map((entry) => (entry.path === path ? { ...entry, ...change } : entry)));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the files are checked once, when the batch begins
  useEffect(() => {
    let live = true;
    let operation: Operation<PlanView> | null = null;
    const ready: Ready[] = [];
    const check = async () => {
      for (const path of files.current) {
        if (!live) return;
        put(path, { standing: "now" });
        operation = planPackage(path, locale.current, () => {});
        await operation.result.then(
          (plan) => {
            if (!live) return forget(plan);
            ready.push({ path, plan });
            put(path, { standing: "ready", plan });
          },
          (error) => live && put(path, { standing: "refused", failure: failureOf(error) }),
        );
      }
      if (live) await arrange(ready);
      if (live) setPhase("summary");
    };
    void check();
    return () => {
      live = false;
      operation?.cancel();
    };
  }, []);

  /** What the core holds back is said with its reasons; the rest keeps the core's order. */
  const arrange = async (ready: Ready[]) => {
    if (ready.length === 0) return;
    const plans = ready.map(({ plan }) => plan.plan);
    try {
      const arranged = await call("package_arrange", { plans, locale: locale.current });
      order.current = arranged.order;
      for (const { path, plan } of ready) {
        const failure = heldBack(arranged, plan);
        if (!failure) continue;
        forget(plan);
        put(path, { standing: "refused", failure });
      }
    } catch (error) {
      for (const { path, plan } of ready) {
        forget(plan);
        put(path, { standing: "refused", failure: failureOf(error) });
      }
    }
  };

  const ask = (source: Source) =>
    new Promise<Outcome>((resolve) =>
      setQuestion({
        source,
        answer: (outcome) => {
          setQuestion(null);
          resolve(outcome);
        },
      }),
    );

  const answered = (path: string, outcome: Outcome) =>
    put(path, { standing: outcome.end === "installed" ? "installed" : "skipped" });

  const bring = async (path: string, plan: PlanView, trusted: Set<string>) => {
    // Trust that was given for a file before this one is not in its review yet.
    const outdated = !plan.trusted && trusted.has(plan.key);
    if (outdated) forget(plan);
    if (outdated || asks(plan)) {
      const outcome = await ask(outdated ? { path } : { plan });
      if (outcome.end === "installed") trusted.add(plan.key);
      return answered(path, outcome);
    }
    await applyPackage(plan.plan, unasked, () => {}).result.then(
      () => put(path, { standing: "installed" }),
      async (error) => {
        const failure = failureOf(error);
        if (failure.code === "plan_changed") answered(path, await ask({ path }));
        else put(path, { standing: "refused", failure });
      },
    );
  };

  const install = async () => {
    setPhase("installing");
    const trusted = new Set<string>();
    for (const id of order.current) {
      const entry = latest.current.find(({ plan }) => plan?.plan === id);
      if (!entry?.plan) continue;
      put(entry.path, { standing: "now" });
      await bring(entry.path, entry.plan, trusted);
    }
    setPhase("result");
  };

  const abandon = () => {
    for (const { plan, standing } of latest.current) if (plan && standing === "ready") forget(plan);
  };

  return { entries, phase, question, install: () => void install(), abandon };
}

/** Why a package does not fit the others, or what is installed. */
function heldBack({ held_back: all }: ArrangementView, { plan }: PlanView): ErrorView | null {
  const conflicts = all.find((one) => one.plan === plan)?.conflicts;
  return conflicts
    ? { code: "dependency_conflict", message: "", hint: "", details: { conflicts } as ErrorView["details"] }
    : null;
}

function fresh(path: string): Entry {
  return { path, standing: "waiting", plan: null, failure: null, aside: null };
}

function apart(aside: Aside): Entry {
  return { path: aside.path, standing: "refused", plan: null, failure: null, aside };
}
