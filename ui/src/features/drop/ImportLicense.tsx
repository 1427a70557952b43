/** Imports a license file that was dropped or chosen, and says what came of it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call, failureOf } from "../../api/call";
import type { ErrorView, LicenseView } from "../../api/generated/center";
import { pluginList } from "../../api/queries";
import { detailsOf, nextStep, sentence } from "../../parts/failure";
import { day } from "../../parts/format";
import { tellDone } from "../../parts/undo";
import { useLocale } from "../../useLocale";
import { SayDialog } from "./FolderDialog";
import { nameOf } from "./intake";

interface Parts {
  path: string;
  /** The plugin that it must be for; `null`: whichever it names. */
  plugin: string | null;
  onEnd: () => void;
}

export function ImportLicense({ path, plugin, onEnd }: Parts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const [failure, setFailure] = useState<ErrorView | null>(null);
  const begun = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file is imported once
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    const imported = async (view: LicenseView) => {
      const stale = [["licenses"], ["plugins"], ["attention"]];
      await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
      const later = view.verdict?.verdict === "not_yet_valid" && day(view.verdict.from, locale);
      tellDone(t(later ? "licenses.doneLater" : "licenses.done", { name: view.name, date: later }));
      onEnd();
    };
    const wish = plugin === null ? { path, locale } : { path, plugin, locale };
    call("license_import", wish).then(imported, (error) => setFailure(failureOf(error)));
  }, []);
  const named = useNamed(failure);
  if (!named) return null;
  return (
    <SayDialog
      title={t("licenses.refused", { file: nameOf(path) })}
      text={`${sentence(t, named)} ${nextStep(t, named)}`}
      onClose={onEnd}
    />
  );
}

/** The failure with the plugin's name instead of its id. */
function useNamed(failure: ErrorView | null): ErrorView | null {
  const { data: plugins = [] } = useQuery(pluginList(useLocale()));
  if (!failure) return null;
  const details = detailsOf(failure);
  const own = plugins.find(({ id }) => id === details.plugin);
  return { ...failure, details: { ...details, name: own?.name ?? details.plugin } as ErrorView["details"] };
}
