/** Making a backup: with a passphrase or without, where the person says, and what came of it. */
import { Alert, Button, Code, Group, List, PasswordInput, Stack, Text } from "@mantine/core";
import { IconArchive, IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { BackupView, LeftOut } from "../../api/generated/center";
import { pluginList } from "../../api/queries";
import { HeadedDialog } from "../../components/HeadedDialog";
import { FailureNote } from "../../parts/FailureNote";
import { listed, size } from "../../parts/format";
import { useLocale } from "../../useLocale";

const FORM = "backup";

export function Backup() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Text c="dimmed" size="sm" mb="sm">
        {t("preferences.backup.what")}
      </Text>
      <Button
        variant="default"
        leftSection={<IconArchive size={16} aria-hidden />}
        onClick={() => setAsked(true)}
      >
        {t("preferences.backup.act")}
      </Button>
      {asked && <BackupDialog close={() => setAsked(false)} />}
    </>
  );
}

function BackupDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState({ first: "", second: "" });
  const [tried, setTried] = useState(false);
  const save = useMutation({ mutationFn: () => call("backup_save", { passphrase: typed.first || null }) });
  const differs = typed.first !== typed.second;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!differs && !save.isPending) save.mutate();
  };
  const end = () => !save.isPending && close();
  const dialog = { onClose: end, closeLabel: t("common.close"), testId: "backup" };
  if (save.data)
    return (
      <HeadedDialog
        {...dialog}
        title={t("preferences.backup.done")}
        footer={<Button onClick={close}>{t("common.close")}</Button>}
      >
        <Made backup={save.data} />
      </HeadedDialog>
    );
  return (
    <HeadedDialog
      {...dialog}
      title={t("preferences.backup.title")}
      footer={
        <>
          <Button variant="default" onClick={close} disabled={save.isPending}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" form={FORM} loading={save.isPending}>
            {t("preferences.backup.choose")}
          </Button>
        </>
      }
    >
      <Stack component="form" id={FORM} onSubmit={submit} gap="md">
        <Passphrase
          typed={typed}
          set={setTyped}
          error={tried && differs ? t("preferences.backup.differ") : null}
          busy={save.isPending}
        />
        {save.error && <FailureNote error={save.error} title={t("preferences.backup.failed")} />}
      </Stack>
    </HeadedDialog>
  );
}

interface Typed {
  first: string;
  second: string;
}

interface PassphraseParts {
  typed: Typed;
  set: (next: Typed) => void;
  error: string | null;
  busy: boolean;
}

function Passphrase({ typed, set, error, busy }: PassphraseParts) {
  const { t } = useTranslation();
  const own = {
    autoComplete: "new-password",
    readOnly: busy,
    visibilityToggleButtonProps: { "aria-label": t("preferences.backup.show") },
  };
  return (
    <>
      <PasswordInput
        {...own}
        label={t("preferences.backup.passphrase")}
        value={typed.first}
        onChange={({ currentTarget }) => set({ ...typed, first: currentTarget.value })}
      />
      <PasswordInput
        {...own}
        label={t("preferences.backup.repeat")}
        value={typed.second}
        error={error}
        onChange={({ currentTarget }) => set({ ...typed, second: currentTarget.value })}
      />
      <Text size="sm" aria-live="polite" data-testid="backup-means">
        {t(typed.first || typed.second ? "preferences.backup.with" : "preferences.backup.without")}
      </Text>
    </>
  );
}

function Made({ backup }: { backup: BackupView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Stack gap="md">
      <Alert color="teal" icon={<IconCircleCheck aria-hidden />} role="status" data-testid="backup-made">
        <Stack gap="xs">
          <Text size="sm">{t("preferences.backup.size", { size: size(backup.bytes, locale) })}</Text>
          <Group>
            <Code data-testid="backup-path">{backup.path}</Code>
          </Group>
          <Text size="sm">
            {t(backup.with_secrets ? "preferences.backup.keepPassphrase" : "preferences.backup.noSecrets")}
          </Text>
        </Stack>
      </Alert>
      {backup.left_out.length > 0 && <Missing secrets={backup.left_out} />}
    </Stack>
  );
}

/** The secrets that a restore cannot bring back, by plugin. */
function Missing({ secrets }: { secrets: LeftOut[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data } = useQuery(pluginList(locale));
  const name = (id: string) => data?.find((plugin) => plugin.id === id)?.name ?? id;
  const fields = (id: string) =>
    secrets.filter(({ plugin }) => plugin === id).map(({ pointer }) => pointer.replace(/^\//, ""));
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {t("preferences.backup.leftOut")}
      </Text>
      <List size="sm">
        {[...new Set(secrets.map(({ plugin }) => plugin))].map((id) => (
          <List.Item key={id}>
            {t("preferences.backup.ofPlugin", { name: name(id), fields: listed(fields(id), locale) })}
          </List.Item>
        ))}
      </List>
    </div>
  );
}
