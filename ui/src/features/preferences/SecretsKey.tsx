/** The key of stored passwords: where it is, moving it, changing it, and beginning anew where it was lost. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { KeyPlace, RekeyedView, SecretsKeyView } from "../../api/generated/center";
import { secretsKey } from "../../api/queries";
import { HeadedDialog } from "../../components/HeadedDialog";
import { FailureNote } from "../../parts/FailureNote";

interface Wish {
  to: KeyPlace | null;
  give_up: boolean;
}

export function SecretsKey() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(secretsKey);
  const rekey = useMutation({
    mutationFn: (wish: Wish) => call("secrets_rekey", wish),
    onSettled: () => queries.invalidateQueries(),
  });
  if (error) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return null;
  return (
    <Stack gap="sm">
      <Text c="dimmed" size="sm">
        {t("preferences.secrets.what")}
      </Text>
      <Text data-testid="key-place">
        {t("preferences.secrets.count", { count: data.secrets })}{" "}
        {t(`preferences.secrets.place.${data.place}`)}
      </Text>
      {data.trouble && <FailureNote error={data.trouble} />}
      <Acts view={data} busy={rekey.isPending} act={(wish) => rekey.mutate(wish)} />
      {rekey.error && <FailureNote error={rekey.error} title={t("preferences.secrets.failed")} />}
      {rekey.data && <Done rekeyed={rekey.data} />}
    </Stack>
  );
}

interface ActsParts {
  view: SecretsKeyView;
  busy: boolean;
  act: (wish: Wish) => void;
}

function Acts({ view: { place, keyring, trouble, secrets }, busy, act }: ActsParts) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const button = (text: string, run: () => void) => (
    <Button variant="default" onClick={run} disabled={busy}>
      {text}
    </Button>
  );
  if (trouble)
    return (
      <Group>
        {trouble.code === "secrets_key_lost" && button(t("preferences.secrets.giveUp"), () => setAsked(true))}
        {asked && (
          <GiveUp
            count={secrets}
            close={() => setAsked(false)}
            act={() => {
              setAsked(false);
              act({ to: null, give_up: true });
            }}
          />
        )}
      </Group>
    );
  const other: KeyPlace = place === "file" ? "keyring" : "file";
  return (
    <Group>
      {(place === "keyring" || keyring) &&
        button(t(`preferences.secrets.to.${other}`), () => act({ to: other, give_up: false }))}
      {button(t("preferences.secrets.renew"), () => act({ to: null, give_up: false }))}
    </Group>
  );
}

function GiveUp({ count, close, act }: { count: number; close: () => void; act: () => void }) {
  const { t } = useTranslation();
  return (
    <HeadedDialog
      title={t("preferences.secrets.giveUpTitle")}
      onClose={close}
      closeLabel={t("common.close")}
      testId="give-up"
      footer={
        <>
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" leftSection={<IconAlertTriangle size={16} aria-hidden />} onClick={act}>
            {t("preferences.secrets.giveUpAct")}
          </Button>
        </>
      }
    >
      <Text size="sm">{t("preferences.secrets.giveUpWhat", { count })}</Text>
    </HeadedDialog>
  );
}

function Done({ rekeyed: { place, secrets, given_up } }: { rekeyed: RekeyedView }) {
  const { t } = useTranslation();
  return (
    <Alert color="teal" icon={<IconCircleCheck aria-hidden />} role="status" data-testid="rekeyed">
      <Text size="sm">
        {t("preferences.secrets.done", { count: secrets })} {t(`preferences.secrets.place.${place}`)}
      </Text>
      {given_up.length > 0 && (
        <Text size="sm">{t("preferences.secrets.givenUp", { count: given_up.length })}</Text>
      )}
    </Alert>
  );
}
