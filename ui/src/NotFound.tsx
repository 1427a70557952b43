/** An address that leads to no screen: said plainly, with the way on. Knows no feature. */
import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "./components/Empty";
import { Page } from "./components/Page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("frame.notFound.title")}>
      <Empty
        icon={<IconMapOff size={40} stroke={1.5} aria-hidden />}
        actions={
          <Button renderRoot={(props) => <Link to="/" {...props} />}>{t("frame.notFound.start")}</Button>
        }
      >
        {t("frame.notFound.what")}
      </Empty>
    </Page>
  );
}
