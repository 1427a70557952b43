/** Whether the trail is as it was recorded; also against an end of it that was kept elsewhere. */
import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditVerdict } from "../../api/generated/center";
import { verdict } from "../../api/queries";
import { HeadedDialog } from "../../components/HeadedDialog";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import classes from "./Activity.module.css";

export function VerifyDialog({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [against, setAgainst] = useState<string | null>(null);
  const { data, error, isFetching } = useQuery(verdict(against));
  const wanted = typed.trim() || null;
  return (
    <HeadedDialog
      title={t("activity.verify.title")}
      onClose={close}
      closeLabel={t("common.close")}
      testId="verify"
      footer={
        <Button variant="default" onClick={close}>
          {t("common.close")}
        </Button>
      }
    >
      <Stack gap="md">
        {isFetching && <Waiting text={t("activity.verify.under")} />}
        {!isFetching && error && <FailureNote error={error} />}
        {!isFetching && data && <Verdict verdict={data} />}
        <Group align="flex-end" gap="sm" wrap="nowrap">
          <TextInput
            flex={1}
            label={t("activity.verify.against")}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Button variant="default" disabled={wanted === against} onClick={() => setAgainst(wanted)}>
            {t("activity.verify.compare")}
          </Button>
        </Group>
      </Stack>
    </HeadedDialog>
  );
}

function Verdict({ verdict: { rows, head, heads, broken } }: { verdict: AuditVerdict }) {
  const { t } = useTranslation();
  if (broken)
    return (
      <Alert
        color="red"
        icon={<IconCircleX aria-hidden />}
        title={t("activity.verify.broken", { seq: broken.seq })}
        data-testid="verdict"
      >
        <Text size="sm">{t(`activity.verify.cause.${broken.cause}`)}</Text>
        <Text size="sm">
          {t(rows === 0 ? "activity.verify.noneBefore" : "activity.verify.before", { count: rows })}
        </Text>
        <Text size="sm">{t("activity.verify.next")}</Text>
      </Alert>
    );
  return (
    <Alert
      color="teal"
      icon={<IconCircleCheck aria-hidden />}
      title={t("activity.verify.whole", { count: rows })}
      role="status"
      data-testid="verdict"
    >
      {heads === 0 && <Text size="sm">{t("activity.verify.noHead")}</Text>}
      <Text size="sm">{t("activity.verify.keep")}</Text>
      <Group gap="sm" mt={4} wrap="nowrap">
        <code className={classes.head}>{head}</code>
        <CopyButton value={head}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" className={classes.copy ?? ""} onClick={copy}>
              {t(copied ? "common.copied" : "common.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
