/** The one door to the shell: every command by name, with what it takes and gives. Knows no screen. */
import { invoke } from "@tauri-apps/api/core";
import type { Commands } from "./commands";

/** Calls a command of the core. Rejects with the core's error, which carries a code. */
export function call<Name extends keyof Commands>(
  name: Name,
  args: Commands[Name]["args"],
): Promise<Commands[Name]["result"]> {
  return invoke(name, { args });
}
