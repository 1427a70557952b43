/** The rows of the activity; what changed in each opens below it. */
import { ActionIcon, Badge, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Activity.module.css";
import { isRefusal, type Told } from "./told";

export function ActivityTable({ entries }: { entries: Told[] }) {
  const { t } = useTranslation();
  return (
    <Table className={classes.table} aria-label={t("activity.title")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.time}>{t("activity.time")}</Table.Th>
          <Table.Th>{t("activity.who")}</Table.Th>
          <Table.Th>{t("activity.what")}</Table.Th>
          <Table.Th>{t("activity.target")}</Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>{t("activity.details")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Entry key={entry.row.seq} entry={entry} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Entry({ entry }: { entry: Told }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const { row } = entry;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Table.Tr data-testid="activity-row" data-action={row.action}>
        <Table.Td className={classes.time}>{entry.at}</Table.Td>
        <Table.Td className={classes.wrap}>{entry.who}</Table.Td>
        <Table.Td className={classes.wrap}>
          <Group gap={6}>
            {isRefusal(row.action) && <Refused />}
            <span>{entry.what}</span>
            {entry.times > 1 && (
              <Text span size="sm" c="dimmed">
                {t("activity.times", { count: entry.times })}
              </Text>
            )}
          </Group>
        </Table.Td>
        <Table.Td className={classes.wrap}>{entry.target}</Table.Td>
        <Table.Td>
          {row.details !== null && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-expanded={open}
              aria-label={t("activity.detailsOf", { what: entry.what, target: entry.target })}
              onClick={toggle}
            >
              <Chevron size={18} aria-hidden />
            </ActionIcon>
          )}
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={5}>
            <pre className={classes.details}>{JSON.stringify(row.details, null, 2)}</pre>
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Refused() {
  const { t } = useTranslation();
  return (
    <Badge
      variant="light"
      color="red"
      autoContrast
      tt="none"
      fw={500}
      radius="sm"
      leftSection={<IconBan size={14} aria-hidden />}
      data-testid="refused"
    >
      {t("activity.refused")}
    </Badge>
  );
}
