/** What stands between a plugin and running, in a sentence, with the way on. */
import { Alert, Button, Code, Group, Stack, Text } from "@mantine/core";
import {
  IconAlertTriangle,
  IconClock,
  IconLicense,
  IconLock,
  IconRefresh,
  IconShieldOff,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { Ending, PluginDetailView, StateView } from "../../api/generated/center";
import { logTail } from "../../api/queries";
import { endingWords } from "../../parts/ending";
import { FailureNote } from "../../parts/FailureNote";
import { day } from "../../parts/format";
import { ImportLicense } from "../../parts/license";
import { useReview } from "../../parts/review";
import { awaitedSentence, togetherWords } from "../../parts/together";
import { untrustedSentence } from "../../parts/trust-words";
import { useLocale } from "../../useLocale";
import { seconds } from "./times";
import { useUpdateReview } from "./useUpdateReview";

export function StateNote({ plugin, toLogs }: { plugin: PluginDetailView; toLogs: () => void }) {
  const { observed, update } = plugin;
  return (
    <>
      {observed.state === "waiting_for_keyring" && (
        <Keyless
          words={observed.lost ? "waiting_for_keyring.lost" : "waiting_for_keyring.sentence"}
          gone={observed.lost}
        />
      )}
      {observed.state === "passwords_unreadable" && <Keyless words="passwords_unreadable.sentence" gone />}
      {observed.state === "waiting_for_dependency" && <Waits id={plugin.id} {...observed} />}
      {observed.state === "not_trusted" && <Untrusted {...observed} />}
      {observed.state === "license_expired" && <Unlicensed plugin={plugin} at={observed.at} />}
      {observed.state === "license_needed" && plugin.wanted && <Unlicensed plugin={plugin} at={null} />}
      {observed.state === "restarting" && <Restarting {...observed} toLogs={toLogs} />}
      {observed.state === "stopped_after_errors" && <Stopped plugin={plugin} {...observed} toLogs={toLogs} />}
      {observed.state === "package_missing" && <Missing plugin={plugin} />}
      {update && <Update plugin={plugin} />}
    </>
  );
}

interface NoteParts {
  color: string;
  icon: ReactNode;
  text: string;
  error?: unknown;
  more?: ReactNode;
  children?: ReactNode;
}

function Note({ color, icon, text, error, more, children }: NoteParts) {
  return (
    <Alert color={color} variant="light" icon={icon} mb="md" data-testid="state-note">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Text size="sm">{text}</Text>
          <Group gap="xs">{children}</Group>
        </Group>
        {more}
        {error ? <FailureNote error={error} /> : null}
      </Stack>
    </Alert>
  );
}

/** Turns it on, then reads every plugin anew. */
function useTurnOn(plugin: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => call("plugin_switch", { plugin, on: true, revision: null }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["plugins"] }),
  });
}

interface KeylessParts {
  words: "waiting_for_keyring.lost" | "waiting_for_keyring.sentence" | "passwords_unreadable.sentence";
  /** What is stored may have to be given up. */
  gone: boolean;
}

/** Nothing to do here: the key is unlocked or brought back elsewhere, or given up in the settings. */
function Keyless({ words, gone }: KeylessParts) {
  const { t } = useTranslation();
  return (
    <Note color="yellow" icon={<IconLock />} text={t(`state.${words}`)}>
      {gone && (
        <Button size="compact-sm" variant="light" renderRoot={(props) => <Link to="/settings" {...props} />}>
          {t("state.waiting_for_keyring.settings")}
        </Button>
      )}
    </Note>
  );
}

type Awaiting = Extract<StateView, { state: "waiting_for_dependency" }>;

function Waits({ id, awaited, together }: Awaiting & { id: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const turnOn = useMutation({
    mutationFn: () =>
      call("plugin_switch_together", { plugin: id, on: true, others: together, revision: null }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["plugins"] }),
  });
  return (
    <Note color="yellow" icon={<IconClock />} text={awaitedSentence(t, awaited, locale)} error={turnOn.error}>
      {together.length > 0 && (
        <Button size="xs" loading={turnOn.isPending} onClick={() => turnOn.mutate()}>
          {togetherWords(t, together)}
        </Button>
      )}
    </Note>
  );
}

