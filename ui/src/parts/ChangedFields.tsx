/** What one change of settings did: each setting with its value before and after it. */
import { Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FieldChangeView, JsonValue } from "../api/generated/center";

export function ChangedFields({ fields }: { fields: FieldChangeView[] }) {
  const { t } = useTranslation();
  return (
    <Table layout="fixed" data-testid="changed-fields">
      <Table.Thead>
        <Table.Tr>
          {["setting", "before", "after"].map((column) => (
            <Table.Th key={column}>{t(`plugin.settings.${column}`)}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map((field) => (
          <FieldChange key={field.pointer} field={field} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function FieldChange({ field }: { field: FieldChangeView }) {
  const { t } = useTranslation();
  const shown = (value: JsonValue) => {
    if (value === null) return t("plugin.settings.default");
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {field.title}
      </Table.Th>
      {field.secret ? (
        <Table.Td colSpan={2}>{t("plugin.settings.secretChanged")}</Table.Td>
      ) : (
        <>
          <Table.Td>{shown(field.before)}</Table.Td>
          <Table.Td>{shown(field.after)}</Table.Td>
        </>
      )}
    </Table.Tr>
  );
}
