/** A file that was not taken: why, what next, and a report for its publisher where that fits. */
import { Button, CopyButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ErrorView, PlanView } from "../../api/generated/center";
import { HeadedDialog } from "../../components/HeadedDialog";
import { report } from "../../parts/failure";
import { Refused } from "./Refused";
import { concernsPublisher } from "./refusals";

interface Parts {
  file: string;
  failure: ErrorView;
  plan?: PlanView | null;
  again?: (() => void) | null;
  onClose: () => void;
}

export function RefusalDialog({ file, failure, plan = null, again = null, onClose }: Parts) {
  const { t } = useTranslation();
  const named = { ...failure, details: withFile(failure, file) };
  return (
    <HeadedDialog
      title={t("review.title.refused", { file })}
      onClose={onClose}
      closeLabel={t("common.close")}
      onEnter={onClose}
      testId="review-refused"
      footer={
        <>
          {concernsPublisher(failure.code) && <CopyReport file={file} failure={failure} />}
          {again && (
            <Button variant="default" onClick={again}>
              {t("review.act.again")}
            </Button>
          )}
          <Button onClick={onClose}>{t("common.close")}</Button>
        </>
      }
    >
      <Refused failure={named} plan={plan} />
    </HeadedDialog>
  );
}

function CopyReport({ file, failure }: { file: string; failure: ErrorView }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={`${file}\n${report(failure)}`}>
      {({ copied, copy }) => (
        <Button variant="subtle" color="gray" onClick={copy} mr="auto">
          {t(copied ? "common.copied" : "review.act.report")}
        </Button>
      )}
    </CopyButton>
  );
}

function withFile({ details }: ErrorView, file: string): ErrorView["details"] {
  return details instanceof Object && !Array.isArray(details) ? { ...details, file } : { file };
}
