/** Uninstalling: who loses what, and whether its settings, permissions and data are kept. */
import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import type { PluginView, UninstallView } from "../../api/generated/center";
import { pluginList, uninstallPreview } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { discard } from "../../parts/form/state";
import { listed, size } from "../../parts/format";
import { tellDone } from "../../parts/undo";
import { useLocale } from "../../useLocale";
import { draftOf } from "./settings/drafts";

type Subject = Pick<PluginView, "id" | "name">;

export function UninstallDialog({ plugin, close }: { plugin: Subject; close: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { data, error, refetch } = useQuery({ ...uninstallPreview(plugin.id, locale), staleTime: 0 });
  return (
    <Modal
      opened
      onClose={close}
      title={t("plugin.uninstall.title", { name: plugin.name })}
      size="lg"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {!data && !error && <Waiting text={t("common.reading")} />}
      {error && <FailureNote error={error} retry={() => void refetch()} />}
      {data && <Question plugin={plugin} preview={data} close={close} />}
    </Modal>
  );
}

interface QuestionParts {
  plugin: Subject;
  preview: UninstallView;
  close: () => void;
}

function Question({ plugin, preview, close }: QuestionParts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const [purge, setPurge] = useState(false);
  const [typed, setTyped] = useState("");
  const uninstall = useUninstall(plugin, preview.together, close);
  const { data: plugins = [] } = useQuery(pluginList(locale));
  const others = preview.together.map((id) => plugins.find((one) => one.id === id)?.name ?? id);
  const resting = preview.needed_by.filter(({ on }) => !on).map(({ name }) => name);
  const act = purge ? "actPurge" : others.length > 0 ? "actTogether" : "act";
  const confirmed = !purge || typed.trim() === plugin.name;
  const unconfirmed = purge && !confirmed && uninstall.submitted;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        uninstall.submit(confirmed, purge);
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t("plugin.uninstall.people", { count: preview.people })}</Text>
        {others.length + resting.length > 0 && (
          <Alert color="yellow" variant="light" data-testid="needed-by">
            {others.length > 0 && (
              <Text size="sm">{t("plugin.uninstall.together", { names: listed(others, locale) })}</Text>
            )}
            {resting.length > 0 && (
              <Text size="sm">{t("plugin.uninstall.neededBy", { names: listed(resting, locale) })}</Text>
            )}
          </Alert>
        )}
        <Radio.Group
          value={purge ? "purge" : "keep"}
          onChange={(value) => setPurge(value === "purge")}
          aria-label={t("plugin.uninstall.what")}
        >
          <Stack gap="xs">
            <Radio
              value="keep"
              label={t("plugin.uninstall.keep")}
              description={t("plugin.uninstall.keepWhat")}
            />
            <Radio
              value="purge"
              label={t("plugin.uninstall.purge", { size: size(preview.data, locale) })}
              description={t("plugin.uninstall.purgeWhat")}
            />
          </Stack>
        </Radio.Group>
        {purge && (
          <TextInput
            label={t("plugin.uninstall.type", { name: plugin.name })}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            error={unconfirmed && t("plugin.uninstall.typeWrong", { name: plugin.name })}
            autoComplete="off"
            maw={360}
          />
        )}
        {uninstall.error && <FailureNote error={uninstall.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close} data-autofocus>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="red" loading={uninstall.isPending}>
            {t(`plugin.uninstall.${act}`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Turns off those that need it, uninstalls, then goes to the list. What was typed on its page is let go only once it is done. */
function useUninstall(plugin: Subject, others: string[], close: () => void) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [submitted, setSubmitted] = useState(false);
  const mutation = useMutation({
    mutationFn: async (purge: boolean) => {
      if (others.length > 0)
        await call("plugin_switch_together", { plugin: plugin.id, on: false, others, revision: null });
      return call("plugin_uninstall", { plugin: plugin.id, purge });
    },
    onSuccess: async (_, purge) => {
      for (const { account } of queries
        .getQueriesData<{ account: number }>({ queryKey: ["session"] })
        .flatMap(([, data]) => data ?? [])) {
        const draft = draftOf(account, plugin.id);
        if (draft) discard(draft);
      }
      close();
      await navigate({ to: "/" });
      tellDone(t(purge ? "plugin.uninstall.donePurged" : "plugin.uninstall.done", { name: plugin.name }));
      for (const queryKey of [["plugins"], ["kept"], ["folder"], ["attention"], ["status"]]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
  return {
    submitted,
    error: mutation.error,
    isPending: mutation.isPending,
    submit(confirmed: boolean, purge: boolean) {
      setSubmitted(true);
      if (confirmed && !mutation.isPending) mutation.mutate(purge);
    },
  };
}
