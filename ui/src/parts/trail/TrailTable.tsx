/** The rows of the trail; what each records opens below it. */
import { ActionIcon, Badge, Group, Table, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBan, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Row } from "../../api/generated/center";
import { useDetails } from "./details";
import { SettingsRecord } from "./SettingsRecord";
import classes from "./Trail.module.css";
import { isRefusal, type Told, useTold } from "./told";

interface Parts {
  rows: Row[];
  /** All rows are about one thing, which is not named again. */
  ofOne: boolean;
}

export function TrailTable({ rows, ofOne }: Parts) {
  const { t } = useTranslation();
  const tell = useTold();
  return (
    <Table className={classes.table} aria-label={t("activity.title")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th className={classes.time}>{t("activity.time")}</Table.Th>
          <Table.Th>{t("activity.who")}</Table.Th>
          <Table.Th>{t("activity.what")}</Table.Th>
          {!ofOne && <Table.Th>{t("activity.target")}</Table.Th>}
          <Table.Th w={44}>
            <VisuallyHidden>{t("activity.details")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Entry key={row.seq} row={row} told={tell(row)} ofOne={ofOne} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Entry({ row, told, ofOne }: { row: Row; told: Told; ofOne: boolean }) {
  const { t } = useTranslation();
  const [open, { toggle }] = useDisclosure();
  const { at, who, what, target, whom } = told;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <Table.Tr data-testid="activity-row" data-action={row.action}>
        <Table.Td className={classes.time}>{at}</Table.Td>
        <Table.Td className={classes.wrap}>{who}</Table.Td>
        <Table.Td className={classes.wrap}>
          <Group gap={6}>
            {isRefusal(row.action) && <Refused />}
            <span>{what}</span>
            {ofOne && whom && <Whom text={whom} />}
            {row.times > 1 && (
              <Text span size="sm" c="dimmed">
                {t("activity.times", { count: row.times })}
              </Text>
            )}
          </Group>
        </Table.Td>
        {!ofOne && (
          <Table.Td className={classes.wrap}>
            {target}
            {whom && <Whom text={whom} />}
          </Table.Td>
        )}
        <Table.Td>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-label={t("activity.detailsOf", { what, target })}
            onClick={toggle}
          >
            <Chevron size={18} aria-hidden />
          </ActionIcon>
        </Table.Td>
      </Table.Tr>
      {open && (
        <Table.Tr>
          <Table.Td colSpan={ofOne ? 4 : 5}>
            <Details row={row} target={target} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

function Whom({ text }: { text: string }) {
  return (
    <Text span display="block" size="xs" c="dimmed">
      {text}
    </Text>
  );
}

function Details({ row, target }: { row: Row; target: string }) {
  const { t } = useTranslation();
  const lines = useDetails()(row);
  return (
    <>
      {row.action === "settings_changed" && <SettingsRecord row={row} />}
      <dl className={classes.details} data-testid="activity-details">
        {lines.map(({ label, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a row never change
          <div key={index} className={classes.line}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {row.target !== "" && row.target !== target && (
          <div className={classes.line}>
            <dt>{t("activity.targetId")}</dt>
            <dd>{[row.target, row.target_name].filter(Boolean).join(" · ")}</dd>
          </div>
        )}
        <div className={classes.line}>
          <dt>{t("activity.entry")}</dt>
          <dd>
            {row.seq} · {row.action}
          </dd>
        </div>
      </dl>
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
