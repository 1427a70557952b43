/** What else can be done with a plugin. */
import { Menu } from "@mantine/core";
import { IconDotsVertical } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../../api/generated/center";
import classes from "./PluginTable.module.css";
import { useFileReview } from "./use-file-review";

/** A plain button until it is used: a thousand rows need no thousand menus. */
export function RowMenu({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation();
  const [used, setUsed] = useState(false);
  if (used) return <Opened plugin={plugin} />;
  return (
    <button
      type="button"
      className={classes.more}
      aria-haspopup="menu"
      aria-label={t("plugins.row.menu", { name: plugin.name })}
      onClick={() => setUsed(true)}
    >
      <IconDotsVertical size={18} aria-hidden />
    </button>
  );
}

function Opened({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation();
  const review = useFileReview();
  const { id, name, update } = plugin;
  const page = (tab: "overview" | "settings" | "access", text: string) => (
    <Menu.Item renderRoot={(props) => <Link to="/plugins/$id" params={{ id }} search={{ tab }} {...props} />}>
      {text}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withinPortal={false} width="max-content" defaultOpened>
      <Menu.Target>
        <button type="button" className={classes.more} aria-label={t("plugins.row.menu", { name })}>
          <IconDotsVertical size={18} aria-hidden />
        </button>
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
