/** Anything that no other control can show: as JSON. What is no JSON yet is kept, and nothing is saved from it. */
import { Input, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { same } from "../pointers";
import { enterBroken, useForm, useFormState } from "../state";
import { type ControlProps, namedBy } from "./control";
import { Described } from "./Described";
import { rowsOf } from "./TextControl";

export function JsonControl(own: ControlProps) {
  const { t } = useTranslation();
  const { store } = useForm();
  const broken = useFormState(store, (state) => state.broken[own.pointer]);
  const [typed, setTyped] = useState("");
  const pretty = own.value === undefined ? "" : JSON.stringify(own.value, null, 2);
  const text = broken ?? (same(read(typed).value, own.value) ? typed : pretty);
  const enter = (entered: string) => {
    const { value, fails } = read(entered);
    setTyped(entered);
    enterBroken(store, own.pointer, fails ? entered : null);
    if (!fails) own.change(value);
  };
  return (
    <>
      <Described by={own}>
        <Input
          component="textarea"
          multiline
          rows={rowsOf(text)}
          {...namedBy({ ...own, invalid: own.invalid || broken !== undefined })}
          value={text}
          onChange={({ currentTarget }) => enter(currentTarget.value)}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", resize: "vertical" } }}
        />
      </Described>
      {broken === undefined ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("form.asJson")}
        </Text>
      ) : (
        <Text size="xs" c="var(--mantine-color-error)" mt={4} role="status">
          {t("form.notJson")}
        </Text>
      )}
    </>
  );
}

function read(text: string): { value?: unknown; fails: boolean } {
  if (text.trim() === "") return { value: undefined, fails: false };
  try {
    return { value: JSON.parse(text), fails: false };
  } catch {
    return { fails: true };
  }
}
