/** What every control of a setting is given. */
import type { RJSFSchema } from "@rjsf/utils";

export interface ControlProps {
  /** Of the element that the label belongs to. */
  id: string;
  /** The label's own id, for groups of controls. */
  labelId: string;
  describedBy: string | undefined;
  invalid: boolean;
  pointer: string;
  /** In the person's language. */
  title: string;
  kind: string;
  schema: RJSFSchema;
  value: unknown;
  /** Enters a value; `undefined`: nothing. */
  change(value: unknown): void;
}

/** What an input is called and described by. */
export function namedBy({ id, labelId, describedBy, invalid }: ControlProps) {
  return {
    id,
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    error: invalid,
  };
}
