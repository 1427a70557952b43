/** The reasons of a refused switch, as the core lists them. */
import type { Blocker, ErrorView } from "../api/generated/center";
import { detailsOf } from "./failure";

/** What `cannot_turn_on` carries. */
export function reasonsOf(failure: ErrorView): Blocker[] {
  const { reasons } = detailsOf(failure);
  return Array.isArray(reasons) ? reasons : [];
}

/** The plugins that would have to be turned on with it. */
export function togetherOf(failure: ErrorView): string[] {
  const { together } = detailsOf(failure);
  return Array.isArray(together) ? together : [];
}

/** Reasons that one remedy answers, together: the settings that are empty, those that are not valid, each of the rest. */
export interface Grouped {
  missing: string[];
  invalid: string[];
  others: Exclude<Blocker, { reason: "setting_missing" | "setting_invalid" }>[];
}

export function grouped(reasons: Blocker[]): Grouped {
  const found: Grouped = { missing: [], invalid: [], others: [] };
  for (const blocker of reasons) {
    if (blocker.reason === "setting_missing") found.missing.push(blocker.title);
    else if (blocker.reason === "setting_invalid") found.invalid.push(blocker.title);
    else found.others.push(blocker);
  }
  return found;
}

/** The plugins that need it, from `needed_by_others`: ids, or ids with names. */
export function needing(details: Record<string, unknown>): { id: string; name: string }[] {
  const { needed_by: others = details.plugins } = details;
  if (!Array.isArray(others)) return [];
  return others.map((one) => {
    if (!(one instanceof Object)) return { id: String(one), name: String(one) };
    const { plugin, id = plugin, name = id } = one as Record<string, string>;
    return { id: String(id), name: String(name) };
  });
}
