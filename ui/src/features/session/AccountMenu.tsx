/** To be drawn. */
import type { Session } from "../../api/commands";

export function AccountMenu({ session }: { session: Session }) {
  return session.name;
}
