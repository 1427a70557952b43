/** The first screen: which Sprocket this is, and the state of this computer's center. */
import { Button, Code, Container, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import icon from "../../../../icons/icon.svg";
import type { CenterStatus } from "../../api/commands";
import { centerStatus } from "../../api/queries";

export function StatusScreen() {
  const { t } = useTranslation();
  const status = useQuery(centerStatus);
  return (
    <Container size="sm" py="xl" component="main">
      <Group mb="xl" wrap="nowrap">
        <img src={icon} alt="" width={64} height={64} />
        <div>
          <Title order={1}>{t("app.name")}</Title>
          <Text c="dimmed">{t("app.product")}</Text>
        </div>
      </Group>
      {status.isPending && <Text role="status">{t("status.reading")}</Text>}
      {status.isError && <Failed error={status.error} retry={() => status.refetch()} />}
      {status.isSuccess && <Status status={status.data} />}
    </Container>
  );
}

function Status({ status }: { status: CenterStatus }) {
  const { t } = useTranslation();
  return (
    <Paper withBorder p="lg" component="section" aria-labelledby="status-title">
      <Stack gap="xs">
        <Title order={2} size="h4" id="status-title">
          {t("status.title")}
        </Title>
        <Text data-testid="state" data-state={status.state}>
          {t(`status.state.${status.state}`)}
        </Text>
        <Text>
          {t("status.home")} <Code data-testid="home">{status.home}</Code>
        </Text>
        <Text c="dimmed" size="sm" data-testid="version">
          {t("app.version", { version: status.version })}
        </Text>
      </Stack>
    </Paper>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  return (
    <Stack role="alert" align="flex-start">
      <Text fw={600}>{t("status.failed")}</Text>
      <Code block>{message(error)}</Code>
      <Button onClick={retry}>{t("status.retry")}</Button>
    </Stack>
  );
}

/** The core's errors carry a message; anything else is shown as it is. */
function message(error: unknown): string {
  const carried = error instanceof Object && "message" in error ? error.message : error;
  return String(carried);
}
