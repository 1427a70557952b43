/** What this person had entered when the application ended: offered again, on every screen, until it is answered. */
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../../api/call";
import type { KeptDraft } from "../../../api/generated/shell";
import { keptDrafts, pluginList, settings } from "../../../api/queries";
import { moment } from "../../../parts/format";
import { useTellFailed } from "../../../parts/undo";
import { useLocale } from "../../../useLocale";
import { clock } from "../times";
import { beginDraft, draftOf } from "./drafts";
import { setWaiting, takeUp } from "./kept";
import classes from "./Recovered.module.css";

/** Without what is still entered in this very window. */
const offered = (account: number) =>
  queryOptions({
    ...keptDrafts(account),
    queryFn: async () => {
      const all = await call("draft_list", {});
      return all.filter(({ plugin }) => !draftOf(account, plugin));
    },
  });

export function Recovered({ account }: { account: number }) {
  const locale = useLocale();
  const { data: kept, isError } = useQuery(offered(account));
  const { data: plugins } = useQuery(pluginList(locale));
  useEffect(() => {
    if (kept || isError) setWaiting(account, kept?.map(({ plugin }) => plugin) ?? []);
  }, [account, kept, isError]);
  const names = new Map(plugins?.map(({ id, name }) => [id, name]));
  const shown = kept?.filter(({ plugin }) => names.has(plugin)) ?? [];
  if (shown.length === 0) return null;
  return (
    <Stack gap="xs" className={classes.offers ?? ""}>
      {shown.map((draft) => (
        <Offer key={draft.plugin} draft={draft} name={names.get(draft.plugin) ?? ""} account={account} />
      ))}
    </Stack>
  );
}

interface OfferParts {
  draft: KeptDraft;
  name: string;
  account: number;
}

function Offer({ draft, name, account }: OfferParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const failed = useTellFailed();
  const { keep, discard } = useAnswers(draft, account);
  return (
    <Alert
      color="blue"
      variant="light"
      icon={<IconPencil />}
      role="status"
      data-testid={`kept-draft-${draft.plugin}`}
    >
      <Group gap="sm" justify="space-between">
        <Text size="sm">
          {[
            t("plugin.settings.kept", { name, time: since(draft.at, locale) }),
            draft.secrets ? t("plugin.settings.keptSecrets") : "",
          ].join(locale === "zh-CN" ? "" : " ")}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => void keep().catch(failed)}>
            {t("plugin.settings.keptKeep")}
          </Button>
          <Button size="xs" variant="subtle" color="gray" onClick={() => void discard().catch(failed)}>
            {t("plugin.settings.keptDiscard")}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}

function useAnswers(draft: KeptDraft, account: number) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const locale = useLocale();
  const { plugin } = draft;
  const answered = () =>
    queries.setQueryData(keptDrafts(account).queryKey, (all) => all?.filter((one) => one.plugin !== plugin));
  const keep = async () => {
    const latest = await queries.fetchQuery({ ...settings(plugin, locale), staleTime: 0 });
    takeUp(beginDraft(account, latest), draft, latest);
    answered();
    await navigate({ to: "/plugins/$id", params: { id: plugin }, search: { tab: "settings" } });
  };
  const discard = async () => {
    await call("draft_drop", { plugin });
    answered();
  };
  return { keep, discard };
}

/** The time alone where it was today. */
function since(at: number, locale: ReturnType<typeof useLocale>): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  return today ? clock(at, locale) : moment(at, locale);
}
