/** Says that somebody else changed what is being worked on, and that nothing chosen here was lost by it. */
import { Alert } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function ChangedNote() {
  const { t } = useTranslation();
  return (
    <Alert role="alert" color="yellow" variant="light" icon={<IconRefresh />} data-testid="changed-meanwhile">
      {t("people.changedMeanwhile")}
    </Alert>
  );
}
