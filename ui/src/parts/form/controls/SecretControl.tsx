/** A password: goes to the core and never comes back. Shows only whether one is stored. */
import { Button, Group, PasswordInput, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { enterSecret, useForm, useFormState } from "../state";
import { type ControlProps, namedBy } from "./control";
import { Described } from "./Described";

export function SecretControl(own: ControlProps) {
  const { t } = useTranslation();
  const { store, fields } = useForm();
  const act = useFormState(store, (state) => state.secrets[own.pointer]);
  const [replacing, setReplacing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const saved = useFormState(store, (state) => state.base.revision);
  const stored = fields.get(own.pointer)?.stored === true;
  const enter = (text: string) => enterSecret(store, own.pointer, text.trim() === "" ? null : { $set: text });
  useEffect(() => {
    if (replacing) input.current?.focus();
  }, [replacing]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once saved, nothing is being replaced any more
  useEffect(() => setReplacing(false), [saved]);
  const keep = () => {
    setReplacing(false);
    enterSecret(store, own.pointer, null);
  };
  if (stored && !replacing && !(act && "$set" in act)) {
    const removed = act !== undefined;
    return (
      <Group gap="xs" mih={36}>
        <IconLock size={16} aria-hidden />
        <Text size="sm" id={own.id} data-testid="secret-state">
          {t(removed ? "form.secret.removed" : "form.secret.stored")}
        </Text>
        {removed ? (
          <Button size="compact-sm" variant="default" onClick={keep}>
            {t("form.secret.keep")}
          </Button>
        ) : (
          <>
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t("form.secret.replaceNamed", { title: own.title })}
              onClick={() => setReplacing(true)}
            >
              {t("form.secret.replace")}
            </Button>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={t("form.secret.removeNamed", { title: own.title })}
              onClick={() => enterSecret(store, own.pointer, { $clear: true })}
            >
              {t("form.secret.remove")}
            </Button>
          </>
        )}
      </Group>
    );
  }
  return (
    <Group gap="xs" wrap="nowrap">
      <PasswordInput
        {...namedBy(own)}
        ref={input}
        flex={1}
        autoComplete="new-password"
        value={act && "$set" in act ? act.$set : ""}
        onChange={({ currentTarget }) => enter(currentTarget.value)}
        inputContainer={(input) => <Described by={own}>{input}</Described>}
        visibilityToggleButtonProps={{ "aria-label": t("form.secret.show"), tabIndex: 0 }}
      />
      {stored && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={keep}>
          {t("form.secret.keepStored")}
        </Button>
      )}
    </Group>
  );
}
