/** The shown part of the activity as a file, where the person says. */
import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { AuditFilter, AuditFormat } from "../../api/generated/center";
import { tellDone, useTellFailed } from "../../parts/undo";

const formats: AuditFormat[] = ["csv", "json_lines"];

export function ExportMenu({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation();
  const tellFailed = useTellFailed();
  const { mutate, isPending } = useMutation({
    mutationFn: (format: AuditFormat) => call("audit_export", { format, filter }),
    onSuccess: (path) => path !== null && tellDone(t("activity.export.done", { path })),
    onError: tellFailed,
  });
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} loading={isPending}>
          {t("activity.export.act")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map((format) => (
          <Menu.Item key={format} onClick={() => mutate(format)}>
            {t(`activity.export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
