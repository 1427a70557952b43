/** What an account may use: its plugins, what it may do in each, and calls of their commands. */
import { Stack } from "@mantine/core";
import { IconApps } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { mine } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { useLocale } from "../../useLocale";
import { OwnPlugin } from "./OwnPlugin";

export function MineScreen() {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery(mine(locale));
  const list = new Intl.ListFormat(locale, { type: "disjunction" });
  return (
    <Page title={t("mine.title")}>
      {error && !data && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting text={t("common.reading")} />}
      {data?.plugins.length === 0 && (
        <Empty icon={<IconApps size={40} stroke={1.2} aria-hidden />}>
          {data.contacts.length
            ? t("mine.none", { count: data.contacts.length, contacts: list.format(data.contacts) })
            : t("mine.noneNobody")}
        </Empty>
      )}
      <Stack gap="md">
        {data?.plugins.map((plugin) => (
          <OwnPlugin key={plugin.id} plugin={plugin} />
        ))}
      </Stack>
    </Page>
  );
}
