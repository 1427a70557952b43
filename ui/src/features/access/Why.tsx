/** "Why?": whether an account has a permission now, what gives it, what stands in its way. */
import { Alert, Anchor, Group, Paper, Select, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AccountId, PermissionView, PluginId } from "../../api/generated/center";
import { accounts, why } from "../../api/queries";
import { FailureNote } from "../../parts/FailureNote";
import { WhyReasons } from "../../parts/WhyReasons";

interface Parts {
  plugin: PluginId;
  permissions: PermissionView[];
}

export function Why({ plugin, permissions }: Parts) {
  const { t } = useTranslation();
  const { data: people = [] } = useQuery(accounts);
  const [account, setAccount] = useState<string | null>(null);
  const [permission, setPermission] = useState(permissions[0]?.id ?? "");
  const chosen = people.find(({ id }) => String(id) === account);
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
      {chosen && (
        <>
          <Answer plugin={plugin} permission={permission} account={chosen.id} />
          <Anchor
            size="sm"
            mt="sm"
            display="inline-block"
            renderRoot={(props) => (
              <Link to="/people/$account/plugins" params={{ account: chosen.id }} {...props} />
            )}
          >
            {t("mine.seeAs.of", { name: chosen.name })}
          </Anchor>
        </>
      )}
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
      <WhyReasons view={data} />
    </Alert>
  );
}
