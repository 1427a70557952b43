/** The commands that the shell offers, and the shapes of what goes in and out. Says nothing of how they are done. */
import type { ProgressView, Request, Results } from "./generated/center";
import type { Initialised, Session, ShellRequest, ShellResults } from "./generated/shell";

export type { Preferences, Session } from "./generated/shell";
/** How far a package is; `total` is `null` where it is not known. */
export type Progress = ProgressView;

/** What a request takes, by its name. */
type ArgsOf<All extends { command: string }, Name> =
  Extract<All, { command: Name }> extends { args: infer Args } ? Args : Record<string, never>;

/** Requests that the shell answers in its own way, and those that only another process asks. */
type NotOfTheCenter = "init" | "sign_in" | "backup_make" | "events" | "window_raise" | keyof ShellResults;

type CenterCommands = {
  [Name in Exclude<keyof Results, NotOfTheCenter>]: { args: ArgsOf<Request, Name>; result: Results[Name] };
};

type ShellCommands = {
  [Name in keyof ShellResults]: { args: ArgsOf<ShellRequest, Name>; result: ShellResults[Name] };
};

/** The session's token stays with the shell, and its kind is the shell's to say. */
interface EntranceCommands {
  init: { args: Omit<ArgsOf<Request, "init">, "kind">; result: Initialised };
  sign_in: { args: Omit<ArgsOf<Request, "sign_in">, "kind">; result: Session };
}

export type Commands = CenterCommands & ShellCommands & EntranceCommands;
