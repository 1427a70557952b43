/** What a recorded change of settings did. The trail names the settings alone; their values stand in the plugin's history. */
import { useQuery } from "@tanstack/react-query";
import type { Row } from "../../api/generated/center";
import { settingsHistory } from "../../api/queries";
import { useLocale } from "../../useLocale";
import { ChangedFields } from "../ChangedFields";

/** The row and the change are written together; a later plugin of the same name counts its revisions anew. */
const SAME_MOMENT = 5_000;

export function SettingsRecord({ row }: { row: Row }) {
  const { data } = useQuery({ ...settingsHistory(row.target, useLocale()), retry: false });
  const { revision } = row.details as { revision?: number };
  const change = data?.find(
    ({ revision: own, by }) => own === revision && Math.abs(by.at - row.at) < SAME_MOMENT,
  );
  return change ? <ChangedFields fields={change.fields} /> : null;
}
