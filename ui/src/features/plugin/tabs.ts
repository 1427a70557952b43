/** The parts of a plugin's page, as its address names them. */

export const tabs = ["overview", "settings", "access", "versions", "logs"] as const;
export type Tab = (typeof tabs)[number];

export function isTab(value: unknown): value is Tab {
  return tabs.includes(value as Tab);
}
