/** The one door to the shell: every command by name, with what it takes and gives. Knows no screen. */
import { Channel, invoke } from "@tauri-apps/api/core";
import type { Commands, Progress } from "./commands";
import type { Answers, AppliedView, ErrorView, Line, PlanView } from "./generated/center";

/** Calls a command of the core. Rejects with the core's error, which carries a code. */
export function call<Name extends keyof Commands>(
  name: Name,
  args: Commands[Name]["args"],
): Promise<Commands[Name]["result"]> {
  return invoke(name, { args });
}

/** Something under way that can be stopped until it is done. */
export interface Operation<Result> {
  result: Promise<Result>;
  cancel(): void;
}

/** Copies and checks a package, changing nothing; tells how far it is. */
export function planPackage(
  path: string,
  locale: string,
  report: (progress: Progress) => void,
): Operation<PlanView> {
  return operate(report, (own) => call("package_plan", { path, locale, ...own }));
}

/** Carries out a plan; can be stopped until it is committed. */
export function applyPackage(
  plan: string,
  answers: Answers,
  report: (progress: Progress) => void,
): Operation<AppliedView> {
  return operate(report, (own) => call("package_apply", { plan, answers, ...own }));
}

/** Hands over a plugin's new log lines until the returned function is called. */
export function followLog(plugin: string, read: (line: Line) => void): () => void {
  const channel = new Channel<Line>();
  channel.onmessage = read;
  void call("log_follow", { plugin, channel }).catch(() => {});
  return () => void call("log_unfollow", { plugin }).catch(() => {});
}

function operate<Result>(
  report: (progress: Progress) => void,
  start: (own: { operation: string; progress: Channel<Progress> }) => Promise<Result>,
): Operation<Result> {
  const operation = crypto.randomUUID();
  const progress = new Channel<Progress>();
  progress.onmessage = report;
  const cancel = () => void call("operation_cancel", { operation }).catch(() => {});
  return { result: start({ operation, progress }), cancel };
}

/** What a rejected call carries; anything that is not the core's becomes `internal`. */
export function failureOf(error: unknown): ErrorView {
  if (error instanceof Object && "code" in error && "message" in error) return error as ErrorView;
  return { code: "internal", message: String(error), hint: "", details: null };
}
