/** Each reason of a refused switch as a line with its button. */
import { Button, Group, List, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/call";
import type { PluginView } from "../api/generated/center";
import { plugin as onePlugin, pluginList } from "../api/queries";
import { useLocale } from "../useLocale";
import { askedLines, askedOf } from "./capabilities";
import { FailureNote } from "./FailureNote";
import { listed } from "./format";
import { ImportLicense } from "./license";
import classes from "./PluginSwitch.module.css";
import { useReview } from "./review";
import { type Grouped, grouped, needing } from "./switch-reasons";
import { togetherWords } from "./together";
import { useTellFailed } from "./undo";
import type { Switching } from "./use-switch";

interface ReasonParts {
  plugin: PluginView;
  reasons: Parameters<typeof grouped>[0];
  /** The plugins that would have to be turned on with it. */
  together: string[];
  switching: Switching;
}

export function Reasons({ plugin, reasons, together, switching }: ReasonParts) {
  const { t } = useTranslation();
  const done = switching.dismiss;
  const locale = useLocale();
  const { missing, invalid, others } = grouped(reasons);
  const titles = missing.length && plugin.missing.length ? plugin.missing : missing;
  const toSettings = (
    <Button
      size="xs"
      renderRoot={(props) => (
        <Link to="/plugins/$id" params={{ id: plugin.id }} search={{ tab: "settings" }} {...props} />
      )}
      onClick={done}
    >
      {t("plugins.state.fill")}
    </Button>
  );
  return (
    <ul className={classes.reasons}>
      {missing.length > 0 && (
        <Reason text={t("plugins.switch.missing", { fields: listed(titles, locale) })} remedy={toSettings} />
      )}
      {invalid.length > 0 && (
        <Reason
          text={t("plugins.switch.invalid", { fields: listed(invalid, locale) })}
          remedy={missing.length === 0 && toSettings}
        />
      )}
      {others.map((blocker) => (
        <Other
          key={"plugin" in blocker ? blocker.reason + blocker.plugin : blocker.reason}
          blocker={blocker}
          plugin={plugin}
          again={() => void switching.turnAfresh(true)}
          done={done}
        />
      ))}
      {others.some(({ reason }) => reason === "dependency_off") && together.length > 0 && (
        <li className={classes.together}>
          <Button size="xs" onClick={() => void switching.turnTogether(true, together)}>
            {togetherWords(t, together)}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Reason({ text, remedy, children }: { text: string; remedy: ReactNode; children?: ReactNode }) {
  return (
    <li>
      <div className={classes.reason}>
        <Text size="sm">{text}</Text>
        {remedy}
      </div>
      {children}
    </li>
  );
}

interface OtherParts {
  blocker: Grouped["others"][number];
  plugin: PluginView;
  again: () => void;
  done: () => void;
}

function Other({ blocker, plugin, again, done }: OtherParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useReview();
  const failed = useTellFailed();
  const { data: plugins = [] } = useQuery(pluginList(locale));
  const nameOf = (id: string) => plugins.find((one) => one.id === id)?.name ?? id;
  switch (blocker.reason) {
    case "dependency_missing":
      return (
        <Reason
          text={t("plugins.switch.needs", {
            name: nameOf(blocker.plugin),
            version: blocker.requirement,
          })}
          remedy={<Act text={t("plugins.install")} run={review.choose} />}
        />
      );
    case "dependency_other_version":
      return (
        <Reason
          text={t("plugins.switch.needsVersion", {
            name: nameOf(blocker.plugin),
            version: blocker.requirement,
            installed: blocker.installed,
          })}
          remedy={<Act text={t("plugins.install")} run={review.choose} />}
        />
      );
    case "dependency_blocked":
    case "dependency_off": {
      const name = nameOf(blocker.plugin);
      return (
        <Reason
          text={t(`plugins.switch.${blocker.reason === "dependency_off" ? "needsOn" : "needsReady"}`, {
            name,
          })}
          remedy={
            <PageLink id={blocker.plugin} tab="overview" done={done}>
              {t("plugins.state.openOther", { name })}
            </PageLink>
          }
        />
      );
    }
    case "capabilities_not_approved":
      return <Approve plugin={plugin} again={again} />;
    case "publisher_not_trusted":
      return (
        <Reason
          text={t("plugins.switch.trust")}
          remedy={
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => <Link to="/publishers" {...props} />}
              onClick={done}
            >
              {t("plugins.switch.toPublishers")}
            </Button>
          }
        />
      );
    case "license_needed":
      return (
        <Reason
          text={t("plugins.switch.license")}
          remedy={<ImportLicense plugin={plugin} variant="default" flex="none" />}
        />
      );
    case "package_missing": {
      const putBack = () =>
        call("package_put_back", { plugin: plugin.id, locale })
          .then((plan) => plan && review.plan(plan))
          .catch(failed);
      return (
        <Reason
          text={t("plugins.switch.package")}
          remedy={
            <Group gap="xs" wrap="nowrap">
              <Act text={t("plugins.state.putBack")} run={() => void putBack()} />
              <Act text={t("plugins.state.choose")} run={review.choose} />
            </Group>
          }
        />
      );
    }
  }
}

function Act({ text, run }: { text: string; run: () => void }) {
  return (
    <Button size="xs" variant="default" onClick={run} flex="none">
      {text}
    </Button>
  );
}

interface PageLinkParts {
  id: string;
  tab: "overview" | "settings";
  done: () => void;
  children: string;
}

function PageLink({ id, tab, done, children }: PageLinkParts) {
  return (
    <Button
      size="xs"
      variant="default"
      renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} search={{ tab }} {...props} />}
      onClick={done}
    >
      {children}
    </Button>
  );
}

/** Nothing is approved unseen: the button to approve comes with what is asked. */
function Approve({ plugin, again }: { plugin: PluginView; again: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const queries = useQueryClient();
  const [seen, setSeen] = useState(false);
  const { data } = useQuery(onePlugin(plugin.id, locale));
  const asked = data?.asked;
  const approve = useMutation({
    mutationFn: () => call("capabilities_approve", { plugin: plugin.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["plugins"] });
      again();
    },
  });
  const see = !seen && <Act text={t("plugins.switch.seeApprove")} run={() => setSeen(true)} />;
  return (
    <Reason text={t("plugins.switch.approve")} remedy={see}>
      {seen && asked !== undefined && (
        <Stack gap="xs" pb="xs" align="flex-start">
          <List size="sm">
            {askedLines(t, askedOf(asked), locale).map((line) => (
              <List.Item key={line}>{line}</List.Item>
            ))}
          </List>
          <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate()}>
            {t("plugins.switch.approveNow")}
          </Button>
          {approve.error && <FailureNote error={approve.error} />}
        </Stack>
      )}
    </Reason>
  );
}

interface NeededByParts {
  details: Record<string, unknown>;
  switching: Switching;
}

export function NeededBy({ details, switching }: NeededByParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data: plugins = [] } = useQuery(pluginList(locale));
  const others = needing(details);
  const names = others.map(({ id, name }) => plugins.find((one) => one.id === id)?.name ?? name);
  return (
    <Stack gap="xs">
      <Text size="sm">{t("plugins.switch.neededBy", { names: listed(names, locale) })}</Text>
      <Group gap="xs">
        {others.length > 0 && (
          <Button
            size="xs"
            onClick={() =>
              void switching.turnTogether(
                false,
                others.map(({ id }) => id),
              )
            }
          >
            {t("plugins.switch.all")}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={switching.dismiss}>
          {t("common.cancel")}
        </Button>
      </Group>
    </Stack>
  );
}
