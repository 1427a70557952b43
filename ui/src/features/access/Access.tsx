/** "Who can use it": each permission of a plugin with those who have it, and why somebody has it or not. */
import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginId } from "../../api/generated/center";
import { grants } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { useLocale } from "../../useLocale";
import { ChangeDialog } from "./ChangeDialog";
import { type Intent, Permission } from "./Permission";
import { Why } from "./Why";

export function Access({ plugin }: { plugin: PluginId }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(grants(plugin, useLocale()));
  const [open, setOpen] = useState<{ permission: string; intent: Intent } | null>(null);
  if (error && !data) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  if (!data.permissions.length) return <Empty>{t("access.nothingToGrant")}</Empty>;
  const changing = data.permissions.find(({ id }) => id === open?.permission);
  return (
    <Stack gap="lg" data-testid="access">
      <Text size="sm" c="dimmed">
        {t("access.intro")}
      </Text>
      {data.permissions.map((permission) => (
        <Permission
          key={permission.id}
          permission={permission}
          begin={(intent) => setOpen({ permission: permission.id, intent })}
        />
      ))}
      <Why plugin={plugin} permissions={data.permissions} />
      {open && changing && (
        <ChangeDialog
          plugin={plugin}
          permission={changing}
          revision={data.revision}
          intent={open.intent}
          close={() => setOpen(null)}
        />
      )}
    </Stack>
  );
}
