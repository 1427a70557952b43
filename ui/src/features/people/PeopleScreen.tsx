/** People: the accounts, and the organisation that they belong to. */
import { Tabs } from "@mantine/core";
import { IconSitemap, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Page } from "../../components/Page";
import { Accounts } from "./Accounts";
import { Organisation } from "./Organisation";

export function PeopleScreen() {
  const { t } = useTranslation();
  return (
    <Page title={t("people.title")}>
      <Tabs defaultValue="accounts" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="accounts" leftSection={<IconUsers size={16} aria-hidden />}>
            {t("people.accounts")}
          </Tabs.Tab>
          <Tabs.Tab value="organisation" leftSection={<IconSitemap size={16} aria-hidden />}>
            {t("people.organisation")}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="accounts">
          <Accounts />
        </Tabs.Panel>
        <Tabs.Panel value="organisation">
          <Organisation />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
