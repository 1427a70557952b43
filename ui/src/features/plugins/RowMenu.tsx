/** What else can be done with a plugin. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconDotsVertical } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../../api/generated/center";
import { useFileReview } from "./use-file-review";

export function RowMenu({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation();
  const review = useFileReview();
  const { id, name, update } = plugin;
  const page = (tab: "overview" | "settings" | "access", text: string) => (
    <Menu.Item renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} search={{ tab }} {...props} />}>
      {text}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t("plugins.row.menu", { name })}>
          <IconDotsVertical size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {page("overview", t("plugins.row.open"))}
        {page("settings", t("plugins.row.settings"))}
        {page("access", t("plugins.row.access"))}
        {update && <Menu.Item onClick={() => review(update.file)}>{t("plugins.row.review")}</Menu.Item>}
        <Menu.Divider />
        {page("overview", t("plugins.row.uninstall"))}
      </Menu.Dropdown>
    </Menu>
  );
}
