/** What was brought to the window and waits for its turn: one thing is asked about at a time, in the order of arrival. */
import { useCallback, useState } from "react";
import { call } from "../../api/call";
import type { ErrorView, PlanView } from "../../api/generated/center";

/** What lies among files and is none: a folder with the packages in it, or what is gone. */
export interface Aside {
  path: string;
  kind: "folder" | "missing";
  packages: string[];
}

export type Item =
  | { kind: "file"; path: string }
  | { kind: "files"; paths: string[]; asides: Aside[] }
  | { kind: "plan"; plan: PlanView }
  | { kind: "license"; path: string; plugin: string | null }
  | { kind: "refusal"; file: string; failure: ErrorView }
  | { kind: "folder"; path: string; packages: string[] }
  | { kind: "missing"; path: string }
  | { kind: "denied" };

export type Waiting = Item & { key: number };

let arrivals = 0;

/** The file's own name. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether a file says by its name that it is a license. */
export function isLicense(path: string): boolean {
  return /\.license$/i.test(path);
}

/** The things that these paths are: one thing by itself, several together, each license after them. */
export async function lookAt(paths: string[]): Promise<Item[]> {
  const looks = await Promise.all(
    paths.map(async (path) => {
      // What cannot be looked at is left to the core, which says why.
      const look = await call("path_look", { path }).catch(() => ({ kind: "file" as const, packages: [] }));
      return { path, ...look };
    }),
  );
  const files = looks.filter(({ kind }) => kind === "file").map(({ path }) => path);
  const asides = looks.filter((look): look is Aside => look.kind !== "file");
  // A license may be for a plugin that comes with it.
  const licenses = files.filter(isLicense).map((path): Item => ({ kind: "license", path, plugin: null }));
  return [
    ...together(
      files.filter((path) => !isLicense(path)),
      asides,
    ),
    ...licenses,
  ];
}

/** One thing is asked about alone, several as one. */
export function together(paths: string[], asides: Aside[] = []): Item[] {
  if (paths.length + asides.length > 1) return [{ kind: "files", paths, asides }];
  return [...paths.map((path): Item => ({ kind: "file", path })), ...asides];
}

export interface Intake {
  current: Waiting | undefined;
  /** How many files wait behind the current one. */
  behind: number;
  add(items: Item[]): void;
  /** The current one is done; these come in its place. */
  next(instead?: Item[]): void;
}

export function useIntake(): Intake {
  const [queue, setQueue] = useState<Waiting[]>([]);
  const keyed = useCallback((items: Item[]) => items.map((item) => ({ ...item, key: arrivals++ })), []);
  const add = useCallback((items: Item[]) => setQueue((waiting) => [...waiting, ...keyed(items)]), [keyed]);
  const next = useCallback(
    (instead: Item[] = []) => setQueue(([, ...rest]) => [...keyed(instead), ...rest]),
    [keyed],
  );
  const [current, ...rest] = queue;
  const behind = rest.reduce(
    (sum, item) => sum + (item.kind === "files" ? item.paths.length + item.asides.length : 1),
    0,
  );
  return { current, behind, add, next };
}
