/** One package from check to install: what it is, who made it, what it may do, what happens; then the person decides. */
import { Alert, Button, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AppliedView, PlanView } from "../../api/generated/center";
import { centerStatus } from "../../api/queries";
import { HeadedDialog } from "../../components/HeadedDialog";
import { FailureNote } from "../../parts/FailureNote";
import { type FormStore, makeFormStore } from "../../parts/form/state";
import { size } from "../../parts/format";
import { PluginIcon } from "../../parts/PluginIcon";
import { conflictSentence } from "../../parts/together";
import { useLocale } from "../../useLocale";
import { nameOf } from "./intake";
import { RefusalDialog } from "./RefusalDialog";
import { AllChecked, Stages } from "./Stages";
import { TechnicalDetails } from "./TechnicalDetails";
import { type Choice, trustOf } from "./trust";
import { type Reviewing, type Source, useReviewing } from "./use-reviewing";
import { WhatHappens } from "./WhatHappens";
import { filledIn, isFilledIn, lacking, showFaults, WhatIsMissing } from "./WhatIsMissing";
import { WhatItMayDo } from "./WhatItMayDo";
import { WhoMadeIt } from "./WhoMadeIt";

/** How a review ended: installed, put off by an answer, or left with nothing changed. */
export type Outcome =
  | { end: "installed"; applied: AppliedView; plan: PlanView }
  | { end: "later"; plan: PlanView; inFolder: boolean }
  | { end: "stopped" };

interface Parts {
  source: Source;
  /** How many files wait behind it. */
  behind: number;
  onEnd: (outcome: Outcome) => void;
}

export function ReviewDialog({ source, behind, onEnd }: Parts) {
  const { t } = useTranslation();
  const reviewing = useReviewing(source, {
    installed: (applied, plan) => onEnd({ end: "installed", applied, plan }),
    stopped: () => onEnd({ end: "stopped" }),
  });
  const { state, stop } = reviewing;
  // What is filled in outlives a review that has to be shown anew.
  const [forms] = useState(() => new Map<string, FormStore>());
  const file = "path" in source ? nameOf(source.path) : source.plan.file || source.plan.name;
  if (state.at === "refused")
    return <RefusalDialog file={file} {...state} again={reviewing.again} onClose={stop} />;
  if (state.at === "checking")
    return (
      <HeadedDialog
        title={t("review.checking.title", { file })}
        onClose={stop}
        closeLabel={t("common.cancel")}
        footer={
          <Button variant="default" onClick={stop}>
            {t("common.cancel")}
          </Button>
        }
        testId="review-checking"
      >
        <VisuallyHidden role="status">{t("review.checking.said")}</VisuallyHidden>
        <Stages step={state.step} />
        <Behind count={behind} />
      </HeadedDialog>
    );
  const path = "path" in source ? source.path : null;
  return (
    <Question
      key={state.plan.plan}
      form={formOf(forms, state.plan)}
      state={state}
      reviewing={reviewing}
      path={path}
      file={file}
      later={(inFolder) => onEnd({ end: "later", plan: state.plan, inFolder })}
      behind={<Behind count={behind} />}
    />
  );
}

function Behind({ count }: { count: number }) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Text size="sm" c="dimmed" mt="md" role="status">
      {t("review.queue", { count })}
    </Text>
  );
}

function formOf(forms: Map<string, FormStore>, { version, settings }: PlanView): FormStore | null {
  if (!settings) return null;
  const form = forms.get(version) ?? makeFormStore(lacking(settings));
  forms.set(version, form);
  return form;
}

interface QuestionParts {
  /** What the new version requires; `null`: nothing. */
  form: FormStore | null;
  state: Extract<Reviewing["state"], { plan: PlanView; at: "asking" | "applying" }>;
  reviewing: Reviewing;
  path: string | null;
  file: string;
  later: (inFolder: boolean) => void;
  behind: ReactNode;
}

