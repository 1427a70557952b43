/** What a plugin may do, in people's words. */
import { useTranslation } from "react-i18next";
import type { PluginDetailView } from "../../../api/generated/center";
import { type Asked, askedOf, askedSummary } from "../../../parts/capabilities";
import { useLocale } from "../../../useLocale";
import { Facts } from "./Facts";

/** What it asks for. */
export function asked(plugin: PluginDetailView): Asked {
  return askedOf(plugin.asked);
}

export function May({ of }: { of: Asked }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return <Facts facts={askedSummary(t, of, locale).map(({ label, text }) => [label, text])} />;
}
