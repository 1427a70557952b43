/** What was done in the center, newest first: by whom, what, to what; filtered, checked and exported by the core. */
import { Button } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { pluginList } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Trail } from "../../parts/trail/Trail";
import { useLocale } from "../../useLocale";
import { ExportMenu } from "./ExportMenu";
import { FilterBar } from "./FilterBar";
import { everything, filterOf } from "./filter";
import { VerifyDialog } from "./VerifyDialog";

/** The core is asked when nothing was typed for so long, in milliseconds. */
const PAUSE = 150;

export function ActivityScreen() {
  const { t, i18n } = useTranslation();
  const { data: plugins = [] } = useQuery(pluginList(useLocale()));
  const [wish, setWish] = useState(everything);
  const [settled] = useDebouncedValue(wish, PAUSE);
  const [verifying, { open, close }] = useDisclosure();
  const filter = filterOf(settled, i18n, plugins);
  return (
    <Page
      title={t("activity.title")}
      actions={
        <>
          <Button variant="default" leftSection={<IconShieldCheck size={16} aria-hidden />} onClick={open}>
            {t("activity.verify.act")}
          </Button>
          <ExportMenu filter={filter} />
        </>
      }
    >
      <FilterBar wish={wish} change={setWish} />
      <Trail filter={filter} none={<Empty>{t("activity.nothingFound")}</Empty>} />
      {verifying && <VerifyDialog close={close} />}
    </Page>
  );
}
