/** One permission: who was granted it, how many people that makes, and the ways to change it. */
import { Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { IconSitemap, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { PermissionView, Subject } from "../../api/generated/center";
import { GrantRow } from "./GrantRow";

/** What a person began to change. */
export type Intent =
  | { kind: "people" | "departments" | "everyone" }
  | { kind: "remove"; subject: Subject }
  | { kind: "below"; subject: Extract<Subject, { kind: "department" }> };

interface Parts {
  permission: PermissionView;
  begin: (intent: Intent) => void;
}

export function Permission({ permission, begin }: Parts) {
  const { t } = useTranslation();
  const heading = useId();
  const { grants } = permission;
  const everyone = grants.some(({ subject }) => subject.kind === "everyone");
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={heading} data-permission={permission.id}>
      <Group justify="space-between" align="center" mb="sm" gap="xs">
        <Group gap="xs" align="center">
          <Title order={2} size="h4" id={heading}>
            {permission.title}
          </Title>
          <Badge variant="light" color="gray" tt="none" fw={500} data-testid="reach">
            {t("access.people", { count: permission.people })}
          </Badge>
        </Group>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconUserPlus size={16} aria-hidden />}
            onClick={() => begin({ kind: "people" })}
          >
            {t("access.addPerson")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconSitemap size={16} aria-hidden />}
            onClick={() => begin({ kind: "departments" })}
          >
            {t("access.addDepartment")}
          </Button>
          {!everyone && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconUsers size={16} aria-hidden />}
              onClick={() => begin({ kind: "everyone" })}
            >
              {t("access.everyoneShort")}
            </Button>
          )}
        </Group>
      </Group>
      {grants.length === 0 && <Text size="sm">{t("access.nobody")}</Text>}
      {everyone && grants.length > 1 && (
        <Text size="sm" c="dimmed" mb="xs">
          {t("access.everyoneCovers")}
        </Text>
      )}
      <Stack gap={0} component="ul" p={0} m={0}>
        {grants.map((grant) => (
          <GrantRow key={JSON.stringify(grant.subject)} grant={grant} begin={begin} />
        ))}
      </Stack>
    </Paper>
  );
}
