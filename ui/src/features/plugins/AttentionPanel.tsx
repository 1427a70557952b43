/** What needs a person, with its cause and the way to its remedy; three of it, or in a low window none, unless more are asked for. */
import { Button, Group, Paper, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../../api/generated/center";
import { badgeOf } from "../../parts/StateBadge";
import { awaitedName } from "../../parts/together";
import { useLocale } from "../../useLocale";
import classes from "./Attention.module.css";
import { AttentionActs } from "./AttentionActs";
import { type Concern, causeOf, isDismissible } from "./concerns";
import { hasSentence, Sentence } from "./StateCell";

const FEW = 3;

export function AttentionPanel({ concerns }: { concerns: Concern[] }) {
  const { t } = useTranslation();
  const low = useMediaQuery("(max-height: 700px)");
  const [all, setAll] = useState(false);
  if (concerns.length === 0) return null;
  const few = low ? 0 : FEW;
  const rest = concerns.length - few;
  const more = low ? "plugins.attention.all" : "plugins.attention.more";
  const toggle = rest > 0 && (
    <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
      {all ? t("plugins.attention.less") : t(more, { count: rest })}
    </Button>
  );
  const shown = all ? concerns : concerns.slice(0, few);
  return (
    <Paper component="section" withBorder mb="md" aria-labelledby="attention" data-testid="attention">
      <Group gap="xs" px="md" pt={low ? 6 : "sm"} pb={low ? 6 : 4} justify="space-between">
        <Group gap={10}>
          {low && <IconAlertTriangle size={18} className={classes.icon} aria-hidden />}
          <Title order={2} size="h6" id="attention">
            {t("plugins.attention.heading", { count: concerns.length })}
          </Title>
        </Group>
        {low && toggle}
      </Group>
      {shown.length > 0 && (
        <ul className={classes.list}>
          {shown.map((concern) => (
            <Entry key={concern.key} concern={concern} />
          ))}
        </ul>
      )}
      {!low && toggle && (
        <Group px="xs" pb="xs">
          {toggle}
        </Group>
      )}
    </Paper>
  );
}

function Entry({ concern }: { concern: Concern }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { view, plugin } = concern;
  const acts = `${classes.acts} ${isDismissible(concern) ? "" : classes.noDismiss}`;
  return (
    <li className={classes.entry} data-kind={view?.kind ?? "state"}>
      <IconAlertTriangle size={18} className={classes.icon} aria-hidden />
      <Text size="sm" fw={600} className={classes.name ?? ""}>
        {concern.name ?? t(`plugins.attention.${view?.kind === "clock_behind" ? "clock" : "folder"}`)}
      </Text>
      <Text size="sm" className={classes.cause ?? ""}>
        {view ? causeOf(t, view, concern, locale) : plugin && <OfState plugin={plugin} />}
      </Text>
      <Group gap={6} wrap="nowrap" justify="flex-end" className={acts}>
        <AttentionActs concern={concern} />
      </Group>
    </li>
  );
}

/** The state's name, then its sentence: here no badge stands beside it. */
function OfState({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation();
  const { observed } = plugin;
  const name = observed.state === "waiting_for_dependency" ? awaitedName(t, observed.awaited) : "";
  const badge = t(`state.${badgeOf(plugin)}.badge`, { name });
  if (!hasSentence(plugin)) return badge;
  return (
    <>
      {t("plugins.attention.state", { badge })}
      <Sentence plugin={plugin} />
    </>
  );
}
