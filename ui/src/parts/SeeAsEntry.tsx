/** The way to what an account can use, in a menu of acts on it. */
import { Menu } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AccountId } from "../api/generated/center";

export function SeeAsEntry({ account }: { account: AccountId }) {
  const { t } = useTranslation();
  return (
    <Menu.Item
      renderRoot={(props) => <Link to="/people/$account/plugins" params={{ account }} {...props} />}
      leftSection={<IconEye size={16} aria-hidden />}
    >
      {t("mine.seeAs.act")}
    </Menu.Item>
  );
}
