/** What is left before a plugin can be turned on, each with its remedy, and what is good to do besides. */
import { Anchor, Button, Group, Paper, Progress, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { IconCheck, IconCircle, IconInfoCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Blocker, PluginDetailView } from "../../api/generated/center";
import { moment } from "../../parts/format";
import { ImportLicense } from "../../parts/license";
import { useReview } from "../../parts/review";
import { useLocale } from "../../useLocale";
import { ApproveDialog } from "./ApproveDialog";
import type { Tab } from "./tabs";

interface Parts {
  plugin: PluginDetailView;
  /** Goes to a setting. */
  fill(pointer: string): void;
  go(tab: Tab): void;
}

export function SetupCard({ plugin, fill, go }: Parts) {
  const { t } = useTranslation();
  // Nobody could use it while its publisher is not trusted, whoever was chosen.
  const nobody = plugin.people === 0 && !plugin.everyone && plugin.trusted;
  const setUp = !plugin.wanted && plugin.blockers.length > 0;
  if (!setUp && !nobody) return null;
  return (
    <Paper
      withBorder
      p="md"
      mb="md"
      component="section"
      aria-label={t("plugin.setup.label")}
      data-testid="setup"
    >
      <Stack gap={6}>
        {setUp && <Before plugin={plugin} fill={fill} />}
        {nobody && (
          <Group gap="sm" justify="space-between">
            <Group gap="xs" wrap="nowrap" flex="1 1 320px">
              <ThemeIcon variant="light" color="blue" size={24} radius="xl" aria-hidden>
                <IconInfoCircle size={16} />
              </ThemeIcon>
              <Text size="sm">
                <b>{t("plugin.setup.good")}</b> {t("plugin.setup.nobody")}
              </Text>
            </Group>
            <Button size="xs" variant="default" onClick={() => go("access")}>
              {t("plugin.setup.chooseWho")}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

type Of<Reason extends Blocker["reason"]> = Extract<Blocker, { reason: Reason }>;

function Before({ plugin, fill }: { plugin: PluginDetailView; fill(pointer: string): void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { blockers, approved, dependencies } = plugin;
  const settings = blockers.filter(
    (one): one is Of<"setting_missing"> | Of<"setting_invalid"> =>
      one.reason === "setting_missing" || one.reason === "setting_invalid",
  );
  const others = blockers.filter((one) => !settings.includes(one as never));
  const blocked = new Set(others.flatMap((one) => ("plugin" in one ? [one.plugin] : [])));
  const ready = dependencies.filter(({ id, optional }) => !optional && !blocked.has(id));
  const approvedLine =
    approved && !others.some(({ reason }) => reason === "capabilities_not_approved")
      ? t("plugin.setup.approved", {
          who: approved.name ?? t("plugin.settings.center"),
          time: moment(approved.at, locale),
        })
      : null;
  const done = (approvedLine ? 1 : 0) + ready.length;
  const all = done + others.length + (settings.length > 0 ? 1 : 0);
  return (
    <>
      <Group justify="space-between">
        <Title order={2} size="h5" id="setup-heading" tabIndex={-1}>
          {t("plugin.setup.before")}
        </Title>
        <Text size="sm" c="dimmed">
          {t("plugin.setup.done", { done, all })}
        </Text>
      </Group>
      <Progress value={(100 * done) / all} size={4} aria-hidden />
      {approvedLine && <Item done text={approvedLine} />}
      {ready.map(({ id, name }) => (
        <Item key={id} done text={t("plugin.setup.dependencyOn", { name })} />
      ))}
      {settings.length > 0 && (
        <Item text={t("plugin.setup.settings", { count: settings.length })}>
          {settings.map(({ pointer, title, reason }) => (
            <Button
              key={pointer}
              size="xs"
              variant="default"
              aria-label={t("plugin.setup.goToNamed", { title })}
              onClick={() => fill(pointer)}
            >
              {reason === "setting_invalid" ? t("plugin.setup.correct", { title }) : title}
            </Button>
          ))}
        </Item>
      )}
      {others.map((one) => (
        <Other key={JSON.stringify(one)} blocker={one} plugin={plugin} />
      ))}
    </>
  );
}

function Item({ done = false, text, children }: { done?: boolean; text: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" justify="space-between">
      <Group gap="xs" wrap="nowrap" flex="1 1 280px">
        <ThemeIcon variant="light" color={done ? "teal" : "gray"} size={24} radius="xl">
          {done ? (
            <IconCheck size={16} aria-label={t("plugin.setup.isDone")} />
          ) : (
            <IconCircle size={14} aria-label={t("plugin.setup.isLeft")} />
          )}
        </ThemeIcon>
        <Text size="sm">{text}</Text>
      </Group>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}

function Other({ blocker, plugin }: { blocker: Blocker; plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const review = useReview();
  const [approving, setApproving] = useState(false);
  const nameOf = (id: string) => plugin.dependencies.find((one) => one.id === id)?.name ?? id;
  switch (blocker.reason) {
    case "capabilities_not_approved":
      return (
        <Item text={t("plugin.setup.approve")}>
          <Button size="xs" onClick={() => setApproving(true)}>
            {t("plugin.setup.approveOpen")}
          </Button>
          {approving && <ApproveDialog plugin={plugin} close={() => setApproving(false)} />}
        </Item>
      );
    case "dependency_off":
      return (
        <Item text={t("plugin.setup.dependencyOff", { name: nameOf(blocker.plugin) })}>
          <Open id={blocker.plugin} name={nameOf(blocker.plugin)} />
        </Item>
      );
    case "dependency_other_version":
      return (
        <Item
          text={t("plugin.setup.dependencyVersion", {
            name: nameOf(blocker.plugin),
            version: blocker.requirement,
            installed: blocker.installed,
          })}
        >
          <Button size="xs" variant="default" onClick={review.choose}>
            {t("plugin.setup.installIt")}
          </Button>
        </Item>
      );
    case "dependency_missing":
      return (
        <Item
          text={t("plugin.setup.dependencyMissing", {
            name: nameOf(blocker.plugin),
            version: blocker.requirement,
          })}
        >
          <Button size="xs" variant="default" onClick={review.choose}>
            {t("plugin.setup.installIt")}
          </Button>
        </Item>
      );
    case "publisher_not_trusted":
      return (
        <Item text={t("plugin.setup.publisher", { publisher: plugin.publisher })}>
          <Anchor size="sm" renderRoot={(props) => <Link to="/publishers" {...props} />}>
            {t("plugin.setup.publishers")}
          </Anchor>
        </Item>
      );
    case "license_needed":
      return (
        <Item text={t("plugin.setup.license")}>
          <ImportLicense plugin={plugin} />
        </Item>
      );
    case "package_missing":
      return <Item text={t("plugin.setup.package")} />;
    default:
      return null;
  }
}

function Open({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  return (
    <Button
      size="xs"
      variant="default"
      renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} {...props} />}
    >
      {t("plugin.setup.openNamed", { name })}
    </Button>
  );
}
