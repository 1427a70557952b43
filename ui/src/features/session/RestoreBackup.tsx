/** A backup to begin with: chosen in the platform's dialog, opened with its passphrase, checked whole before anything changes. */
import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { IconFileZip } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../api/call";
import type { RestoredView } from "../../api/generated/center";
import type { BackupFile } from "../../api/generated/shell";
import { FailureNote } from "../../parts/FailureNote";
import { size } from "../../parts/format";
import { useLocale } from "../../useLocale";
import { Steps } from "./Steps";

interface Parts {
  back: () => void;
  restored: (center: RestoredView) => void;
}

export function RestoreBackup({ back, restored }: Parts) {
  const { t } = useTranslation();
  const [file, setFile] = useState<BackupFile | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const restore = useMutation({
    mutationFn: (chosen: BackupFile) =>
      call("backup_restore", { path: chosen.path, passphrase: chosen.encrypted ? passphrase : null }),
    onSuccess: restored,
    onError: (refused) => isWrong(refused) && field.current?.select(),
  });
  const choose = useMutation({
    mutationFn: () => call("backup_choose", {}),
    onSuccess: (chosen) => {
      if (!chosen) return;
      setPassphrase("");
      setFile(chosen);
    },
    onMutate: () => restore.reset(),
    onError: () => setFile(null),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choose.isPending || restore.isPending) return;
    if (file) restore.mutate(file);
    else choose.mutate();
  };
  const refused = restore.error ?? choose.error;
  return (
    <Stack component="form" onSubmit={submit}>
      <Text>{t("session.first.restore.what")}</Text>
      <ChosenFile file={file} choose={() => choose.mutate()} busy={choose.isPending || restore.isPending} />
      {file?.encrypted && (
        <PasswordInput
          ref={field}
          label={t("session.first.restore.passphrase")}
          description={t("session.first.restore.passphraseWhat")}
          value={passphrase}
          onChange={({ currentTarget }) => setPassphrase(currentTarget.value)}
          readOnly={restore.isPending}
          autoComplete="off"
          autoFocus
          visibilityToggleButtonProps={{ "aria-label": t("session.first.restore.show") }}
          required
          withAsterisk={false}
        />
      )}
      {file && !file.encrypted && <Text size="sm">{t("session.first.restore.plain")}</Text>}
      {refused && <FailureNote error={refused} title={t("session.first.restore.failed")} />}
      <Text size="sm" c="dimmed" aria-live="polite">
        {restore.isPending && t("session.first.restore.checking")}
      </Text>
      {file ? (
        <Steps at={3} back={back} busy={restore.isPending} submit={t("session.first.restore.act")} />
      ) : (
        <Steps at={3} back={back} busy={choose.isPending} submit={t("session.first.restore.choose")} />
      )}
    </Stack>
  );
}

function isWrong(refused: unknown): boolean {
  return failureOf(refused).code === "backup_passphrase";
}

interface FileParts {
  file: BackupFile | null;
  choose: () => void;
  busy: boolean;
}

function ChosenFile({ file, choose, busy }: FileParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (!file) return null;
  return (
    <Group gap="sm" wrap="nowrap" data-testid="backup-file">
      <IconFileZip size={20} aria-hidden />
      <Text size="sm" fw={600} truncate title={file.path}>
        {file.path.split("/").pop()}
      </Text>
      <Text size="sm" c="dimmed" mr="auto" flex="none">
        {size(file.bytes, locale)}
      </Text>
      <Button variant="default" size="xs" flex="none" onClick={choose} disabled={busy}>
        {t("session.first.restore.another")}
      </Button>
    </Group>
  );
}
