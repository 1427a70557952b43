/** What needs a person, with its cause and the way to its remedy; three of it, unless more are asked for. */
import { Button, Group, Paper, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../../api/generated/center";
import { useLocale } from "../../useLocale";
import classes from "./Attention.module.css";
import { AttentionActs } from "./AttentionActs";
import { type Concern, causeOf, isDismissible } from "./concerns";
import { badgeOf } from "./rows";
import { hasSentence, Sentence } from "./StateCell";

const FEW = 3;

export function AttentionPanel({ concerns }: { concerns: Concern[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (concerns.length === 0) return null;
  const rest = concerns.length - FEW;
  return (
    <Paper component="section" withBorder mb="md" aria-labelledby="attention" data-testid="attention">
      <Title order={2} size="h6" id="attention" px="md" pt="sm" pb={4}>
        {t("plugins.attention.heading", { count: concerns.length })}
      </Title>
      <ul className={classes.list}>
        {(all ? concerns : concerns.slice(0, FEW)).map((concern) => (
          <Entry key={concern.key} concern={concern} />
        ))}
      </ul>
      {rest > 0 && (
        <Group px="xs" pb="xs">
          <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t("plugins.attention.less") : t("plugins.attention.more", { count: rest })}
          </Button>
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
  const badge = t(`state.${badgeOf(plugin)}.badge`, { name: "name" in observed ? observed.name : "" });
  if (!hasSentence(plugin)) return badge;
  return (
    <>
      {t("plugins.attention.state", { badge })}
      <Sentence plugin={plugin} />
    </>
  );
}
