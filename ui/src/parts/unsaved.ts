/** What was entered anywhere in the window and is not saved. Whoever signs a person out asks here first. */

interface Keeper {
  /** Whether something of this account would be lost. */
  holds(account: number): boolean;
  /** Lets go of it. */
  drop(account: number): void;
}

const keepers = new Set<Keeper>();

/** Adds a place where entered things wait to be saved. */
export function keepUnsaved(keeper: Keeper): void {
  keepers.add(keeper);
}

/** Whether signing this account out would lose something. A lock loses nothing. */
export function isUnsaved(account: number): boolean {
  return [...keepers].some((keeper) => keeper.holds(account));
}

/** Forgets everything that this account entered. */
export function dropUnsaved(account: number): void {
  for (const keeper of keepers) keeper.drop(account);
}
