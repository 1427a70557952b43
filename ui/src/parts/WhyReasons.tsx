/** What gives an account a permission, and what stands in the way of its use. */
import { List, Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { SourceView, WhyView } from "../api/generated/center";
import { pathText } from "./departments";

export function WhyReasons({ view }: { view: WhyView }) {
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

/** What gives the permission, in words. */
export function sourceText(t: TFunction, source: SourceView): string {
  if (source.source === "superadmin") return t("access.why.source.superadmin");
  const { subject, path } = source;
  if (subject.kind !== "department") return t(`access.why.source.${subject.kind}`);
  return t(`access.why.source.${subject.below ? "departmentBelow" : "department"}`, { path: pathText(path) });
}
