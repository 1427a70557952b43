/** The form of every dialog here: a title, what is asked, what happened to it, [Cancel] and the one act. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../../api/call";
import { ChangedNote } from "../../parts/ChangedNote";
import { FailureNote } from "../../parts/FailureNote";

interface Parts {
  title: string;
  /** What the act is called. */
  act: string;
  danger?: boolean;
  /** Nothing to send yet. */
  idle?: boolean;
  /** Somebody else changed it since the dialog was opened. */
  changed?: boolean;
  sending: { isPending: boolean; error: unknown };
  send: () => void;
  close: () => void;
  children?: ReactNode;
}

export function AskDialog({ title, act, danger, idle, changed, sending, send, close, children }: Parts) {
  const { t } = useTranslation();
  const stale = sending.error !== null && failureOf(sending.error).code === "changed_meanwhile";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!idle && !sending.isPending) send();
  };
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      title={title}
      size="lg"
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {children}
          {(stale || (changed && !sending.isPending)) && <ChangedNote />}
          {sending.error !== null && !stale && (
            <FailureNote error={sending.error} title={t("people.notDone")} />
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button
              type="submit"
              {...(danger && { color: "red" })}
              disabled={idle ?? false}
              loading={sending.isPending}
            >
              {act}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
