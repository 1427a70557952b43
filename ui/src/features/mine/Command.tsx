/** One command of a plugin: called with or without arguments; the answer, the refusal or the waiting stands below. */
import { Button, Code, Group, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlayerPlay } from "@tabler/icons-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginId } from "../../api/generated/center";
import { readArguments } from "./arguments";
import classes from "./Mine.module.css";
import { Outcome } from "./Outcome";
import { useCall } from "./useCall";

interface Parts {
  plugin: PluginId;
  command: string;
  /** The title of the permission that it asks for. */
  permission: string;
  /** The element that says why it cannot be called now; `null`: it can. */
  stopped: string | null;
}

export function Command({ plugin, command, permission, stopped }: Parts) {
  const { t } = useTranslation();
  const [shown, { toggle }] = useDisclosure();
  const [text, setText] = useState("");
  const [mistake, setMistake] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { state, start, leave } = useCall(plugin, command);
  const waiting = state.kind === "waiting";
  const send = () => {
    const read = shown ? readArguments(text) : { args: null };
    setMistake(!read);
    if (!read) field.current?.focus();
    if (read && !waiting && stopped === null) start(read.args);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <li className={classes.command} data-testid={`command-${command}`}>
      <Group justify="space-between" gap="xs">
        <div>
          <Code className={classes.name ?? ""}>{command}</Code>{" "}
          <Text span size="xs" c="dimmed" ml={4}>
            {t("mine.needs", { permission })}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="subtle" onClick={toggle} aria-expanded={shown}>
            {t(shown ? "mine.withoutArguments" : "mine.withArguments")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            aria-label={t("mine.callOf", { command })}
            loading={waiting}
            disabled={stopped !== null}
            aria-describedby={stopped ?? undefined}
            onClick={send}
          >
            {t("mine.call")}
          </Button>
        </Group>
      </Group>
      {shown && (
        <Textarea
          ref={field}
          mt="xs"
          rows={3}
          resize="vertical"
          spellCheck={false}
          label={t("mine.arguments")}
          description={t("mine.argumentsHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder={'{ "question": "…" }'}
          classNames={{ input: classes.json ?? "" }}
          value={text}
          error={mistake && t("mine.notJson")}
          onKeyDown={onKey}
          onChange={(event) => {
            setMistake(false);
            setText(event.currentTarget.value);
          }}
        />
      )}
      <Outcome state={state} leave={leave} retry={send} />
    </li>
  );
}
