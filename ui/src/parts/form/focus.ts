/** Moving to a setting on the page. */

const usable = "input:not([type=hidden]):not(:disabled), textarea, button:not(:disabled)";

/** Scrolls to a setting and puts the focus into it; false if it is not on the page. */
export function focusSetting(pointer: string): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-setting]")];
  const row = rows.find((candidate) => candidate.dataset.setting === pointer);
  const control = row?.querySelector<HTMLElement>(usable);
  if (!row || !control) return false;
  row.scrollIntoView?.({ block: "center" });
  control.focus({ preventScroll: true });
  return true;
}
