/** One plugin: what it is and does, what is left before it can be on, its settings, who can use it, its log. */
import { Anchor, Box, Tabs } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../../api/call";
import type { PluginDetailView } from "../../api/generated/center";
import { plugin as pluginQuery, session } from "../../api/queries";
import page from "../../components/Page.module.css";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { unsaved, useFormState } from "../../parts/form/state";
import { useLocale } from "../../useLocale";
import { Gone } from "./Gone";
import { Header } from "./Header";
import { LeaveGuard } from "./LeaveGuard";
import { Logs } from "./logs/Logs";
import { Overview } from "./overview/Overview";
import { SetupCard } from "./SetupCard";
import { StateNote } from "./StateNote";
import { draftOf } from "./settings/drafts";
import { SettingsTab } from "./settings/SettingsTab";
import { isTab, type Tab, tabs } from "./tabs";
import { Versions } from "./Versions";

export { isTab, type Tab };

interface Parts {
  id: string;
  tab: Tab;
  /** Who can use it; drawn elsewhere. */
  access: ReactNode;
}

export function PluginScreen({ id, tab, access }: Parts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data: who } = useQuery(session);
  const { data, error, refetch } = useQuery(pluginQuery(id, locale));
  const account = who?.account ?? 0;
  const ready = data !== undefined && who !== undefined;
  const gone = error !== null && failureOf(error).code === "not_found";
  return (
    <Box className={page.page ?? ""}>
      <Anchor
        size="sm"
        c="dimmed"
        renderRoot={(props) => <Link to="/" {...props} />}
        display="inline-flex"
        style={{ alignItems: "center", gap: 4 }}
        mb="xs"
      >
        <IconChevronLeft size={16} aria-hidden />
        {t("plugin.back")}
      </Anchor>
      {gone && <Gone id={id} name={data?.name ?? id} account={account} />}
      {!gone && !data && error && (
        <FailureNote error={error} title={t("plugin.unreadable")} retry={() => void refetch()} />
      )}
      {!gone && !ready && !error && <Waiting text={t("common.reading")} />}
      {!gone && data && (
        <Present plugin={data} tab={isTab(tab) ? tab : "overview"} access={access} account={account} />
      )}
      <LeaveGuard account={account} plugin={id} />
    </Box>
  );
}

interface PresentParts {
  plugin: PluginDetailView;
  tab: Tab;
  access: ReactNode;
  account: number;
}

function Present({ plugin, tab, access, account }: PresentParts) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [target, setTarget] = useState<{ pointer: string } | null>(null);
  const go = (to: Tab) =>
    void navigate({ to: "/plugins/$id", params: { id: plugin.id }, search: { tab: to }, replace: true });
  const fill = (pointer: string) => {
    setTarget({ pointer });
    go("settings");
  };
  const counts: Partial<Record<Tab, number>> = {
    settings: plugin.missing.length,
    versions: plugin.update ? 1 : 0,
  };
  return (
    <>
      <Header plugin={plugin} />
      <StateNote plugin={plugin} toLogs={() => go("logs")} />
      <SetupCard plugin={plugin} fill={fill} go={go} />
      <Tabs value={tab} onChange={(to) => isTab(to) && go(to)} keepMounted={false}>
        <Tabs.List aria-label={plugin.name}>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {counts[one]
                ? t("plugin.tab.counted", { name: t(`plugin.tab.${one}`), count: counts[one] })
                : t(`plugin.tab.${one}`)}
              {one === "settings" && <Unsaved account={account} plugin={plugin.id} />}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Box pt="md">
          <Tabs.Panel value="overview">
            <Overview plugin={plugin} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <SettingsTab plugin={plugin} account={account} target={target} />
          </Tabs.Panel>
          <Tabs.Panel value="access">{access}</Tabs.Panel>
          <Tabs.Panel value="versions">
            <Versions plugin={plugin} />
          </Tabs.Panel>
          <Tabs.Panel value="logs">
            <Logs plugin={plugin} />
          </Tabs.Panel>
        </Box>
      </Tabs>
    </>
  );
}

/** Says on the tab that something in it is not saved. */
function Unsaved({ account, plugin }: { account: number; plugin: string }) {
  const draft = draftOf(account, plugin);
  return draft ? <UnsavedDot draft={draft} /> : null;
}

function UnsavedDot({ draft }: { draft: NonNullable<ReturnType<typeof draftOf>> }) {
  const { t } = useTranslation();
  const count = useFormState(draft, unsaved);
  return count > 0 ? <span> · {t("plugin.settings.unsavedMark")}</span> : null;
}
