/** What stands around every screen: name, navigation, who is signed in, and the place where packages are dropped. */
import {
  AppShell,
  Box,
  Burger,
  Group,
  Indicator,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconActivity,
  IconApps,
  IconCertificate,
  IconLicense,
  IconPuzzle,
  IconSettings,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import icon from "../../icons/icon.svg";
import { centerStatus, session } from "./api/queries";
import classes from "./Frame.module.css";
import { DropZone } from "./features/drop/DropZone";
import { Recovered } from "./features/plugin/settings/Recovered";
import { useConcerns } from "./features/plugins/use-concerns";
import { AccountMenu } from "./features/session/AccountMenu";
import { RecoveryReminder } from "./features/session/NewRecoveryCode";

const managing = [
  { to: "/", key: "plugins", Icon: IconPuzzle },
  { to: "/people", key: "people", Icon: IconUsers },
  { to: "/publishers", key: "publishers", Icon: IconCertificate },
  { to: "/licenses", key: "licenses", Icon: IconLicense },
  { to: "/activity", key: "activity", Icon: IconActivity },
  { to: "/settings", key: "settings", Icon: IconSettings },
] as const;
const using = [
  { to: "/mine", key: "mine", Icon: IconApps },
  { to: "/settings", key: "settings", Icon: IconSettings },
] as const;

export function Frame() {
  const { t } = useTranslation();
  const [open, { toggle, close }] = useDisclosure();
  const { data: who } = useQuery(session);
  const manages = who?.role === "superadmin";
  const path = useRouterState({ select: (state) => state.location.pathname });
  const entries = manages ? [...managing, using[0]] : using;
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: !open } }}>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              className={classes.burger ?? ""}
              size="sm"
              aria-label={t("frame.menu")}
            />
            <img src={icon} alt="" width={28} height={28} />
            <Text fw={700}>{t("common.name")}</Text>
          </Group>
          <Group gap="md" wrap="nowrap">
            {manages && <AttentionLink />}
            {who && <AccountMenu session={who} />}
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t("frame.navigation")}>
        <AppShell.Section grow component={ScrollArea}>
          {entries.map(({ to, key, Icon }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              onClick={close}
              active={to === "/" ? path === "/" || path.startsWith("/plugins") : path.startsWith(to)}
              label={t(`frame.nav.${key}`)}
              leftSection={<Icon size={18} aria-hidden />}
            />
          ))}
        </AppShell.Section>
        {manages && <FolderState />}
      </AppShell.Navbar>
      <AppShell.Main>
        <DropZone manages={manages}>
          {manages && <RecoveryReminder />}
          {manages && who && <Recovered account={who.account} />}
          <Outlet />
        </DropZone>
      </AppShell.Main>
    </AppShell>
  );
}

function AttentionLink() {
  const { t } = useTranslation();
  const { length: count } = useConcerns();
  if (count === 0) return null;
  return (
    <Indicator processing={false} color="orange" offset={4} size={8}>
      <UnstyledButton component={Link} to="/" fz="sm" px="xs" py={4}>
        {t("frame.attention", { count })}
      </UnstyledButton>
    </Indicator>
  );
}

function FolderState() {
  const { t } = useTranslation();
  const { data } = useQuery(centerStatus);
  if (!data) return null;
  const known = ["watching", "polling", "idle"].includes(data.folder);
  return (
    <Box component="footer" p="xs">
      <Text size="xs" c="dimmed" data-testid="folder-state">
        {t(`frame.folder.${known ? data.folder : "unavailable"}`)}
      </Text>
      <Text size="xs" c="dimmed">
        {t("common.version", { version: data.version })}
      </Text>
    </Box>
  );
}