function Untrusted(observed: Extract<StateView, { state: "not_trusted" }>) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <Note color="red" icon={<IconShieldOff />} text={untrustedSentence(t, observed, locale)}>
      <Button size="xs" variant="default" renderRoot={(props) => <Link to="/publishers" {...props} />}>
        {t("plugins.switch.toPublishers")}
      </Button>
    </Note>
  );
}

function Unlicensed({ plugin, at }: { plugin: PluginDetailView; at: number | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const text =
    at === null
      ? t("state.license_needed.sentence")
      : t("state.license_expired.sentence", { date: day(at, locale) });
  return (
    <Note color="red" icon={<IconLicense />} text={text}>
      <ImportLicense plugin={plugin} />
    </Note>
  );
}

interface RestartingParts {
  attempt: number;
  of: number;
  in_ms: number;
  cause: string;
  ending: Ending | null;
  toLogs: () => void;
}

function Restarting({ attempt, of, in_ms, cause, ending, toLogs }: RestartingParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [left, setLeft] = useState(Math.ceil(in_ms / 1000));
  useEffect(() => {
    setLeft(Math.ceil(in_ms / 1000));
    const tick = setInterval(() => setLeft((before) => Math.max(0, before - 1)), 1000);
    return () => clearInterval(tick);
  }, [in_ms]);
  return (
    <Note
      color="orange"
      icon={<IconRefresh />}
      text={t("state.restarting.sentence", { attempt, of, seconds: left })}
      more={
        <Text size="xs" c="dimmed">
          {t("plugin.state.cause", { cause: endingWords(t, ending, cause, locale) })}
        </Text>
      }
    >
      <Button size="xs" variant="default" onClick={toLogs}>
        {t("plugin.state.logs")}
      </Button>
    </Note>
  );
}

interface StoppedParts {
  plugin: PluginDetailView;
  failures: number;
  cause: string;
  ending: Ending | null;
  toLogs: () => void;
}

function Stopped({ plugin, failures, cause, ending, toLogs }: StoppedParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const again = useTurnOn(plugin.id);
  return (
    <Note
      color="red"
      icon={<IconAlertTriangle />}
      text={t("state.stopped_after_errors.sentence", {
        failures,
        cause: endingWords(t, ending, cause, locale),
      })}
      error={again.error}
      more={<LastLines id={plugin.id} />}
    >
      <Button size="xs" loading={again.isPending} onClick={() => again.mutate()}>
        {t("plugin.state.tryAgain")}
      </Button>
      <Button size="xs" variant="default" onClick={toLogs}>
        {t("plugin.state.logs")}
      </Button>
    </Note>
  );
}

/** The end of the log, where the cause usually is. */
function LastLines({ id }: { id: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data } = useQuery(logTail(id, 4));
  if (!data?.length) return null;
  return (
    <Code block fz="xs" aria-label={t("plugin.state.lastLines")}>
      {data.map(({ at, message }) => `${seconds(at, locale)}  ${message}`).join("\n")}
    </Code>
  );
}

function Missing({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useReview();
  const back = useMutation({
    mutationFn: () => call("package_put_back", { plugin: plugin.id, locale }),
    onSuccess: (view) => view && review.plan(view),
  });
  return (
    <Note
      color="red"
      icon={<IconAlertTriangle />}
      text={t("state.package_missing.sentence")}
      error={back.error}
    >
      <Button size="xs" loading={back.isPending} onClick={() => back.mutate()}>
        {t("plugin.state.putBack")}
      </Button>
      <Button size="xs" variant="default" onClick={review.choose}>
        {t("plugin.state.chooseFile")}
      </Button>
    </Note>
  );
}

function Update({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const review = useUpdateReview();
  if (!plugin.update) return null;
  const { version, file } = plugin.update;
  return (
    <Note
      color="blue"
      icon={<IconClock />}
      text={t(plugin.wanted ? "state.update_waiting.sentence" : "plugin.state.updateOff", {
        version,
        installed: plugin.version,
      })}
    >
      <Button size="xs" onClick={() => review(file)}>
        {t("plugin.state.reviewUpdate")}
      </Button>
    </Note>
  );
}
