/** The rows of the audit trail that are wanted, newest first, page by page. Asks the core, which finds them. */
import { Button, Group } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AuditFilter } from "../../api/generated/center";
import { trail } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../FailureNote";
import { TrailTable } from "./TrailTable";

interface Parts {
  filter: AuditFilter;
  /** Instead of a table without rows. */
  none: ReactNode;
  /** All rows are about one thing. */
  ofOne?: boolean;
}

export function Trail({ filter, none, ofOne = false }: Parts) {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    trail(filter),
  );
  if (error) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  const rows = data.pages.flatMap((page) => page.toReversed());
  if (rows.length === 0) return none;
  return (
    <>
      <TrailTable rows={rows} ofOne={ofOne} />
      {hasNextPage && (
        <Group justify="center" mt="sm">
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("activity.earlier")}
          </Button>
        </Group>
      )}
    </>
  );
}
