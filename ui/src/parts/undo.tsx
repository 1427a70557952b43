/** "Done. [Undo]": a notice that stays ten seconds, longer under the pointer, in focus or while the window is hidden. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../api/call";
import { i18n } from "../i18n";
import { sentence } from "./failure";

/** How long an undo is offered, in seconds. */
const OFFERED = 10;

let shown = 0;

/** Tells what was done. `undo`: a compensating act, refused by the core if the thing changed since. */
export function tellDone(text: string, undo?: () => Promise<unknown>): void {
  const id = `done-${shown++}`;
  notifications.show({
    id,
    autoClose: undo ? false : 4000,
    withBorder: true,
    withCloseButton: true,
    closeButtonProps: { "aria-label": i18n.t("common.close") },
    message: undo ? <Undoable id={id} text={text} undo={undo} /> : text,
  });
}

/** Tells what failed, in the window's words. */
export function useTellFailed(): (error: unknown) => void {
  const { t } = useTranslation();
  return (error) => {
    notifications.show({
      color: "red",
      withBorder: true,
      message: sentence(t, failureOf(error)),
      role: "alert",
    });
  };
}

function Undoable({ id, text, undo }: { id: string; text: string; undo: () => Promise<unknown> }) {
  const { t } = useTranslation();
  const failed = useTellFailed();
  const [left, setLeft] = useState(OFFERED);
  const held = useRef(false);
  const run = async () => {
    notifications.hide(id);
    await undo().catch(failed);
  };
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const tick = setInterval(() => {
      if (!held.current && document.visibilityState === "visible") setLeft((seconds) => seconds - 1);
    }, 1000);
    return () => clearInterval(tick);
  }, []);
  useEffect(() => {
    if (left <= 0) notifications.hide(id);
  }, [left, id]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey && event.key === "z") || isText(event.target) || event.defaultPrevented) return;
      event.preventDefault();
      void latest.current();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  const hold = (value: boolean) => () => {
    held.current = value;
  };
  return (
    <Group
      justify="space-between"
      wrap="nowrap"
      onMouseEnter={hold(true)}
      onMouseLeave={hold(false)}
      onFocus={hold(true)}
      onBlur={hold(false)}
    >
      <Text size="sm">{text}</Text>
      <Button size="xs" variant="light" miw="max-content" onClick={() => void run()}>
        {t("common.undo", { seconds: Math.max(left, 0) })}
      </Button>
    </Group>
  );
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, [contenteditable=true]");
}
