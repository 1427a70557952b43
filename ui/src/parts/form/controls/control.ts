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

/** What an input is called; what describes it comes from `Described` around it. */
export function namedBy({ id, labelId, invalid }: ControlProps) {
  return {
    id,
    "aria-labelledby": labelId,
    error: invalid,
  };
}

/** What a group of controls is called and described by. */
export function groupBy({ id, labelId, describedBy, invalid }: ControlProps) {
  return {
    id,
    "aria-labelledby": labelId,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
  };
}
