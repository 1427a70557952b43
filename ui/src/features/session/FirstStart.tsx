/** The first start, in four steps: language, a new center or a backup, the first super administrator, the plugin folder. */
import { Button, Code, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { IconFolderOpen } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { RestoredView } from "../../api/generated/center";
import { centerStatus, preferences } from "../../api/queries";
import type { Locale } from "../../i18n";
import { FailureNote } from "../../parts/FailureNote";
import { useTellFailed } from "../../parts/undo";
import { useLocale } from "../../useLocale";
import { Card } from "./Card";
import { ChosenPassword, isUsable, isWeak } from "./ChosenPassword";
import { RecoveryCode } from "./RecoveryCode";
import { RestoreBackup } from "./RestoreBackup";
import { Restored } from "./Restored";
import { Steps } from "./Steps";

interface Parts {
  /** From now on the set-up stays until it is done, though a session begins meanwhile. */
  begin: () => void;
  done: () => void;
}

type Way = "new" | "backup";

export function FirstStart({ begin, done }: Parts) {
  const { t } = useTranslation();
  const [step, setStep] = useState(1);
  const [way, setWay] = useState<Way>("new");
  const [code, setCode] = useState<string | null>(null);
  const [restored, setRestored] = useState<RestoredView | null>(null);
  useEffect(begin, [begin]);
  const to = (next: number) => () => setStep(next);
  const bringBack = (view: RestoredView) => {
    setRestored(view);
    setStep(4);
  };
  const third = way === "backup" ? "restore" : code ? "recovery" : "account";
  const titles = ["language", "way", third, restored ? "restored" : "folder"] as const;
  return (
    <Card title={t(`session.first.${titles[step - 1] ?? "language"}.title`)} wide>
      {step === 1 && <Language next={to(2)} />}
      {step === 2 && <ChooseWay way={way} choose={setWay} back={to(1)} next={to(3)} />}
      {step === 3 && third === "account" && <FirstAccount back={to(2)} created={setCode} />}
      {step === 3 && third === "restore" && <RestoreBackup back={to(2)} restored={bringBack} />}
      {step === 3 && third === "recovery" && <Recovery code={code ?? ""} next={to(4)} />}
      {step === 4 && !restored && <PluginFolder done={done} />}
      {step === 4 && restored && <Restored center={restored} done={done} />}
    </Card>
  );
}

function Language({ next }: { next: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const failed = useTellFailed();
  const choose = async (chosen: string) => {
    const now = await queries.ensureQueryData(preferences);
    await call("preferences_set", { ...now, locale: chosen as Locale });
    await queries.invalidateQueries({ queryKey: preferences.queryKey });
  };
  return (
    <Stack>
      <Radio.Group
        value={locale}
        onChange={(chosen) => void choose(chosen).catch(failed)}
        aria-label={t("session.first.language.title")}
      >
        <Stack gap="xs">
          <Radio value="en" label="English" lang="en" />
          <Radio value="zh-CN" label="简体中文" lang="zh-CN" />
        </Stack>
      </Radio.Group>
      <Steps at={1} next={next} />
    </Stack>
  );
}

interface WayParts {
  way: Way;
  choose: (way: Way) => void;
  back: () => void;
  next: () => void;
}

function ChooseWay({ way, choose, back, next }: WayParts) {
  const { t } = useTranslation();
  const { data } = useQuery(centerStatus);
  return (
    <Stack>
      <Text>{t("session.first.way.what")}</Text>
      <Radio.Group
        value={way}
        onChange={(chosen) => choose(chosen as Way)}
        aria-label={t("session.first.way.title")}
      >
        <Stack gap="sm">
          {(["new", "backup"] as const).map((one) => (
            <Radio
              key={one}
              value={one}
              label={t(`session.first.way.${one}`)}
              description={t(`session.first.way.${one}What`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      <div>
        <Text size="sm" c="dimmed">
          {t("session.first.way.where")}
        </Text>
        <Code data-testid="home">{data?.home}</Code>
      </div>
      <Steps at={2} back={back} next={next} />
    </Stack>
  );
}

function FirstAccount({ back, created }: { back: () => void; created: (recovery: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [login, setLogin] = useState("");
  const [chosen, setChosen] = useState({ first: "", second: "" });
  const init = useMutation({
    mutationFn: () => call("init", { login: login.trim(), name: name.trim(), password: chosen.first }),
    onSuccess: (made) => created(made.recovery_code),
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (isUsable(chosen) && !init.isPending) init.mutate();
  };
  const text = { required: true, withAsterisk: false };
  return (
    <Stack component="form" onSubmit={submit}>
      <Text>{t("session.first.account.what")}</Text>
      {init.isError && !isWeak(init.error) && <FailureNote error={init.error} />}
      <TextInput
        {...text}
        label={t("session.name")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="name"
        autoFocus
      />
      <TextInput
        {...text}
        label={t("session.login")}
        description={t("session.first.account.loginWhat")}
        value={login}
        onChange={(event) => setLogin(event.currentTarget.value)}
        autoComplete="username"
      />
      <ChosenPassword
        value={chosen}
        error={init.error}
        onChange={(next) => {
          init.reset();
          setChosen(next);
        }}
      />
      <Steps at={3} back={back} busy={init.isPending} submit={t("session.first.account.create")} />
    </Stack>
  );
}

function Recovery({ code, next }: { code: string; next: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t("session.first.recovery.what")}</Text>
      <RecoveryCode code={code} />
      <Steps at={3} next={next} label={t("session.first.recovery.kept")} />
    </Stack>
  );
}

function PluginFolder({ done }: { done: () => void }) {
  const { t } = useTranslation();
  const failed = useTellFailed();
  const { data } = useQuery(centerStatus);
  return (
    <Stack>
      <Text>{t("session.first.folder.what")}</Text>
      <Code>{data?.folder_path}</Code>
      <Group>
        <Button
          variant="default"
          onClick={() => void call("folder_open", {}).catch(failed)}
          leftSection={<IconFolderOpen size={16} aria-hidden />}
        >
          {t("session.first.folder.open")}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t("session.first.folder.sample")}
      </Text>
      <Steps at={4} next={done} label={t("session.first.folder.done")} />
    </Stack>
  );
}
