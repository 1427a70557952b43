/** A recovery code, shown once: to be copied or printed. */
import { Button, Code, CopyButton, Group } from "@mantine/core";
import { IconCopy, IconPrinter } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function RecoveryCode({ code }: { code: string }) {
  const { t } = useTranslation();
  return (
    <>
      <Code block fz="lg" data-testid="recovery-code">
        {code}
      </Code>
      <Group gap="xs">
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} leftSection={<IconCopy size={16} aria-hidden />}>
              {copied ? t("common.copied") : t("common.copy")}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          onClick={() => window.print()}
          leftSection={<IconPrinter size={16} aria-hidden />}
        >
          {t("session.first.recovery.print")}
        </Button>
      </Group>
    </>
  );
}
