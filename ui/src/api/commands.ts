/** The commands that the shell offers, and the shapes of what goes in and out. Says nothing of how they are done. */

/** Whether this computer's center has a home yet. */
export type HomeState = "absent" | "present";

export interface CenterStatus {
  /** The application's version, as `0.1.0`. */
  version: string;
  /** The folder that holds everything, absolute. */
  home: string;
  state: HomeState;
}

export interface Commands {
  center_status: { args: Record<string, never>; result: CenterStatus };
}