function Question({ form, state, reviewing, path, file, later, behind }: QuestionParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { plan } = state;
  const [choice, setChoice] = useState<Choice | null>(null);
  const [unanswered, setUnanswered] = useState(false);
  const { data: status } = useQuery(centerStatus);
  const inFolder = path !== null && path === `${status?.folder_path}/${nameOf(path)}`;
  const busy = state.at === "applying";
  const failure = state.at === "asking" ? state.failure : null;
  useEffect(() => {
    if (form && failure) showFaults(form, failure);
  }, [form, failure]);
  const install = () => {
    if (busy) return;
    if (!plan.trusted && choice === null) return setUnanswered(true);
    if (choice === "later") {
      reviewing.putOff();
      return later(inFolder);
    }
    if (form && !isFilledIn(form)) return;
    const trust = trustOf(plan, choice, t("review.who.checked"));
    const settings = form && filledIn(form);
    reviewing.apply({ trust, capabilities: plan.approve_capabilities, turn_on: false, settings });
  };
  const title = t(`review.title.${plan.kind}`, { name: plan.name, from: plan.from, version: plan.version });
  return (
    <HeadedDialog
      wide
      title={title}
      aside={t("review.file", { file, size: size(plan.size, locale) })}
      onClose={reviewing.stop}
      closeLabel={t("common.cancel")}
      onEnter={plan.trusted && plan.conflicts.length === 0 ? install : undefined}
      footer={
        <Acts state={state} choice={choice} inFolder={inFolder} install={install} stop={reviewing.stop} />
      }
      testId="review"
    >
      <Stack gap="md" mb="lg">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <PluginIcon icon={plan.icon} name={plan.name} size={40} />
          <Stack gap={6}>
            {plan.description && <Text size="sm">{plan.description}</Text>}
            <AllChecked />
          </Stack>
        </Group>
        {state.at === "asking" && state.changed && (
          <Alert role="alert" color="yellow" icon={<IconInfoCircle />}>
            {t("review.changed")}
          </Alert>
        )}
        {failure && <FailureNote error={failure} />}
        {plan.conflicts.length > 0 && (
          <Alert role="alert" color="red" icon={<IconAlertTriangle />} data-testid="review-conflicts">
            <Stack gap={4}>
              {plan.conflicts.map((conflict) => (
                <Text size="sm" key={JSON.stringify(conflict)}>
                  {conflictSentence(t, conflict, locale)}
                </Text>
              ))}
              <Text size="sm">{t("errors.dependency_conflict.hint")}</Text>
            </Stack>
          </Alert>
        )}
      </Stack>
      <WhoMadeIt
        plan={plan}
        inFolder={inFolder}
        choice={choice}
        choose={(value) => {
          setChoice(value);
          setUnanswered(false);
        }}
        lacking={unanswered}
      />
      <WhatItMayDo plan={plan} />
      <WhatHappens plan={plan} />
      {form && <WhatIsMissing form={form} version={plan.version} />}
      <TechnicalDetails plan={plan} />
      {behind}
    </HeadedDialog>
  );
}

interface ActParts {
  state: QuestionParts["state"];
  choice: Choice | null;
  inFolder: boolean;
  install: () => void;
  stop: () => void;
}

function Acts({ state, choice, inFolder, install, stop }: ActParts) {
  const { t } = useTranslation();
  const { plan } = state;
  const applying = state.at === "applying";
  const upgrade = plan.kind === "upgrade";
  const trusting = upgrade ? "trustUpgrade" : "trust";
  const putOff = inFolder ? "wait" : "aside";
  const known = upgrade ? "upgrade" : plan.kind === "go_back" ? "goBack" : "install";
  const act = plan.trusted ? known : choice === "later" ? putOff : trusting;
  const stage = applying && (state.stopping ? "stop" : (state.step?.stage ?? "unpacking"));
  return (
    <>
      {stage && (
        <Text size="sm" c="dimmed" role="status" mr="auto">
          {t(`review.applying.${stage}`, { defaultValue: t("review.applying.saving") })}
        </Text>
      )}
      <Button variant={plan.trusted ? "default" : "filled"} onClick={stop}>
        {t("common.cancel")}
      </Button>
      {plan.conflicts.length === 0 && (
        <Button
          variant={plan.trusted ? "filled" : "default"}
          onClick={install}
          loading={applying}
          data-testid="review-install"
        >
          {t(`review.act.${act}`)}
        </Button>
      )}
    </>
  );
}
