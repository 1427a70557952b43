/** What a plugin needs of others, and which others need it. */
import { Anchor, List, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { DependencyView, DependentView, PluginDetailView } from "../../../api/generated/center";
import { Card } from "./Card";

export function Dependencies({ plugin }: { plugin: PluginDetailView }) {
  const { t } = useTranslation();
  const { dependencies, dependents } = plugin;
  if (dependencies.length + dependents.length === 0) return null;
  return (
    <Card title={t("plugin.overview.dependencies")}>
      <Stack gap="md">
        <Side title={t("plugin.overview.needs")} none={t("plugin.overview.needsNone")}>
          {dependencies.map((one) => (
            <Needed key={`${one.id}${one.parent}`} dependency={one} />
          ))}
        </Side>
        <Side title={t("plugin.overview.neededBy")} none={t("plugin.overview.neededByNone")}>
          {dependents.map((one) => (
            <Needing key={one.id} dependent={one} />
          ))}
        </Side>
      </Stack>
    </Card>
  );
}

interface SideParts {
  title: string;
  none: string;
  children: ReactNode[];
}

/** A heading, and what stands under it. */
export function Side({ title, none, children }: SideParts) {
  return (
    <div>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      {children.length > 0 ? (
        <List size="sm" spacing={6}>
          {children}
        </List>
      ) : (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      )}
    </div>
  );
}

interface LineParts {
  id: string;
  name: string;
  requirement: string;
  /** Whether there is a page to go to. */
  there: boolean;
  words: (string | false)[];
}

function Line({ id, name, requirement, there, words }: LineParts) {
  return (
    <List.Item>
      {there ? (
        <Anchor
          size="sm"
          underline="always"
          renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} {...props} />}
        >
          {name}
        </Anchor>
      ) : (
        name
      )}{" "}
      {requirement}
      <Text size="xs" c="dimmed">
        {words.filter(Boolean).join(" · ")}
      </Text>
    </List.Item>
  );
}

function Needed({ dependency }: { dependency: DependencyView }) {
  const { t } = useTranslation();
  const { installed, fits, on, optional, parent } = dependency;
  const words = (key: string) => t(`plugin.overview.${key}`, { version: installed });
  const state = installed === null ? "notInstalled" : !fits ? "unfit" : on ? "isOn" : "isOff";
  return (
    <Line
      {...dependency}
      there={installed !== null}
      words={[words(state), parent && words("parent"), optional && words("optional")]}
    />
  );
}

function Needing({ dependent }: { dependent: DependentView }) {
  const { t } = useTranslation();
  const { on, optional, child } = dependent;
  const words = (key: string) => t(`plugin.overview.${key}`);
  return (
    <Line
      {...dependent}
      there
      words={[words(on ? "on" : "off"), child && words("child"), optional && words("optional")]}
    />
  );
}
