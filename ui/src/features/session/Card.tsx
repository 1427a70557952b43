/** The outer form of what is shown while nobody is signed in: the product's name above one card. */
import { Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import icon from "../../../../icons/icon.svg";

export function Card({ title, wide, children }: { title: string; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={wide ? 560 : 400} gap="lg">
        <Group gap="sm" wrap="nowrap">
          <img src={icon} alt="" width={44} height={44} />
          <div>
            <Text fw={700} fz="lg" lh={1.2}>
              {t("common.name")}
            </Text>
            <Text c="dimmed" size="sm">
              {t("common.product")}
            </Text>
          </div>
        </Group>
        <Paper withBorder p="xl" shadow="xs">
          <Title order={1} size="h3" mb="md">
            {title}
          </Title>
          {children}
        </Paper>
      </Stack>
    </Center>
  );
}
