/** Shown while something is read; says so only after a moment, so that quick answers don't flicker. */
import { Group, Loader, Text } from "@mantine/core";
import { useTimeout } from "@mantine/hooks";
import { useState } from "react";

export function Waiting({ text }: { text: string }) {
  const [slow, setSlow] = useState(false);
  useTimeout(() => setSlow(true), 100, { autoInvoke: true });
  return (
    <Group role="status" p="md" gap="sm" mih={56}>
      {slow && <Loader size="sm" />}
      {slow && <Text c="dimmed">{text}</Text>}
    </Group>
  );
}
