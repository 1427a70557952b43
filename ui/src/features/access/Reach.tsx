/** The live numbers of a change that was not made yet: how many could use it, who gains it, who loses it. */
import { Loader, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { grantPreview } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { Names } from "../../parts/Names";
import classes from "./Access.module.css";
import type { GrantChange, Place } from "./change";

interface Parts {
  place: Pick<Place, "plugin" | "permission">;
  change: GrantChange;
  revision: number;
}

export function Reach({ place, change, revision }: Parts) {
  const { t } = useTranslation();
  const empty = !change.add.length && !change.remove.length;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...grantPreview(place.plugin, place.permission, { ...change, revision }),
    enabled: !empty,
    placeholderData: keepPreviousData,
  });
  if (empty) return null;
  if (error) return <FailureNote error={error} title={t("access.noPreview")} retry={() => void refetch()} />;
  if (!data) return <Loader size="sm" aria-label={t("common.reading")} />;
  const { before, after, gains, loses } = data;
  return (
    <Stack gap={4} className={classes.preview} data-testid="reach-preview" aria-busy={isPlaceholderData}>
      <Text fw={600} role="status">
        {t("access.reach", { before, count: after, difference: signed(after - before) })}
      </Text>
      {!gains.length && !loses.length && <Text size="sm">{t("access.reachSame")}</Text>}
      <Names people={gains} text={t("access.gains", { count: gains.length })} />
      <Names people={loses} text={t("access.loses", { count: loses.length })} open />
      {data.seats && (
        <Text size="sm" {...(!data.seats.enough && { c: "red", fw: 600 })} data-testid="seats">
          {t(`licenses.grant.${data.seats.enough ? "enough" : "full"}`, { ...data.seats })}
        </Text>
      )}
    </Stack>
  );
}

function signed(difference: number): string {
  return difference < 0 ? `−${-difference}` : difference > 0 ? `+${difference}` : "±0";
}
