/** Who is signed in, and what they can do about it: password, lock, sign out, quit. */
import { Button, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import {
  IconChevronDown,
  IconDeviceDesktop,
  IconKey,
  IconLifebuoy,
  IconLock,
  IconLogout,
  IconPower,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { Session } from "../../api/commands";
import { centerStatus, session as sessionQuery } from "../../api/queries";
import { LeaveDialog } from "../../parts/LeaveDialog";
import { Sessions } from "../../parts/Sessions";
import { tellDone, useTellFailed } from "../../parts/undo";
import { dropUnsaved, isUnsaved } from "../../parts/unsaved";
import { PasswordForm } from "./NewPassword";
import { NewRecoveryCode } from "./NewRecoveryCode";
import { useLeave } from "./useEnter";

export function AccountMenu({ session }: { session: Session }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const failed = useTellFailed();
  const leave = useLeave();
  const signOut = () =>
    leave()
      .then(() => dropUnsaved(session.account))
      .catch(failed);
  const [leaving, asking] = useDisclosure();
  const [quitting, quit] = useDisclosure();
  const [changing, change] = useDisclosure();
  const [listing, list] = useDisclosure();
  const [recovering, recovery] = useDisclosure();
  const lock = () =>
    call("lock", {})
      .then(() => queries.invalidateQueries({ queryKey: sessionQuery.queryKey }))
      .catch(failed);
  useHotkeys([["mod+L", () => void lock()]]);
  return (
    <>
      <Menu position="bottom-end" withinPortal={false}>
        <Menu.Target>
          <Button variant="subtle" color="gray" rightSection={<IconChevronDown size={16} aria-hidden />}>
            {session.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t(`session.role.${session.role}`, { login: session.login })}</Menu.Label>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={change.open}>
            {t("session.changePassword")}
          </Menu.Item>
          {session.role === "superadmin" && (
            <Menu.Item leftSection={<IconLifebuoy size={16} aria-hidden />} onClick={recovery.open}>
              {t("session.recovery.open")}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconDeviceDesktop size={16} aria-hidden />} onClick={list.open}>
            {t("session.sessions")}
          </Menu.Item>
          <Menu.Item leftSection={<IconLock size={16} aria-hidden />} onClick={() => void lock()}>
            {t("session.lock")}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} aria-hidden />}
            onClick={() => (isUnsaved(session.account) ? asking.open() : void signOut())}
          >
            {t("session.signOut")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconPower size={16} aria-hidden />} onClick={quit.open}>
            {t("session.quit")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={changing}
        onClose={change.close}
        title={t("session.changePassword")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <PasswordForm
          oldLabel={t("session.presentPassword")}
          changed={() => {
            change.close();
            tellDone(t("session.passwordChanged"));
          }}
          cancel={{ text: t("common.cancel"), run: change.close }}
        />
      </Modal>
      <Modal
        opened={listing}
        onClose={list.close}
        title={t("session.sessions")}
        size="lg"
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Sessions account={null} />
      </Modal>
      {recovering && <NewRecoveryCode close={recovery.close} />}
      <LeaveDialog
        opened={leaving}
        what={t("session.unsaved")}
        stay={asking.close}
        leave={() => {
          asking.close();
          void signOut();
        }}
      />
      <Quit opened={quitting} close={quit.close} unsaved={quitting && isUnsaved(session.account)} />
    </>
  );
}

interface QuitParts {
  opened: boolean;
  close: () => void;
  /** Something that was entered is lost by quitting, but not by running on. */
  unsaved: boolean;
}

function Quit({ opened, close, unsaved }: QuitParts) {
  const { t } = useTranslation();
  const failed = useTellFailed();
  const { data } = useQuery(centerStatus);
  const hide = () => {
    close();
    call("window_hide", {}).catch(failed);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={t("session.quitTitle")}
      size={680}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="xs" mb="lg">
        <Text>{t("session.quitWhat", { count: data?.running ?? 0 })}</Text>
        {unsaved && <Text fw={600}>{t("session.quitUnsaved")}</Text>}
      </Stack>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        <Button variant="default" onClick={hide} data-autofocus>
          {t("session.keepRunning")}
        </Button>
        <Button color="red" onClick={() => void call("quit", { stop: true }).catch(failed)}>
          {t("session.quitAndStop")}
        </Button>
      </Group>
    </Modal>
  );
}
