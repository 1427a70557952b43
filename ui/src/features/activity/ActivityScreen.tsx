/** What was done in the center, newest first: by whom, what, to what; refusals marked. */
import { Button, Checkbox, Group, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { activity } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { ActivityTable } from "./ActivityTable";
import { isRefusal, useTold } from "./told";

/** Rows shown before one asks for more. */
const STEP = 100;

export function ActivityScreen() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(activity);
  const tell = useTold();
  const [filter, setFilter] = useState("");
  const [refusals, setRefusals] = useState(false);
  const [limit, setLimit] = useState(STEP);
  const wanted = useDeferredValue(filter.trim().toLocaleLowerCase());
  const told = (data ?? []).toReversed().map(tell);
  const found = told.filter(
    (entry) => entry.searched.includes(wanted) && (!refusals || isRefusal(entry.row.action)),
  );
  const clear = () => {
    setFilter("");
    setRefusals(false);
  };
  return (
    <Page title={t("activity.title")}>
      <Group mb="sm" gap="md">
        <TextInput
          w={320}
          aria-label={t("activity.filter")}
          placeholder={t("activity.filter")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
        <Checkbox
          label={t("activity.onlyRefusals")}
          checked={refusals}
          onChange={(event) => setRefusals(event.currentTarget.checked)}
        />
      </Group>
      {error && !data && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting text={t("common.reading")} />}
      {found.length > 0 && <ActivityTable entries={found.slice(0, limit)} />}
      {data?.length === 0 && <Empty>{t("activity.none")}</Empty>}
      {data && data.length > 0 && found.length === 0 && (
        <Empty
          actions={
            <Button variant="default" onClick={clear}>
              {t("activity.clear")}
            </Button>
          }
        >
          {t("activity.nothingFound")}
        </Empty>
      )}
      {found.length > limit && (
        <Group mt="sm">
          <Text size="sm">{t("activity.shown", { shown: limit, count: found.length })}</Text>
          <Button size="xs" variant="default" onClick={() => setLimit(limit + STEP)}>
            {t("activity.more")}
          </Button>
        </Group>
      )}
    </Page>
  );
}
