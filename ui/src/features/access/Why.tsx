/** "Why?": whether an account has a permission now, what gives it, what stands in its way. */
import { Alert, Group, List, Paper, Select, Stack, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, PermissionView, PluginId, SourceView, WhyView } from "../../api/generated/center";
import { accounts, why } from "../../api/queries";
import { pathText } from "../../parts/departments";
import { FailureNote } from "../../parts/FailureNote";

interface Parts {
  plugin: PluginId;
  permissions: PermissionView[];
}

export function Why({ plugin, permissions }: Parts) {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const [account, setAccount] = useState<string | null>(null);
  const [permission, setPermission] = useState(permissions[0]?.id ?? "");
  return (
    <Paper withBorder p="md" component="section" aria-label={t("access.why.title")} data-testid="why">
      <Title order={2} size="h4" mb={4}>
        {t("access.why.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("access.why.intro")}
      </Text>
      <Group grow align="flex-start" mb="sm">
        <Select
          label={t("access.why.account")}
          placeholder={t("access.why.choose")}
          searchable
          nothingFoundMessage={t("access.why.none")}
          limit={50}
          data={people.map(({ id, name, login }) => ({ value: String(id), label: `${name} (${login})` }))}
          value={account}
          onChange={setAccount}
        />
        <Select
          label={t("access.why.permission")}
          allowDeselect={false}
          data={permissions.map(({ id, title }) => ({ value: id, label: title }))}
          value={permission}
          onChange={(value) => value && setPermission(value)}
        />
      </Group>
      {account && <Answer plugin={plugin} permission={permission} account={Number(account)} />}
    </Paper>
  );
}

function Answer(wish: { plugin: PluginId; permission: string; account: AccountId }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(why(wish.plugin, wish.permission, wish.account));
  if (error) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const Icon = data.allowed ? IconCircleCheck : IconCircleX;
  return (
    <Alert
      role="status"
      variant="light"
      color={data.allowed ? "teal" : "orange"}
      icon={<Icon aria-hidden />}
      title={t(data.allowed ? "access.why.yes" : "access.why.no")}
      data-testid="why-answer"
    >
      <Reasons view={data} />
    </Alert>
  );
}

function Reasons({ view }: { view: WhyView }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      {view.obstacles.length > 0 && (
        <List size="sm">
          {view.obstacles.map((obstacle) => (
            <List.Item key={obstacle}>{t(`access.why.obstacle.${obstacle}`)}</List.Item>
          ))}
        </List>
      )}
      {view.sources.length > 0 && (
        <div>
          <Text size="sm" fw={600}>
            {t("access.why.sources")}
          </Text>
          <List size="sm">
            {view.sources.map((source) => (
              <List.Item key={JSON.stringify(source)}>{sourceText(t, source)}</List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}

function sourceText(t: TFunction, source: SourceView): string {
  if (source.source === "superadmin") return t("access.why.source.superadmin");
  const { subject, path } = source;
  if (subject.kind !== "department") return t(`access.why.source.${subject.kind}`);
  return t(`access.why.source.${subject.below ? "departmentBelow" : "department"}`, { path: pathText(path) });
}
