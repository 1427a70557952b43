/** The licenses as a table: whose, for what, until when, and what each is worth now. */
import { ActionIcon, Anchor, Stack, Table, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { LicenseView } from "../../api/generated/center";
import { endsSoon, termOf, VerdictBadge } from "../../parts/license";
import { useWhen } from "../../parts/when";
import { useLocale } from "../../useLocale";
import classes from "./Licenses.module.css";

interface Parts {
  licenses: LicenseView[];
  remove: (id: string) => void;
}

export function LicenseTable({ licenses, remove }: Parts) {
  const { t } = useTranslation();
  return (
    <Table className={classes.table} aria-label={t("licenses.list")} verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("licenses.plugin")}</Table.Th>
          <Table.Th>{t("licenses.licensee")}</Table.Th>
          <Table.Th>{t("licenses.term")}</Table.Th>
          <Table.Th>{t("licenses.seats")}</Table.Th>
          <Table.Th>{t("licenses.state")}</Table.Th>
          <Table.Th w={44}>
            <VisuallyHidden>{t("licenses.remove")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {licenses.map((license) => (
          <Row key={license.id} license={license} remove={() => remove(license.id)} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Row({ license, remove }: { license: LicenseView; remove: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const when = useWhen();
  const { plugin, name, verdict, terms, imported, in_use: inUse } = license;
  const label = t("licenses.removeNamed", { name });
  return (
    <Table.Tr className={classes.row} data-testid={`license-${plugin}`}>
      <Table.Td className={classes.wrap}>
        {verdict ? (
          <Anchor
            size="sm"
            fw={600}
            renderRoot={(props) => <Link to="/plugins/$id" params={{ id: plugin }} {...props} />}
          >
            {name}
          </Anchor>
        ) : (
          <Text size="sm" fw={600}>
            {name}
          </Text>
        )}
        {terms && terms.features.length > 0 && (
          <Text size="xs" c="dimmed">
            {t("licenses.labelled", { label: t("licenses.features"), value: terms.features.join(", ") })}
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.wrap}>
        <Text size="sm">{terms?.licensee ?? "–"}</Text>
        {terms && (
          <Text size="xs" c="dimmed">
            {t("licenses.labelled", { label: t("licenses.serial"), value: terms.serial })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{terms ? termOf(t, terms, locale) : "–"}</Text>
        {inUse && terms && <Text size="xs">{endsSoon(t, terms.not_after)}</Text>}
        <Text size="xs" c="dimmed">
          {t("licenses.labelled", {
            label: t("licenses.imported"),
            value: t("licenses.importedBy", {
              at: when(imported.at),
              by: imported.name ?? t("licenses.system"),
            }),
          })}
        </Text>
      </Table.Td>
      <Table.Td>{terms?.seats ?? t("licenses.anyNumber")}</Table.Td>
      <Table.Td>
        <Stack gap={2} align="flex-start">
          <VerdictBadge verdict={verdict} />
          {inUse && <Text size="xs">{t("licenses.inUse")}</Text>}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Tooltip label={t("licenses.remove")}>
          <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={remove}>
            <IconTrash size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
}
