/** The imported licenses, and the code that new ones are ordered with. */
import { Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconLicense } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { installationCode, licenses } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { useReview } from "../../parts/review";
import { useLocale } from "../../useLocale";
import { CopyCode } from "./CopyCode";
import classes from "./Licenses.module.css";
import { LicenseTable } from "./LicenseTable";
import { Remove } from "./Remove";

export function LicensesScreen() {
  const { t } = useTranslation();
  const review = useReview();
  const { data, error, refetch } = useQuery(licenses(useLocale()));
  const [removing, setRemoving] = useState<string | null>(null);
  const target = data?.find(({ id }) => id === removing);
  const add = (
    <Button leftSection={<IconLicense size={16} aria-hidden />} onClick={() => review.license(null)}>
      {t("licenses.import")}
    </Button>
  );
  return (
    <Page title={t("licenses.title")} actions={data?.length ? add : undefined}>
      <Code />
      {error && !data && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting text={t("common.reading")} />}
      {data?.length === 0 && <Empty actions={add}>{t("licenses.none")}</Empty>}
      {data && data.length > 0 && <LicenseTable licenses={data} remove={setRemoving} />}
      {target && <Remove license={target} close={() => setRemoving(null)} />}
    </Page>
  );
}

function Code() {
  const { t } = useTranslation();
  const { data } = useQuery(installationCode);
  if (!data) return null;
  return (
    <Paper withBorder p="md" mb="md" component="section" aria-labelledby="installation-code">
      <Group justify="space-between" gap="md">
        <Stack gap={2} flex="1 1 320px">
          <Title order={2} size="h5" id="installation-code">
            {t("licenses.code.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("licenses.code.text")}
          </Text>
        </Stack>
        <Group gap="sm" wrap="nowrap">
          <span className={classes.code} data-testid="installation-code">
            {data}
          </span>
          <CopyCode code={data} />
        </Group>
      </Group>
    </Paper>
  );
}
