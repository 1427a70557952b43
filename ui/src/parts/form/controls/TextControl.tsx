/** One line, several lines, an address, a date or a time. Full-width signs in addresses become half-width ones. */
import { Input, Textarea } from "@mantine/core";
import { type ChangeEvent, useState } from "react";
import { halfWidth } from "../half-width";
import { type ControlProps, namedBy } from "./control";
import { HalfWidthNote } from "./HalfWidthNote";

const types: Record<string, string> = { uri: "url", email: "email", date: "date", time: "time" };

export function TextControl(own: ControlProps) {
  const { kind, schema, value, change } = own;
  const [turned, setTurned] = useState(false);
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const enter = (entered: string) =>
    change(entered === "" && schema.default === undefined ? undefined : entered);
  const read = ({ currentTarget, nativeEvent }: ChangeEvent<HTMLInputElement>) => {
    const entered = currentTarget.value;
    const composing = nativeEvent instanceof InputEvent && nativeEvent.isComposing;
    const kept = isAddress(kind) && !composing ? halfWidth(entered) : entered;
    setTurned(kept !== entered);
    enter(kept);
  };
  if (kind === "multiline") {
    return (
      <Textarea
        {...namedBy(own)}
        value={text}
        onChange={({ currentTarget }) => enter(currentTarget.value)}
        autosize
        minRows={3}
        maxRows={12}
      />
    );
  }
  return (
    <>
      <Input
        {...namedBy(own)}
        type={types[kind] === "date" || types[kind] === "time" ? types[kind] : "text"}
        inputMode={inputMode(kind)}
        step={kind === "time" && /:\d\d:\d\d/.test(text) ? 1 : undefined}
        autoComplete="off"
        spellCheck={!isAddress(kind)}
        value={text}
        placeholder={typeof schema.default === "string" ? schema.default : undefined}
        onChange={read}
        onCompositionEnd={({ currentTarget }) => isAddress(kind) && enter(halfWidth(currentTarget.value))}
      />
      {turned && <HalfWidthNote />}
    </>
  );
}

function isAddress(kind: string): boolean {
  return kind === "uri" || kind === "email";
}

function inputMode(kind: string): "url" | "email" | undefined {
  if (kind === "uri") return "url";
  return kind === "email" ? "email" : undefined;
}
