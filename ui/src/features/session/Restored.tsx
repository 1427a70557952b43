/** What came back with a backup, and what has to be entered again. Nobody is signed in yet, so plugins have only their ids. */
import { Alert, Code, List, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { LeftOut, RestoredView } from "../../api/generated/center";
import { listed } from "../../parts/format";
import { useWhen } from "../../parts/when";
import { useLocale } from "../../useLocale";
import { Steps } from "./Steps";

interface Parts {
  center: RestoredView;
  done: () => void;
}

export function Restored({ center, done }: Parts) {
  const { t } = useTranslation();
  const when = useWhen();
  return (
    <Stack data-testid="restored">
      <Alert color="teal" icon={<IconCircleCheck aria-hidden />} role="status">
        {t("session.first.restored.what", { at: when(center.made_at), version: center.product })}
      </Alert>
      {center.left_out.length > 0 && <ToEnter secrets={center.left_out} off={center.switched_off} />}
      {!center.trail_whole && (
        <Alert color="orange" icon={<IconAlertTriangle aria-hidden />}>
          {t("session.first.restored.trail")}
        </Alert>
      )}
      {center.put_aside && (
        <div>
          <Text size="sm">{t("session.first.restored.aside")}</Text>
          <Code>{center.put_aside}</Code>
        </div>
      )}
      <Text>{t("session.first.restored.signIn")}</Text>
      <Steps at={4} next={done} label={t("session.signIn")} />
    </Stack>
  );
}

/** The secrets that were not in the file, by plugin, and which plugins wait for them. */
function ToEnter({ secrets, off }: { secrets: LeftOut[]; off: string[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const fields = (id: string) =>
    secrets.filter(({ plugin }) => plugin === id).map(({ pointer }) => pointer.replace(/^\//, ""));
  return (
    <div>
      <Title order={2} size="h5" mb={4}>
        {t("session.first.restored.enter")}
      </Title>
      <List size="sm">
        {[...new Set(secrets.map(({ plugin }) => plugin))].map((id) => (
          <List.Item key={id}>
            {t("session.first.restored.ofPlugin", { id, fields: listed(fields(id), locale) })}
          </List.Item>
        ))}
      </List>
      {off.length > 0 && (
        <Text size="sm" mt="xs">
          {t("session.first.restored.off", { count: off.length })}
        </Text>
      )}
    </div>
  );
}
