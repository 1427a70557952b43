/** What became of a call: an answer shown as plain text, a refusal in words, or how long it has been waited for. */
import { Button, CopyButton, Group, Loader, Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../../api/call";
import type { JsonValue } from "../../api/generated/center";
import { FailureNote } from "../../parts/FailureNote";
import classes from "./Mine.module.css";
import type { CallState } from "./useCall";

/** How long the center waits for a plugin's answer, in seconds. */
const PATIENCE = 30;

/** Refusals that the account's person can understand and act on. */
const named = ["not_permitted", "plugin_stopped", "timed_out", "plugin_fault", "upgrading"];

interface Parts {
  state: CallState;
  leave: () => void;
  retry: () => void;
}

export function Outcome({ state, leave, retry }: Parts) {
  const { t } = useTranslation();
  if (state.kind === "waiting") return <Waiting key={state.since} since={state.since} leave={leave} />;
  if (state.kind === "left") {
    return (
      <Text size="sm" mt="xs" role="status">
        {t("mine.left")}
      </Text>
    );
  }
  if (state.kind === "answered") return <Answer answer={state.answer} />;
  if (state.kind === "failed") return <Failed error={state.error} retry={retry} />;
  return null;
}

function Waiting({ since, leave }: { since: number; leave: () => void }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(since);
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true });
  const seconds = Math.max(0, Math.floor((now - since) / 1000));
  return (
    <Group gap="sm" mt="xs" data-testid="waiting">
      <Loader size="xs" aria-hidden />
      <Text size="sm" role="status">
        {t("mine.waiting", { limit: PATIENCE })}
      </Text>
      <Text size="sm" c="dimmed" aria-hidden>
        {t("mine.seconds", { seconds })}
      </Text>
      <Button size="compact-sm" variant="subtle" onClick={leave}>
        {t("mine.goOn")}
      </Button>
    </Group>
  );
}

function Answer({ answer }: { answer: JsonValue }) {
  const { t } = useTranslation();
  const text = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
  return (
    <div className={classes.answer} role="status" data-testid="answer">
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          {t(answer === null ? "mine.done" : "mine.answer")}
        </Text>
        {answer !== null && (
          <CopyButton value={text}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="subtle" onClick={copy}>
                {copied ? t("common.copied") : t("common.copy")}
              </Button>
            )}
          </CopyButton>
        )}
      </Group>
      {answer !== null && <pre className={classes.text}>{text}</pre>}
    </div>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const { code, details } = failureOf(error);
  const own = details instanceof Object && !Array.isArray(details) ? details.message : null;
  return (
    <div className={classes.failed} data-testid="call-failed">
      <FailureNote
        error={error}
        title={t(named.includes(code) ? `mine.failed.${code}` : "mine.failed.other")}
        retry={retry}
      />
      {code === "plugin_fault" && typeof own === "string" && (
        <div className={classes.answer}>
          <Text size="sm" fw={600}>
            {t("mine.itSays")}
          </Text>
          <pre className={classes.text}>{own}</pre>
        </div>
      )}
    </div>
  );
}
