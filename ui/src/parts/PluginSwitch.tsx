/** The switch of a plugin, in the list and on its page: shows what is wanted, never grey; a refusal opens beside it, or in a place of its own. */
import { Paper, Popover } from "@mantine/core";
import { useEffect, useId, useRef } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../api/generated/center";
import classes from "./PluginSwitch.module.css";
import { SwitchRefusal } from "./SwitchRefusal";
import { type Refusal, type Switching, useSwitch } from "./use-switch";

interface Parts {
  plugin: PluginView;
  compact?: boolean;
  /** Where a refusal stands so that it covers nothing; beside the switch by default. */
  place?: HTMLElement | null;
}

export function PluginSwitch({ plugin, compact = false, place = null }: Parts) {
  const { t } = useTranslation();
  const switching = useSwitch(plugin);
  const id = useId();
  const control = useRef<HTMLInputElement>(null);
  const { pending, refusal, turn } = switching;
  const state = t(plugin.wanted ? "plugins.switch.on" : "plugins.switch.off");
  const word = t(plugin.wanted ? "plugins.on" : "plugins.off");
  const passing = pending === null ? word : t(`plugins.switch.turning${pending ? "On" : "Off"}`);
  const dismiss = () => {
    switching.dismiss();
    control.current?.focus();
  };
  return (
    <span className={classes.place}>
      <label className={classes.switch}>
        <input
          ref={control}
          type="checkbox"
          role="switch"
          className={classes.track}
          aria-label={t("plugins.switch.name", { name: plugin.name, state })}
          aria-checked={plugin.wanted}
          aria-busy={pending !== null}
          aria-describedby={refusal ? `${id}-why` : undefined}
          checked={plugin.wanted}
          onChange={() => void turn(!plugin.wanted)}
          data-testid={`switch-${plugin.id}`}
        />
        {!compact && <span aria-hidden>{passing}</span>}
      </label>
      {refusal && place && createPortal(<InPlace {...{ id, plugin, refusal, switching, dismiss }} />, place)}
      {refusal && !place && (
        <Popover
          opened
          onChange={(opened) => !opened && dismiss()}
          position="bottom-end"
          width={460}
          shadow="md"
          withRoles={false}
          trapFocus
        >
          <Popover.Target>
            <span className={classes.anchor} />
          </Popover.Target>
          <Popover.Dropdown role="dialog" aria-labelledby={`${id}-heading`}>
            <SwitchRefusal id={id} plugin={plugin} refusal={refusal} switching={{ ...switching, dismiss }} />
          </Popover.Dropdown>
        </Popover>
      )}
    </span>
  );
}

interface InPlaceParts {
  id: string;
  plugin: PluginView;
  refusal: Refusal;
  switching: Switching;
  dismiss: () => void;
}

/** The refusal among what stands on the page; its heading gets the focus, Escape closes it. */
function InPlace({ id, plugin, refusal, switching, dismiss }: InPlaceParts) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another refusal is read out anew
  useEffect(() => document.getElementById(`${id}-heading`)?.focus(), [id, refusal]);
  return (
    <Paper
      withBorder
      p="md"
      mb="md"
      role="dialog"
      aria-labelledby={`${id}-heading`}
      onKeyDown={(event) => event.key === "Escape" && dismiss()}
    >
      <SwitchRefusal id={id} plugin={plugin} refusal={refusal} switching={{ ...switching, dismiss }} />
    </Paper>
  );
}
