/** Trusting a key, new or withdrawn before: its check code, for which plugins, and how it was compared. */
import {
  Alert,
  Button,
  FileButton,
  Group,
  Modal,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../api/call";
import type { PublisherView } from "../../api/generated/center";
import { keyLook } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { tellDone } from "../../parts/undo";
import { CheckCode } from "./CheckCode";
import { isKey, keyIn } from "./key-file";

interface Parts {
  /** Trusted before and withdrawn; `null`: a key to enter. */
  known: PublisherView | null;
  close: () => void;
}

export function Trust({ known, close }: Parts) {
  const { t } = useTranslation();
  const draft = useDraft(known);
  const { values, set, mistakes } = draft;
  const queries = useQueryClient();
  const trust = useMutation({
    mutationFn: () => call("publisher_trust", values),
    onSuccess: (view) => {
      tellDone(t("publishers.doneTrusted", { label: view.label }));
      close();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["publishers"] }),
  });
  const named = fieldOf(trust.error);
  const mistake = (field: keyof typeof values) =>
    draft.tried && (mistakes[field] || (named === field && t(`publishers.wrong.${field}`)));
  const send = () => {
    draft.setTried(true);
    if (!Object.values(mistakes).some(Boolean)) trust.mutate();
  };
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="xl"
      title={known ? t("publishers.askTrust", { label: known.label }) : t("publishers.askAdd")}
    >
      <Stack gap="md">
        {known ? <Again publisher={known} /> : <Text size="sm">{t("publishers.compareFirst")}</Text>}
        {!known && <Key value={values.key} error={mistake("key")} set={(key) => set({ key })} />}
        {!known && <Look publisherKey={values.key} complete={!mistakes.key} />}
        <TextInput
          required
          label={t("publishers.label")}
          description={t("publishers.labelHint")}
          value={values.label}
          error={mistake("label")}
          onChange={(event) => set({ label: event.currentTarget.value })}
        />
        <TagsInput
          required
          inputWrapperOrder={["label", "input", "description", "error"]}
          label={t("publishers.namespaces")}
          description={t("publishers.namespacesHint")}
          splitChars={[",", " ", "，"]}
          acceptValueOnBlur
          comboboxProps={{ withinPortal: false }}
          value={values.namespaces}
          error={mistake("namespaces")}
          onChange={(namespaces) => set({ namespaces })}
        />
        <Textarea
          required
          rows={3}
          resize="vertical"
          inputWrapperOrder={["label", "input", "description", "error"]}
          label={t("publishers.checked")}
          description={t("publishers.checkedHint")}
          value={values.checked}
          error={mistake("checked")}
          onChange={(event) => set({ checked: event.currentTarget.value })}
        />
        {trust.error && !named && <FailureNote error={trust.error} title={t("publishers.notDone")} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button loading={trust.isPending} onClick={send}>
            {t("publishers.confirmTrust")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Why it was withdrawn, and the code to compare anew. */
function Again({ publisher }: { publisher: PublisherView }) {
  const { t } = useTranslation();
  return (
    <>
      {publisher.withdrawn && (
        <Alert color="orange" variant="light" icon={<IconAlertTriangle aria-hidden />}>
          {t("publishers.wasWithdrawn", { reason: publisher.withdrawn.reason })}
        </Alert>
      )}
      <div>
        <Text size="sm" mb="xs">
          {t("publishers.compareCode")}
        </Text>
        <CheckCode code={publisher.check_code} large />
      </div>
    </>
  );
}

interface KeyParts {
  value: string;
  error: ReactNode;
  set: (key: string) => void;
}

/** The key, typed or read from the publisher's file. */
function Key({ value, error, set }: KeyParts) {
  const { t } = useTranslation();
  const [wrong, setWrong] = useState("");
  const read = async (file: File | null) => {
    const key = file && keyIn(await file.text());
    setWrong(file && !key ? t("publishers.noKeyFile", { file: file.name }) : "");
    if (key) set(key);
  };
  return (
    <Group align="flex-end" gap="sm" wrap="nowrap">
      <TextInput
        data-autofocus
        required
        flex={1}
        inputWrapperOrder={["label", "error", "input"]}
        label={t("publishers.key")}
        placeholder="ed25519:…"
        spellCheck={false}
        value={value}
        error={wrong || error}
        onChange={(event) => set(event.currentTarget.value.trim())}
      />
      <FileButton accept=".pub,.pem" onChange={(file) => void read(file)}>
        {(props) => (
          <Button variant="default" style={{ flex: "none" }} {...props}>
            {t("publishers.keyFile")}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}

/** The check code of the key that was entered, before anything is trusted. */
function Look({ publisherKey, complete }: { publisherKey: string; complete: boolean }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(keyLook(publisherKey, complete));
  if (!complete) return null;
  if (error)
    return (
      <Text size="sm" c="red" role="alert">
        {t("publishers.noCode")}
      </Text>
    );
  if (!data) return null;
  return (
    <div role="status">
      <Text size="sm" mb="xs">
        {t("publishers.compareCode")}
      </Text>
      <CheckCode code={data.check_code} large />
    </div>
  );
}

function useDraft(known: PublisherView | null) {
  const { t } = useTranslation();
  const [tried, setTried] = useState(false);
  const [values, setValues] = useState({
    key: known?.key ?? "",
    label: known?.label ?? "",
    namespaces: known?.namespaces ?? [],
    checked: "",
  });
  const wrong = (field: keyof typeof values, ok: boolean) => (ok ? "" : t(`publishers.wrong.${field}`));
  const mistakes = {
    key: wrong("key", known !== null || isKey(values.key)),
    label: wrong("label", values.label.trim() !== ""),
    namespaces: wrong("namespaces", values.namespaces.length > 0),
    checked: wrong("checked", values.checked.trim() !== ""),
  };
  const set = (change: Partial<typeof values>) => setValues((before) => ({ ...before, ...change }));
  return { values, set, mistakes, tried, setTried };
}

type Field = "key" | "label" | "namespaces" | "checked";

/** Which field the core refused. */
function fieldOf(error: unknown): Field | undefined {
  if (!error) return undefined;
  const { code, details } = failureOf(error);
  if (code !== "invalid_input" || !(details instanceof Object) || Array.isArray(details)) return undefined;
  return (["key", "label", "namespaces", "checked"] as const).find((field) => field === details.field);
}
