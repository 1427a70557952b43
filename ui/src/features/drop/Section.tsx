/** A numbered part of the review. */
import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Review.module.css";

interface Parts {
  number: number;
  heading: string;
  /** Beside the heading. */
  note?: ReactNode;
  children: ReactNode;
}

export function Section({ number, heading, note, children }: Parts) {
  return (
    <section className={classes.section}>
      <Group gap="sm" justify="space-between" mb={6}>
        <Group gap="xs" wrap="nowrap">
          <Text component="span" className={classes.number ?? ""} aria-hidden>
            {number}
          </Text>
          <Title order={3} size="h5">
            {heading}
          </Title>
        </Group>
        {note}
      </Group>
      <div className={classes.content}>{children}</div>
    </section>
  );
}

/** A short remark with an icon, such as whether something is enforced. */
export function Note({ icon, children, tone }: { icon: ReactNode; children: ReactNode; tone: string }) {
  return (
    <Group gap={6} wrap="nowrap" className={classes.note ?? ""} data-tone={tone}>
      {icon}
      <Text size="sm">{children}</Text>
    </Group>
  );
}
