/** Why a switch was refused: every reason with the way to its remedy. Its heading has the focus, so it is read out once. */
import { Button, CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../api/generated/center";
import { FailureNote } from "./FailureNote";
import { detailsOf } from "./failure";
import classes from "./PluginSwitch.module.css";
import { NeededBy, Reasons } from "./SwitchReasons";
import { reasonsOf, togetherOf } from "./switch-reasons";
import type { Refusal, Switching } from "./use-switch";

interface Parts {
  plugin: PluginView;
  refusal: Refusal;
  switching: Switching;
}

export function SwitchRefusal({ id, plugin, refusal, switching }: Parts & { id: string }) {
  const { t } = useTranslation();
  const { on, failure } = refusal;
  const refused = failure.code === "cannot_turn_on" ? "cannotOn" : on ? "failedOn" : "cannotOff";
  return (
    <Stack gap="xs" data-testid="switch-refusal">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title
          order={2}
          size="h5"
          id={`${id}-heading`}
          tabIndex={-1}
          data-autofocus
          className={classes.heading ?? ""}
          aria-describedby={`${id}-why`}
        >
          {t(`plugins.switch.${refused}`, { name: plugin.name })}
        </Title>
        <CloseButton aria-label={t("plugins.switch.close")} onClick={switching.dismiss} />
      </Group>
      <div id={`${id}-why`}>
        <Why plugin={plugin} refusal={refusal} switching={switching} />
      </div>
    </Stack>
  );
}

function Why({ plugin, refusal, switching }: Parts) {
  const { t } = useTranslation();
  const { failure, on } = refusal;
  const again = () => void switching.turn(on);
  if (failure.code === "cannot_turn_on")
    return (
      <Reasons
        plugin={plugin}
        reasons={reasonsOf(failure)}
        together={togetherOf(failure)}
        switching={switching}
      />
    );
  if (failure.code === "needed_by_others")
    return <NeededBy details={detailsOf(failure)} switching={switching} />;
  if (failure.code === "changed_meanwhile")
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          {t("errors.changed_meanwhile.message")}{" "}
          {t(plugin.wanted ? "plugins.switch.nowOn" : "plugins.switch.nowOff")} {t("common.nothingChanged")}
        </Text>
        {plugin.wanted !== on && (
          <Button size="xs" variant="default" onClick={again}>
            {t("common.retry")}
          </Button>
        )}
      </Stack>
    );
  return <FailureNote error={failure} retry={again} />;
}
