/** A number as it is typed. What is no number yet is kept as typed; the core says that it is none. */
import { Input } from "@mantine/core";
import { type ChangeEvent, useState } from "react";
import { halfWidth } from "../half-width";
import { same } from "../pointers";
import { type ControlProps, namedBy } from "./control";
import { Described } from "./Described";
import { HalfWidthNote } from "./HalfWidthNote";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number in a text; the text itself if it is none, or if a number could not hold all of its digits. */
export function numberIn(text: string): number | string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  const exact = !Number.isInteger(number) || Number.isSafeInteger(number);
  return NUMBER.test(trimmed) && exact ? number : text;
}

export function NumberControl(own: ControlProps) {
  const { schema, value, change } = own;
  const [typed, setTyped] = useState("");
  const [turned, setTurned] = useState(false);
  const shown = value === undefined || value === null ? "" : String(value);
  const text = same(numberIn(typed), value) ? typed : shown;
  const enter = (entered: string) => {
    setTyped(entered);
    change(numberIn(entered));
  };
  const read = ({ currentTarget, nativeEvent }: ChangeEvent<HTMLInputElement>) => {
    const composing = nativeEvent instanceof InputEvent && nativeEvent.isComposing;
    const kept = composing ? currentTarget.value : halfWidth(currentTarget.value);
    setTurned(kept !== currentTarget.value);
    enter(kept);
  };
  return (
    <Described by={own}>
      <Input
        {...namedBy(own)}
        inputMode={own.kind === "integer" ? "numeric" : "decimal"}
        autoComplete="off"
        value={text}
        placeholder={typeof schema.default === "number" ? String(schema.default) : undefined}
        onChange={read}
        onCompositionEnd={({ currentTarget }) => enter(halfWidth(currentTarget.value))}
      />
      {turned && <HalfWidthNote />}
    </Described>
  );
}
