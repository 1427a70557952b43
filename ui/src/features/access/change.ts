/** A change of one permission's grants: what it adds and takes, how it is carried out, how it is taken back. */
import { call } from "../../api/call";
import type { Grant, GrantsView, PluginId, Subject } from "../../api/generated/center";

export interface GrantChange {
  add: Subject[];
  remove: Subject[];
}

export interface Place {
  plugin: PluginId;
  permission: string;
  /** In which the answers name things. */
  locale: string;
}

/** Whether two subjects are one grant; whether it includes sub-departments is a property of that grant. */
export function sameSubject(a: Subject, b: Subject): boolean {
  return a.kind === b.kind && ("id" in a ? "id" in b && a.id === b.id : true);
}

/** What is not there yet, in the same manner. */
export function notGranted(wanted: Subject[], grants: readonly Grant[]): Subject[] {
  const there = (subject: Subject) =>
    grants.some((grant) => JSON.stringify(grant.subject) === JSON.stringify(subject));
  return wanted.filter((subject) => !there(subject));
}

/** What brings the grants back as they were. */
export function opposite({ add, remove }: GrantChange, before: readonly Grant[]): GrantChange {
  const old = (subject: Subject) => before.find((grant) => sameSubject(grant.subject, subject))?.subject;
  return {
    add: [...remove, ...add.flatMap((subject) => old(subject) ?? [])],
    remove: add.filter((subject) => !old(subject)),
  };
}

/**
 * Sends a change step by step, each on the revision that the one before answered with.
 * `report`: told after each step what stands now, so that a failure half way leaves nothing untold.
 */
export async function carryOut(
  place: Place,
  change: GrantChange,
  revision: number,
  report: (done: GrantChange, now: GrantsView) => void,
): Promise<void> {
  let based = revision;
  for (const subject of change.remove) {
    const now = await call("grant_remove", { ...place, subject, revision: based });
    report({ add: [], remove: [subject] }, now);
    based = now.revision;
  }
  for (const subject of change.add) {
    const now = await call("grant_add", { ...place, subject, revision: based });
    report({ add: [subject], remove: [] }, now);
    based = now.revision;
  }
}
