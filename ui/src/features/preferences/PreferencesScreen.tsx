/** To be drawn. */
import type { ReactNode } from "react";

export function PreferencesScreen({ kept }: { kept: ReactNode }) {
  return kept;
}
