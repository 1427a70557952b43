/** The list of plugins: what needs a person, what is there, what it does, and the ways to install. */
import { Button, Text, VisuallyHidden } from "@mantine/core";
import { IconFolderOpen, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { FolderFileView, PluginView } from "../../api/generated/center";
import { folderFiles, pluginList } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { useReview } from "../../parts/review";
import { useLocale } from "../../useLocale";
import { AttentionPanel } from "./AttentionPanel";
import { EmptyList } from "./EmptyList";
import { FilterBar, type Shown } from "./FilterBar";
import { PluginTable } from "./PluginTable";
import { counts, ownRows, rowsFor } from "./rows";
import { useAct } from "./use-act";
import { useConcerns } from "./use-concerns";

export function PluginList() {
  const { t } = useTranslation();
  const locale = useLocale();
  const plugins = useQuery(pluginList(locale));
  const files = useQuery(folderFiles(locale));
  const review = useReview();
  const act = useAct();
  const installed = plugins.data?.length ?? 0;
  const running = plugins.data?.filter(({ observed }) => observed.state === "running").length ?? 0;
  return (
    <Page
      title={t("plugins.title")}
      aside={installed > 0 && <Text c="dimmed">{t("plugins.counts", { installed, running })}</Text>}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconFolderOpen size={16} aria-hidden />}
            onClick={() => act(() => call("folder_open", {}))}
          >
            {t("plugins.openFolder")}
          </Button>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={review.choose}>
            {t("plugins.install")}
          </Button>
        </>
      }
    >
      {plugins.error && (
        <FailureNote error={plugins.error} title={t("plugins.failed")} retry={() => void plugins.refetch()} />
      )}
      {plugins.isPending && <Waiting text={t("common.reading")} />}
      {plugins.data && <Content plugins={plugins.data} files={files.data ?? []} />}
    </Page>
  );
}

const everything: Shown = { text: "", chip: "all", sort: "name" };

function Content({ plugins, files }: { plugins: PluginView[]; files: FolderFileView[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const concerns = useConcerns();
  const [shown, setShown] = useState(everything);
  const rows = useMemo(() => {
    const concerned = new Set(concerns.map(({ row }) => row));
    return rowsFor(plugins, files, { ...shown, locale, concerned });
  }, [plugins, files, shown, locale, concerns]);
  if (plugins.length + concerns.length + ownRows(files, plugins).length === 0) return <EmptyList />;
  return (
    <>
      <AttentionPanel concerns={concerns} />
      <FilterBar
        shown={shown}
        counts={counts(plugins, files, concerns.length)}
        show={(change) => setShown((now) => ({ ...now, ...change }))}
      />
      <VisuallyHidden role="status">{t("plugins.filter.found", { count: rows.length })}</VisuallyHidden>
      {rows.length > 0 ? (
        <PluginTable rows={rows} />
      ) : (
        <NothingMatches shown={shown} clear={() => setShown(({ sort }) => ({ ...everything, sort }))} />
      )}
      <Text size="sm" c="dimmed" mt="md">
        {t("plugins.dropHint")}
      </Text>
    </>
  );
}

function NothingMatches({ shown: { text, chip }, clear }: { shown: Shown; clear: () => void }) {
  const { t } = useTranslation();
  const filtered = chip !== "all";
  const words = text
    ? t(filtered ? "plugins.filter.none" : "plugins.filter.noneText", { q: text, count: 2 })
    : t("plugins.filter.noneChip", { chip: t(`plugins.filter.${chip}`) });
  return (
    <Empty
      actions={
        <Button variant="default" onClick={clear}>
          {t("plugins.filter.clear")}
        </Button>
      }
    >
      {words}
    </Empty>
  );
}
