/** How this window speaks, looks and locks, where things are kept, what uninstalled plugins left, and backups. */
import { Button, Checkbox, Code, Group, NumberInput, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { IconFolderOpen } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { Preferences } from "../../api/commands";
import { autostart, centerStatus, preferences, session } from "../../api/queries";
import { Page } from "../../components/Page";
import { FailureNote } from "../../parts/FailureNote";
import { useTellFailed } from "../../parts/undo";
import { Backup } from "./Backup";
import { SecretsKey } from "./SecretsKey";

/** `kept`: the list of what uninstalled plugins left. */
export function PreferencesScreen({ kept }: { kept: ReactNode }) {
  const { t } = useTranslation();
  const { data: who } = useQuery(session);
  const now = useQuery(preferences);
  const manages = who?.role === "superadmin";
  return (
    <Page title={t("frame.nav.settings")}>
      <Stack gap="lg" maw={860}>
        {now.isError && <FailureNote error={now.error} retry={() => void now.refetch()} />}
        {now.data && <Window now={now.data} manages={manages} />}
        {manages && <PluginFolder />}
        {manages && (
          <Section title={t("preferences.kept")}>
            <Text c="dimmed" size="sm" mb="sm">
              {t("preferences.keptWhat")}
            </Text>
            {kept}
          </Section>
        )}
        {manages && (
          <Section title={t("preferences.backup.section")}>
            <Backup />
          </Section>
        )}
        {manages && (
          <Section title={t("preferences.secrets.section")}>
            <SecretsKey />
          </Section>
        )}
        <About />
      </Stack>
    </Page>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="lg" component="section">
      <Title order={2} size="h4" mb="md">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function Window({ now, manages }: { now: Preferences; manages: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const failed = useTellFailed();
  const set = (part: Partial<Preferences>) =>
    void call("preferences_set", { ...now, ...part })
      .then(() => queries.invalidateQueries({ queryKey: preferences.queryKey }))
      .catch(failed);
  return (
    <Section title={t("preferences.window")}>
      <Stack maw={360}>
        <Select
          label={t("preferences.language")}
          value={now.locale ?? "system"}
          onChange={(chosen) => set({ locale: chosen === "en" || chosen === "zh-CN" ? chosen : null })}
          allowDeselect={false}
          data={[
            { value: "system", label: t("preferences.system") },
            { value: "en", label: "English" },
            { value: "zh-CN", label: "简体中文" },
          ]}
        />
        <Select
          label={t("preferences.theme")}
          value={now.theme}
          onChange={(chosen) => set({ theme: chosen ?? "auto" })}
          allowDeselect={false}
          data={(["auto", "light", "dark"] as const).map((value) => ({
            value,
            label: t(`preferences.themes.${value}`),
          }))}
        />
        {manages && <LockTime minutes={now.lock_minutes} set={(lock_minutes) => set({ lock_minutes })} />}
        {manages && <StartsAlong />}
      </Stack>
    </Section>
  );
}

/** Nothing where this computer has no such thing. */
function StartsAlong() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const failed = useTellFailed();
  const { data } = useQuery(autostart);
  if (typeof data !== "boolean") return null;
  const set = (on: boolean) =>
    void call("autostart_set", { on })
      .then(() => queries.invalidateQueries({ queryKey: autostart.queryKey }))
      .catch(failed);
  return (
    <Checkbox
      label={t("preferences.autostart")}
      description={t("preferences.autostartWhat")}
      checked={data}
      onChange={({ currentTarget }) => set(currentTarget.checked)}
    />
  );
}

function LockTime({ minutes, set }: { minutes: number; set: (minutes: number) => void }) {
  const { t } = useTranslation();
  return (
    <NumberInput
      key={minutes}
      label={t("preferences.lock")}
      description={t("preferences.lockWhat")}
      suffix={` ${t("preferences.minutes")}`}
      defaultValue={minutes}
      min={1}
      max={480}
      allowDecimal={false}
      onBlur={({ currentTarget }) => {
        const chosen = Math.min(480, Math.max(1, Number.parseInt(currentTarget.value, 10) || minutes));
        if (chosen !== minutes) set(chosen);
      }}
    />
  );
}

function PluginFolder() {
  const { t } = useTranslation();
  const failed = useTellFailed();
  const queries = useQueryClient();
  const { data } = useQuery(centerStatus);
  const refresh = () =>
    void call("folder_rescan", {})
      .then(() => queries.invalidateQueries())
      .catch(failed);
  return (
    <Section title={t("preferences.folder")}>
      <Text mb="sm">
        <Code>{data?.folder_path}</Code>
      </Text>
      <Group>
        <Button
          variant="default"
          leftSection={<IconFolderOpen size={16} aria-hidden />}
          onClick={() => void call("folder_open", {}).catch(failed)}
        >
          {t("preferences.openFolder")}
        </Button>
        <Button variant="default" onClick={refresh}>
          {t("preferences.refresh")}
        </Button>
      </Group>
    </Section>
  );
}

function About() {
  const { t } = useTranslation();
  const { data } = useQuery(centerStatus);
  if (!data) return null;
  return (
    <Section title={t("preferences.about")}>
      <Text data-testid="version">{t("common.version", { version: data.version })}</Text>
      <Text c="dimmed" size="sm">
        {t("preferences.home")} <Code data-testid="home">{data.home}</Code>
      </Text>
    </Section>
  );
}
