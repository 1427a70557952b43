/** The commands that the shell offers, and the shapes of what goes in and out. Says nothing of how they are done. */
import type { Channel } from "@tauri-apps/api/core";
import type {
  AccountId,
  Answers,
  AppliedView,
  Line,
  PlanView,
  Request,
  Results,
  Role,
} from "./generated/center";

/** What a request of the center takes, by its name. */
type ArgsOf<Name extends Request["command"]> =
  Extract<Request, { command: Name }> extends { args: infer Args } ? Args : Record<string, never>;

/** Requests that the shell answers itself, or in its own way. */
type OfShell =
  | "init"
  | "sign_in"
  | "events"
  | "log_follow"
  | "window_raise"
  | "package_plan"
  | "package_apply";

type CenterCommands = {
  [Name in Exclude<Request["command"], OfShell>]: { args: ArgsOf<Name>; result: Results[Name] };
};

/** Who is signed in at this window. The token stays with the shell. */
export interface Session {
  account: AccountId;
  login: string;
  name: string;
  role: Role;
  /** The one-time password has to be replaced first. */
  must_change: boolean;
  locked: boolean;
}

/** How far a package is: bytes where they are known, else 0 of 0. */
export interface Progress {
  stage: string;
  done: number;
  total: number;
}

export interface Preferences {
  locale: "en" | "zh-CN" | null;
  theme: "light" | "dark" | "auto";
  lock_minutes: number;
}

type Nothing = Record<string, never>;

interface ShellCommands {
  init: {
    args: { login: string; name: string; password: string };
    result: { recovery_code: string; session: Session };
  };
  sign_in: { args: { login: string; password: string }; result: Session };
  session_get: { args: Nothing; result: Session | null };
  lock: { args: Nothing; result: null };
  unlock: { args: { password: string }; result: Session };
  package_plan: {
    args: { path: string; locale: string; operation: string; progress: Channel<Progress> };
    result: PlanView;
  };
  package_apply: {
    args: { plan: string; answers: Answers; operation: string; progress: Channel<Progress> };
    result: AppliedView;
  };
  operation_cancel: { args: { operation: string }; result: null };
  log_follow: { args: { plugin: string; channel: Channel<Line> }; result: null };
  log_unfollow: { args: { plugin: string }; result: null };
  files_choose: { args: Nothing; result: string[] };
  path_look: {
    args: { path: string };
    result: { kind: "file" | "folder" | "missing"; packages: string[] };
  };
  folder_open: { args: Nothing; result: null };
  sample_packages: { args: Nothing; result: { name: string; path: string }[] };
  preferences_get: { args: Nothing; result: Preferences };
  preferences_set: { args: Preferences; result: null };
  quit: { args: { stop: boolean }; result: null };
  window_hide: { args: Nothing; result: null };
}

export type Commands = CenterCommands & ShellCommands;
