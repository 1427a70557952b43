/** What a plugin is doing, as a badge; the switch beside it shows what is wanted. */
import { Badge } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconLicense,
  IconLock,
  IconPower,
  IconRefresh,
  IconShieldOff,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PluginView, StateView } from "../api/generated/center";
import classes from "./StateBadge.module.css";

/** Every badge: the observed states, and two for packages that wait for a person. */
export type BadgeState = StateView["state"] | "waiting_for_approval" | "update_waiting";

const looks: Record<BadgeState, { color: string; Icon: typeof IconClock }> = {
  off: { color: "gray", Icon: IconPower },
  set_up_first: { color: "yellow", Icon: IconCircleDashed },
  not_trusted: { color: "red", Icon: IconShieldOff },
  license_needed: { color: "yellow", Icon: IconLicense },
  license_expired: { color: "red", Icon: IconLicense },
  passwords_unreadable: { color: "red", Icon: IconLock },
  waiting_for_keyring: { color: "yellow", Icon: IconLock },
  waiting_for_dependency: { color: "yellow", Icon: IconClock },
  starting: { color: "blue", Icon: IconRefresh },
  running: { color: "teal", Icon: IconCircleCheck },
  stopping: { color: "gray", Icon: IconRefresh },
  restarting: { color: "orange", Icon: IconRefresh },
  stopped_after_errors: { color: "red", Icon: IconCircleX },
  package_missing: { color: "red", Icon: IconAlertTriangle },
  waiting_for_approval: { color: "yellow", Icon: IconClock },
  update_waiting: { color: "blue", Icon: IconClock },
};

/** The badge: a waiting update shows unless something more urgent is to be said. */
export function badgeOf({ observed, update }: Pick<PluginView, "observed" | "update">): BadgeState {
  const calm = observed.state === "running" || observed.state === "off";
  return update && calm ? "update_waiting" : observed.state;
}

export function StateBadge({ state, name = "" }: { state: BadgeState; name?: string }) {
  const { t } = useTranslation();
  const { color, Icon } = looks[state];
  return (
    <Badge
      variant="light"
      color={color}
      className={classes.badge ?? ""}
      data-color={color}
      tt="none"
      fw={500}
      size="lg"
      radius="sm"
      leftSection={<Icon size={14} aria-hidden />}
      data-testid="state"
      data-state={state}
    >
      {t(`state.${state}.badge`, { name })}
    </Badge>
  );
}
