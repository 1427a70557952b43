/** Why a file was not taken, what to do, and that nothing was changed. */
import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ErrorView, PlanView } from "../../api/generated/center";
import { detailsOf, nextStep, sentence } from "../../parts/failure";
import classes from "./Review.module.css";

interface Parts {
  failure: ErrorView;
  /** The review that was being carried out, if it came so far. */
  plan?: PlanView | null;
}

export function Refused({ failure, plan = null }: Parts) {
  const { t } = useTranslation();
  const calm = failure.code === "already_installed";
  const failed = plan && failure.code === "upgrade_failed";
  const upgrade = failed && t("review.upgradeFailed", { version: plan.version, from: plan.from });
  return (
    <Stack gap="md">
      <Alert
        role="alert"
        color={calm ? "blue" : "red"}
        variant="light"
        icon={calm ? <IconInfoCircle /> : <IconAlertTriangle />}
        data-testid="refused"
        data-code={failure.code}
      >
        <Stack gap={4}>
          <Text size="sm" fw={600}>
            {upgrade || sentence(t, failure)}
          </Text>
          <Text size="sm">{nextStep(t, failure)}</Text>
          {!upgrade && <Text size="sm">{t("common.nothingChanged")}</Text>}
        </Stack>
      </Alert>
      <Defects failure={failure} />
      <Keys failure={failure} />
    </Stack>
  );
}

/** As many mistakes as are read at a glance; the report has them all. */
const SHOWN = 6;

function Defects({ failure }: { failure: ErrorView }) {
  const { t } = useTranslation();
  const { defects } = detailsOf(failure);
  if (!Array.isArray(defects)) return null;
  const known = defects as { path: string; message: string }[];
  return (
    <div>
      <ul className={classes.files}>
        {known.slice(0, SHOWN).map(({ path, message }) => (
          <li key={path + message} className={classes.defect}>
            <span className={classes.mono}>{path}</span>
            <span>{message}</span>
          </li>
        ))}
      </ul>
      {known.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t("review.defects.more", { count: known.length - SHOWN })}
        </Text>
      )}
    </div>
  );
}

/** The installed plugin's key and the file's, beside each other, as people compare them. */
function Keys({ failure }: { failure: ErrorView }) {
  const { t } = useTranslation();
  const { installed_check_code: installed, offered_check_code: offered } = detailsOf(failure);
  if (failure.code !== "pinned_to_other_key" || !installed) return null;
  return (
    <dl className={classes.keys}>
      {Object.entries({ installed, offered }).map(([which, code]) => (
        <div key={which}>
          <dt>{t(`review.keys.${which}`)}</dt>
          <dd className={classes.mono} data-testid={`code-${which}`}>
            {String(code)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
