/** Locks the window when nobody touches it for the set time; says so a minute before. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import { preferences, session } from "../../api/queries";

const touches = ["pointermove", "pointerdown", "keydown", "wheel"] as const;
/** How long before locking the notice appears, in seconds. */
const NOTICE = 60;

export function IdleLock() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data } = useQuery(preferences);
  const minutes = data?.lock_minutes ?? 15;
  const lock = useCallback(async () => {
    await call("lock", {});
    await queries.invalidateQueries({ queryKey: session.queryKey });
  }, [queries]);
  const { left, stay } = useSecondsLeft(minutes * 60, () => void lock());
  return (
    <Modal
      opened={left !== null}
      onClose={stay}
      title={t("session.lockingSoon")}
      size="sm"
      closeButtonProps={{ "aria-label": t("session.stay") }}
    >
      <Text mb="md">{t("session.lockingIn", { seconds: left ?? 0 })}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => void lock()}>
          {t("session.lock")}
        </Button>
        <Button onClick={stay} data-autofocus>
          {t("session.stay")}
        </Button>
      </Group>
    </Modal>
  );
}

/** Seconds until `after` untouched seconds have passed, within the last minute; `null` before it. 0 seconds: never. */
function useSecondsLeft(after: number, end: () => void) {
  const [left, setLeft] = useState<number | null>(null);
  const touched = useRef(Date.now());
  const latest = useRef(end);
  latest.current = end;
  const stay = useCallback(() => {
    touched.current = Date.now();
    setLeft(null);
  }, []);
  useEffect(() => {
    if (after <= 0) return;
    stay();
    const touch = () => {
      touched.current = Date.now();
      setLeft(null);
    };
    for (const kind of touches) window.addEventListener(kind, touch, { capture: true, passive: true });
    const tick = setInterval(() => {
      const remaining = Math.ceil(after - (Date.now() - touched.current) / 1000);
      if (remaining <= 0) latest.current();
      else setLeft(remaining <= NOTICE && remaining < after ? remaining : null);
    }, 1000);
    return () => {
      clearInterval(tick);
      for (const kind of touches) window.removeEventListener(kind, touch, { capture: true });
    };
  }, [after, stay]);
  return { left, stay };
}
