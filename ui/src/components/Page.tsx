/** A screen's outer form: its one heading, what can be done on it, its content. */
import { Box, Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

interface Parts {
  title: ReactNode;
  /** Beside the title, such as counts. */
  aside?: ReactNode;
  /** At the right end. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, aside, actions, children }: Parts) {
  return (
    <Box className={classes.page}>
      <Group justify="space-between" mb="md" gap="sm">
        <Group gap="sm" align="baseline">
          <Title order={1} size="h2" tabIndex={-1} className={classes.title}>
            {title}
          </Title>
          {aside}
        </Group>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
