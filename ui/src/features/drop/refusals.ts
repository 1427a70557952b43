/** Which refusals a publisher can do something about, so that a report for them makes sense. */

/** Refusals by this center's own choice or state, not by a fault of the package. */
const notTheirs = new Set([
  "already_installed",
  "busy",
  "cancelled",
  "database",
  "disk_full",
  "downgrade",
  "internal",
  "io",
  "is_a_link",
  "not_a_file",
  "not_a_superadmin",
  "not_found",
  "not_signed_in",
  "outside_namespace",
  "plan_changed",
  "plan_gone",
  "revoked",
]);

export function concernsPublisher(code: string): boolean {
  return !notTheirs.has(code);
}
