/** The publishers: whose packages are trusted, for what, how that was checked, and whose no longer. */
import { Button } from "@mantine/core";
import { IconCertificate, IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { publishers } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { Details } from "./Details";
import { PublisherTable } from "./PublisherTable";
import { Recipient } from "./Recipient";
import { Trust } from "./Trust";
import { Withdraw } from "./Withdraw";

export type PublisherAct = "details" | "withdraw" | "trust";

export function PublishersScreen() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(publishers);
  const [adding, setAdding] = useState(false);
  const [receiving, setReceiving] = useState(false);
  const [open, setOpen] = useState<{ key: string; act: PublisherAct } | null>(null);
  const target = data?.find(({ key }) => key === open?.key);
  const close = () => setOpen(null);
  const add = (
    <Button leftSection={<IconCertificate size={16} aria-hidden />} onClick={() => setAdding(true)}>
      {t("publishers.add")}
    </Button>
  );
  return (
    <Page
      title={t("publishers.title")}
      actions={
        <>
          <Button
            variant="default"
            leftSection={<IconLock size={16} aria-hidden />}
            onClick={() => setReceiving(true)}
          >
            {t("publishers.recipient.act")}
          </Button>
          {data && data.length > 0 && add}
        </>
      }
    >
      {error && !data && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting text={t("common.reading")} />}
      {data?.length === 0 && <Empty actions={add}>{t("publishers.none")}</Empty>}
      {data && data.length > 0 && (
        <PublisherTable publishers={data} begin={(key, act) => setOpen({ key, act })} />
      )}
      {receiving && <Recipient close={() => setReceiving(false)} />}
      {adding && <Trust known={null} close={() => setAdding(false)} />}
      {target && open?.act === "details" && <Details publisher={target} close={close} />}
      {target && open?.act === "withdraw" && <Withdraw publisher={target} close={close} />}
      {target && open?.act === "trust" && <Trust known={target} close={close} />}
    </Page>
  );
}
