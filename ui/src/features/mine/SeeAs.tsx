/** What another account sees under "My plugins", and why; for looking alone. */
import { Anchor, Badge, Stack, Text } from "@mantine/core";
import {
  IconApps,
  IconChevronLeft,
  IconCircleCheck,
  IconCircleX,
  IconEye,
  IconUserOff,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AccountId, AccountView, SeenPluginView, WhyView } from "../../api/generated/center";
import { accounts, seenAs } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { Page } from "../../components/Page";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { WhyReasons } from "../../parts/WhyReasons";
import { useLocale } from "../../useLocale";
import classes from "./Mine.module.css";
import { OwnPlugin } from "./OwnPlugin";

export function SeeAs({ account }: { account: AccountId }) {
  const { t } = useTranslation();
  const { data: people, error, refetch } = useQuery(accounts);
  const person = people?.find(({ id }) => id === account);
  return (
    <>
      <Anchor
        size="sm"
        c="dimmed"
        className={classes.back}
        renderRoot={(props) => <Link to="/people" {...props} />}
      >
        <IconChevronLeft size={16} aria-hidden />
        {t("mine.seeAs.back")}
      </Anchor>
      {error && !people && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !people && <Waiting text={t("common.reading")} />}
      {people && !person && <Gone />}
      {person && <Seen person={person} />}
    </>
  );
}

function Gone() {
  const { t } = useTranslation();
  return (
    <Page title={t("mine.seeAs.gone")}>
      <Empty icon={<IconUserOff size={40} stroke={1.2} aria-hidden />}>{t("mine.seeAs.goneWhat")}</Empty>
    </Page>
  );
}

function Seen({ person }: { person: AccountView }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(seenAs(person.id, useLocale()));
  const { name } = person;
  return (
    <Page
      title={t("mine.seeAs.title", { name })}
      aside={
        <Badge
          variant="light"
          color="gray"
          autoContrast
          tt="none"
          fw={500}
          radius="sm"
          leftSection={<IconEye size={14} aria-hidden />}
        >
          {t("mine.seeAs.readOnly")}
        </Badge>
      }
    >
      <Text size="sm" c="dimmed" mb="md">
        {t("mine.seeAs.intro", { name })}
      </Text>
      {error && !data && <FailureNote error={error} retry={() => void refetch()} />}
      {!error && !data && <Waiting text={t("common.reading")} />}
      {data?.length === 0 && (
        <Empty icon={<IconApps size={40} stroke={1.2} aria-hidden />}>
          {t(person.enabled ? "mine.seeAs.none" : "mine.seeAs.disabled", { name })}
        </Empty>
      )}
      <Stack gap="md">
        {data?.map((seen) => (
          <OwnPlugin key={seen.plugin.id} plugin={seen.plugin}>
            <Permissions seen={seen} />
          </OwnPlugin>
        ))}
      </Stack>
    </Page>
  );
}

/** Each permission with what gives it and what stands in its way, and what may be called by it. */
function Permissions({ seen: { plugin, why } }: { seen: SeenPluginView }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" mt="sm" component="ul" className={classes.seen}>
      {plugin.permissions.map(({ id, title }, index) => {
        const calls = plugin.commands.filter(({ permission }) => permission === id);
        return (
          <li key={id} data-testid={`seen-${id}`}>
            <Allowed view={why[index]} title={title} />
            {calls.length > 0 && (
              <Text size="sm">
                {t("mine.seeAs.commands", { list: calls.map((call) => call.id).join(t("mine.comma")) })}
              </Text>
            )}
          </li>
        );
      })}
    </Stack>
  );
}

function Allowed({ view, title }: { view: WhyView | undefined; title: string }) {
  const Icon = view?.allowed ? IconCircleCheck : IconCircleX;
  return (
    <>
      <Text size="sm" fw={600} className={classes.allowed} data-allowed={view?.allowed}>
        <Icon size={16} aria-hidden />
        {title}
      </Text>
      {view && <WhyReasons view={view} />}
    </>
  );
}
