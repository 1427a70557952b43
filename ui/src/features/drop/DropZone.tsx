/** To be drawn. */
import type { ReactNode } from "react";

export function DropZone({ children }: { manages: boolean; children: ReactNode }) {
  return children;
}
