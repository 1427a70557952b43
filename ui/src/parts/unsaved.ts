/** What was entered anywhere in the window and is not saved. Whoever signs a person out asks here first. */

interface Keeper {
  /** Whether something would be lost. */
  holds(): boolean;
  /** Lets go of it. */
  drop(): void;
}

const keepers = new Set<Keeper>();

/** Adds a place where entered things wait to be saved. */
export function keepUnsaved(keeper: Keeper): void {
  keepers.add(keeper);
}

/** Whether signing out now would lose something. A lock loses nothing. */
export function isUnsaved(): boolean {
  return [...keepers].some((keeper) => keeper.holds());
}

/** Forgets everything that was entered. */
export function dropUnsaved(): void {
  for (const keeper of keepers) keeper.drop();
}
