/** Who signed the package: one line for a known publisher, else the check code and three answers, none chosen before. */
import { Button, CopyButton, Group, Radio, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PlanView } from "../../api/generated/center";
import classes from "./Review.module.css";
import { Note, Section } from "./Section";
import { type Choice, narrowOf, wideOf } from "./trust";

interface Parts {
  plan: PlanView;
  inFolder: boolean;
  choice: Choice | null;
  choose: (choice: Choice) => void;
  /** The person went on without an answer. */
  lacking: boolean;
}

export function WhoMadeIt({ plan, ...rest }: Parts) {
  const { t } = useTranslation();
  const heading = t("review.who.heading");
  if (plan.trusted)
    return (
      <Section number={1} heading={heading}>
        <Note tone="good" icon={<IconCircleCheck size={18} aria-hidden />}>
          {t("review.who.known", { publisher: plan.publisher })}
        </Note>
      </Section>
    );
  const caution = (
    <Note tone="caution" icon={<IconAlertTriangle size={18} aria-hidden />}>
      {t("review.who.first")}
    </Note>
  );
  return (
    <Section number={1} heading={heading} note={caution}>
      <Stack gap="sm">
        <Text size="sm">{t("review.who.claims", { publisher: plan.publisher })}</Text>
        <CheckCode code={plan.check_code} />
        <Question plan={plan} {...rest} />
      </Stack>
    </Section>
  );
}

function CheckCode({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <p className={classes.code} data-testid="check-code">
        <VisuallyHidden>{t("review.who.code")}</VisuallyHidden>
        {code.split(" ").map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be equal, and none ever moves
          <span key={place}>{group}</span>
        ))}
      </p>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy}>
            {t(copied ? "common.copied" : "common.copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}

function Question({ plan, inFolder, choice, choose, lacking }: Parts) {
  const { t } = useTranslation();
  const wide = wideOf(plan);
  return (
    <Radio.Group
      label={t("review.who.question")}
      value={choice}
      onChange={(value) => choose(value as Choice)}
      error={lacking && t("review.who.choose")}
    >
      <Stack gap={8} mt={6} mb={lacking ? 6 : 0} className={classes.answers ?? ""}>
        {wide && <Radio value="wide" label={t("review.who.wide", { namespace: wide })} />}
        <Radio value="narrow" label={t("review.who.narrow", { name: plan.name })} title={narrowOf(plan)} />
        <Radio
          value="later"
          label={t(inFolder ? "review.who.later" : "review.who.aside")}
          description={!inFolder && t("review.who.asideMore")}
        />
      </Stack>
    </Radio.Group>
  );
}
