/** Which packages ask something of a person. Pure. */
import type { PlanView } from "../../api/generated/center";

/** Whether a person has to answer something before this can be installed. */
export function asks({ trusted, approve_capabilities, settings }: PlanView): boolean {
  return !trusted || approve_capabilities || settings !== null;
}
