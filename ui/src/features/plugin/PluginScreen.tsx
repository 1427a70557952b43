/** To be drawn. */
import type { ReactNode } from "react";

const tabs = ["overview", "settings", "access", "versions", "logs"] as const;
export type Tab = (typeof tabs)[number];

export function isTab(value: unknown): value is Tab {
  return tabs.includes(value as Tab);
}

export function PluginScreen({ id, access }: { id: string; tab: Tab; access: ReactNode }) {
  return (
    <>
      {id}
      {access}
    </>
  );
}
