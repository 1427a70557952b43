/** What a license says and is worth, in people's words. */
import { Badge, Button, type ButtonProps } from "@mantine/core";
import { IconLicense } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { LicenseTermsView, LicenseView, PluginView } from "../api/generated/center";
import type { Locale } from "../i18n";
import { day } from "./format";
import { useReview } from "./review";
import classes from "./StateBadge.module.css";

/** Licenses that end within so many days are warned of. */
const SOON = 30;

type Word = NonNullable<LicenseView["verdict"]>["verdict"] | "not_installed";

const colors: Record<Word, string> = {
  valid: "teal",
  seats_full: "yellow",
  not_yet_valid: "blue",
  expired: "red",
  other_installation: "red",
  other_plugin: "red",
  unknown_issuer: "red",
  tampered: "red",
  not_installed: "gray",
};

export function VerdictBadge({ verdict }: Pick<LicenseView, "verdict">) {
  const { t } = useTranslation();
  const word = verdict?.verdict ?? "not_installed";
  const color = colors[word];
  return (
    <Badge
      variant="light"
      color={color}
      className={classes.badge ?? ""}
      data-color={color}
      tt="none"
      fw={500}
      radius="sm"
      miw="max-content"
      data-testid="verdict"
      data-verdict={word}
    >
      {t(`licenses.verdict.${word}`)}
    </Badge>
  );
}

/** Its term as days. */
export function termOf(t: TFunction, terms: LicenseTermsView, locale: Locale): string {
  const [from, to] = [terms.not_before, terms.not_after].map((at) => at !== null && day(at, locale));
  if (from && to) return t("licenses.between", { from, to });
  if (to) return t("licenses.until", { date: to });
  return from ? t("licenses.from", { date: from }) : t("licenses.endless");
}

/** "Expires in 12 days", if it does so soon. */
export function endsSoon(t: TFunction, until: number | null): string {
  if (until === null) return "";
  const count = Math.ceil((until - Date.now()) / 86_400_000);
  return count > 0 && count <= SOON ? t("licenses.days", { count }) : "";
}

/** Lets the person choose a license file for this plugin. */
export function ImportLicense({
  plugin,
  ...look
}: { plugin: Pick<PluginView, "id" | "name"> } & ButtonProps) {
  const { t } = useTranslation();
  const review = useReview();
  return (
    <Button
      size="xs"
      leftSection={<IconLicense size={16} aria-hidden />}
      aria-label={t("licenses.importNamed", { name: plugin.name })}
      {...look}
      onClick={() => review.license(plugin.id)}
    >
      {t("licenses.import")}
    </Button>
  );
}
