/** What stands where there is nothing: a sentence and what can be done. */
import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

export function Empty({
  icon,
  children,
  actions,
}: {
  icon?: ReactNode;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <Stack align="center" py={48} px="md" gap="md">
      {icon}
      <Text ta="center" maw={520} c="dimmed" style={{ textWrap: "balance" }}>
        {children}
      </Text>
      {actions && <Group gap="sm">{actions}</Group>}
    </Stack>
  );
}
