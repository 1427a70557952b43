/** One line, several lines, an address, a date or a time. Full-width signs become half-width ones where they are never meant. */
import { Input } from "@mantine/core";
import { type ChangeEvent, useState } from "react";
import { halfWidth } from "../half-width";
import { type ControlProps, namedBy } from "./control";
import { Described } from "./Described";
import { HalfWidthNote } from "./HalfWidthNote";

/** Shown where nothing is entered: the form that is meant. */
const samples: Record<string, string> = { date: "2026-01-31", time: "09:30" };
/** In these, a full-width sign is never meant. */
const narrow = new Set(["uri", "email", "date", "time"]);

export function TextControl(own: ControlProps) {
  const { kind, schema, value, change } = own;
  const [turned, setTurned] = useState(false);
  const text = typeof value === "string" ? value : value === undefined || value === null ? "" : String(value);
  const enter = (entered: string) =>
    change(entered === "" && schema.default === undefined ? undefined : entered);
  const read = ({ currentTarget, nativeEvent }: ChangeEvent<HTMLInputElement>) => {
    const entered = currentTarget.value;
    const composing = nativeEvent instanceof InputEvent && nativeEvent.isComposing;
    const kept = narrow.has(kind) && !composing ? halfWidth(entered) : entered;
    setTurned(kept !== entered);
    enter(kept);
  };
  if (kind === "multiline") {
    return (
      <Described by={own}>
        <Input
          component="textarea"
          multiline
          styles={{ input: { resize: "vertical" } }}
          rows={rowsOf(text)}
          {...namedBy(own)}
          value={text}
          onChange={({ currentTarget }) => enter(currentTarget.value)}
        />
      </Described>
    );
  }
  return (
    <Described by={own}>
      <Input
        {...namedBy(own)}
        inputMode={inputMode(kind)}
        autoComplete="off"
        spellCheck={!narrow.has(kind)}
        value={text}
        placeholder={typeof schema.default === "string" ? schema.default : samples[kind]}
        onChange={read}
        onCompositionEnd={({ currentTarget }) => narrow.has(kind) && enter(halfWidth(currentTarget.value))}
      />
      {turned && <HalfWidthNote />}
    </Described>
  );
}

/** As many rows as there are lines, within reason. */
export function rowsOf(text: string): number {
  return Math.min(16, Math.max(3, text.split("\n").length));
}

function inputMode(kind: string): "url" | "email" | undefined {
  if (kind === "uri") return "url";
  return kind === "email" ? "email" : undefined;
}
