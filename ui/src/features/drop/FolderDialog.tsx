/** A folder was dropped: what lies in it can be checked instead. */
import { Button, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { HeadedDialog } from "../../components/HeadedDialog";
import { nameOf } from "./intake";

interface Parts {
  path: string;
  packages: string[];
  check: (paths: string[]) => void;
  onClose: () => void;
}

export function FolderDialog({ path, packages, check, onClose }: Parts) {
  const { t } = useTranslation();
  const count = packages.length;
  const name = nameOf(path);
  return (
    <HeadedDialog
      title={t("review.folder.title")}
      onClose={onClose}
      closeLabel={t("common.close")}
      testId="review-folder"
      footer={
        <>
          <Button variant="default" onClick={onClose}>
            {t(count > 0 ? "common.cancel" : "common.close")}
          </Button>
          {count > 0 && (
            <Button onClick={() => check(packages)}>{t("review.folder.check", { count })}</Button>
          )}
        </>
      }
    >
      <Text size="sm">
        {count > 0 ? t("review.folder.holds", { count, name }) : t("review.folder.empty", { name })}{" "}
        {t("common.nothingChanged")}
      </Text>
    </HeadedDialog>
  );
}

/** Something that is said and closed. */
export function SayDialog({ title, text, onClose }: { title: string; text: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <HeadedDialog
      title={title}
      onClose={onClose}
      closeLabel={t("common.close")}
      onEnter={onClose}
      testId="review-say"
      footer={<Button onClick={onClose}>{t("common.close")}</Button>}
    >
      <Text size="sm">
        {text} {t("common.nothingChanged")}
      </Text>
    </HeadedDialog>
  );
}
