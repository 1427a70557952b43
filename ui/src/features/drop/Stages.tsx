/** The three checks, ticked off one by one as the core reports them. */
import { Group, Loader, Progress, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { checks, type Standing, type Step, share, standings } from "./stages";

export function Stages({ step }: { step: Step | null }) {
  const done = share(step);
  return (
    <Stack gap="sm">
      <Ticks standings={standings(step)} />
      <Progress
        value={done ?? 100}
        animated={done === null}
        striped={done === null}
        size="sm"
        aria-hidden
        color="teal"
      />
    </Stack>
  );
}

/** All three held. */
export function AllChecked() {
  return <Ticks standings={checks.map(() => "done")} />;
}

function Ticks({ standings }: { standings: Standing[] }) {
  const { t } = useTranslation();
  return (
    <Group component="ul" gap="lg" p={0} m={0} aria-label={t("review.stages.label")} data-testid="stages">
      {checks.map((check, index) => {
        const standing = standings[index] ?? "waiting";
        return (
          <Group component="li" key={check} gap={6} wrap="nowrap" data-stage={check} data-standing={standing}>
            <Mark standing={standing} />
            <Text size="sm" c={standing === "waiting" ? "dimmed" : ""}>
              {t(`review.stages.${check}`)}
            </Text>
            {standing !== "done" && <VisuallyHidden>{t(`review.stages.${standing}`)}</VisuallyHidden>}
          </Group>
        );
      })}
    </Group>
  );
}

function Mark({ standing }: { standing: Standing }) {
  if (standing === "done")
    return <IconCircleCheck size={18} color="var(--mantine-color-teal-text)" aria-hidden />;
  if (standing === "now") return <Loader size={16} aria-hidden />;
  return <IconCircleDashed size={18} color="var(--mantine-color-dimmed)" aria-hidden />;
}
