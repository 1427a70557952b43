/** Lies over the window while files are dragged across it, and says what dropping them will do. */
import { Text } from "@mantine/core";
import { IconBan, IconPackageImport } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./DropZone.module.css";
import { isLicense, nameOf } from "./intake";

export function Over({ paths, manages }: { paths: string[]; manages: boolean }) {
  const { t } = useTranslation();
  const [first = ""] = paths;
  const known = paths.length !== 1 || /\.spk$/i.test(first);
  const will =
    paths.length === 1 && isLicense(first)
      ? t("licenses.over")
      : known
        ? t(paths.length > 1 ? "review.over.many" : "review.over.one", { count: paths.length })
        : t("review.over.other", { file: nameOf(first) });
  return (
    <div
      className={`${classes.over} ${manages ? "" : classes.refusing}`}
      role="status"
      data-testid="drop-over"
    >
      {manages ? <IconPackageImport size={56} aria-hidden /> : <IconBan size={56} aria-hidden />}
      <Text size="xl" fw={600} maw={640} style={{ textWrap: "balance" }}>
        {manages ? will : t("review.over.refused")}
      </Text>
    </div>
  );
}
