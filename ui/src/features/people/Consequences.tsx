/** What a change of people means before it is made: per plugin and permission, who gains and who loses. */
import { Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PeopleChange } from "../../api/generated/center";
import { peoplePreview } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { Names } from "../../parts/Names";
import { useLocale } from "../../useLocale";
import classes from "./People.module.css";

export function Consequences({ change }: { change: PeopleChange }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...peoplePreview(change, useLocale()),
    placeholderData: keepPreviousData,
  });
  if (error) return <FailureNote error={error} title={t("people.noPreview")} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  return (
    <Stack gap="sm" className={classes.preview} role="status" data-testid="consequences">
      {!data.length && <Text size="sm">{t("people.noConsequences")}</Text>}
      {data.map(({ plugin, name, permission, gains, loses }) => (
        <div key={`${plugin} ${permission.id}`}>
          <Text size="sm" fw={600}>
            {name} · {permission.title}
          </Text>
          <Names people={loses} text={t("people.loses", { count: loses.length })} open={loses.length <= 5} />
          <Names people={gains} text={t("people.gains", { count: gains.length })} open={gains.length <= 5} />
        </div>
      ))}
    </Stack>
  );
}
