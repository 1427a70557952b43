/** The publishers as a table; what can be done with one stands in its row. */
import { ActionIcon, Badge, Menu, Table, Text, VisuallyHidden } from "@mantine/core";
import { IconBan, IconDots, IconFingerprint, IconShieldCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { PublisherView } from "../../api/generated/center";
import { useWhen } from "../../parts/when";
import { CheckCode } from "./CheckCode";
import classes from "./Publishers.module.css";
import type { PublisherAct } from "./PublishersScreen";
import { usePersonName } from "./usePersonName";

interface Parts {
  publishers: PublisherView[];
  begin: (key: string, act: PublisherAct) => void;
}

export function PublisherTable({ publishers, begin }: Parts) {
  const { t } = useTranslation();
  return (
    <Table className={classes.table} aria-label={t("publishers.title")} verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("publishers.publisher")}</Table.Th>
          <Table.Th>{t("publishers.code")}</Table.Th>
          <Table.Th>{t("publishers.namespaces")}</Table.Th>
          <Table.Th className={classes.checked}>{t("publishers.checked")}</Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>{t("publishers.acts")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {publishers.map((publisher) => (
          <Row key={publisher.key} publisher={publisher} begin={(act) => begin(publisher.key, act)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ publisher, begin }: { publisher: PublisherView; begin: (act: PublisherAct) => void }) {
  const { label, withdrawn } = publisher;
  return (
    <Table.Tr className={classes.row} data-testid={`publisher-${label}`}>
      <Table.Td className={classes.wrap}>
        <Text fw={600} size="sm" mb={4}>
          {label}
        </Text>
        <Standing trusted={!withdrawn} />
      </Table.Td>
      <Table.Td>
        <CheckCode code={publisher.check_code} />
      </Table.Td>
      <Table.Td className={classes.wrap}>
        {publisher.namespaces.map((namespace) => (
          <Namespace key={namespace} text={namespace} />
        ))}
      </Table.Td>
      <Table.Td className={classes.wrap}>
        <History publisher={publisher} />
      </Table.Td>
      <Table.Td>
        <Acts publisher={publisher} begin={begin} />
      </Table.Td>
    </Table.Tr>
  );
}

function Acts({ publisher, begin }: { publisher: PublisherView; begin: (act: PublisherAct) => void }) {
  const { t } = useTranslation();
  const { label, withdrawn } = publisher;
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("publishers.actsOf", { label })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFingerprint size={16} aria-hidden />} onClick={() => begin("details")}>
          {t("publishers.details")}
        </Menu.Item>
        {withdrawn ? (
          <Menu.Item leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={() => begin("trust")}>
            {t("publishers.trustAgain")}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconBan size={16} aria-hidden />} onClick={() => begin("withdraw")}>
            {t("publishers.withdraw")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A namespace that may break before its last word. */
function Namespace({ text }: { text: string }) {
  const end = text.lastIndexOf(".") + 1;
  const last = text.slice(end);
  return (
    <div>
      {text.slice(0, end)}
      {last !== "*" && <wbr />}
      {last}
    </div>
  );
}

function Standing({ trusted }: { trusted: boolean }) {
  const { t } = useTranslation();
  const Icon = trusted ? IconShieldCheck : IconBan;
  return (
    <Badge
      variant="light"
      color={trusted ? "teal" : "red"}
      autoContrast
      tt="none"
      fw={500}
      radius="sm"
      leftSection={<Icon size={14} aria-hidden />}
      miw="max-content"
      data-testid="standing"
    >
      {t(trusted ? "publishers.trusted" : "publishers.withdrawn")}
    </Badge>
  );
}

/** How it was checked, who trusted it when; then who withdrew that, when and why. */
function History({ publisher }: { publisher: PublisherView }) {
  const { t } = useTranslation();
  const when = useWhen();
  const person = usePersonName();
  const { withdrawn } = publisher;
  return (
    <>
      <Text size="sm">{publisher.checked}</Text>
      <Text size="xs" c="dimmed">
        {t("publishers.addedBy", { by: person(publisher.added_by), at: when(publisher.added_at) })}
      </Text>
      {withdrawn && (
        <Text size="sm" mt={4}>
          {t("publishers.withdrawnBy", {
            by: person(withdrawn.by),
            at: when(withdrawn.at),
            reason: withdrawn.reason,
          })}
        </Text>
      )}
    </>
  );
}
