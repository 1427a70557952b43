/** Has the plugin try what is entered; saves nothing. What it said goes as soon as something else is entered. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../../api/call";
import type { JsonValue, PluginDetailView, TestedView } from "../../../api/generated/center";
import { FailureNote } from "../../../parts/FailureNote";
import { changesOf } from "../../../parts/form/changes";
import { type FormStore, useFormState, valuesOf } from "../../../parts/form/state";
import { useLocale } from "../../../useLocale";
import { Earlier } from "./Earlier";
import { isComplete, mayBeSent } from "./useSave";

interface Parts {
  plugin: PluginDetailView;
  draft: FormStore;
}

export function Try({ plugin, draft }: Parts) {
  const { t } = useTranslation();
  const locale = useLocale();
  const values = useFormState(draft, (state) => state.values);
  const secrets = useFormState(draft, (state) => state.secrets);
  const tried = useMutation({
    mutationFn: async () => {
      if (!mayBeSent(draft) || !(await isComplete(draft, locale))) return null;
      const { base, ...entered } = draft.get();
      const changes = changesOf(base.fields, valuesOf(base), entered.values, entered.secrets);
      return call("config_test", { plugin: plugin.id, values: changes as JsonValue, locale });
    },
  });
  const { reset } = tried;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer is about these values alone
  useEffect(reset, [reset, values, secrets]);
  return (
    <div>
      <Group gap="sm" mt="lg">
        <Button variant="default" loading={tried.isPending} onClick={() => tried.mutate()}>
          {t("plugin.settings.try")}
        </Button>
        <Earlier plugin={plugin} draft={draft} />
        <Text size="xs" c="dimmed">
          {t("plugin.settings.tryWhat")}
        </Text>
      </Group>
      <div role="status" data-testid="tried">
        {tried.data && <Said tested={tried.data} />}
        {tried.error && <FailureNote error={tried.error} title={t("plugin.settings.tryFailed")} />}
      </div>
    </div>
  );
}

const LOOKS = {
  passed: { color: "green", icon: <IconCircleCheck /> },
  failed: { color: "red", icon: <IconInfoCircle /> },
  unsupported: { color: "gray", icon: <IconInfoCircle /> },
};

function Said({ tested }: { tested: TestedView }) {
  const { t } = useTranslation();
  const said = tested.outcome === "unsupported" ? null : tested.message;
  return (
    <Alert
      variant="light"
      mt="sm"
      title={t(`plugin.settings.tried.${tested.outcome}`)}
      {...LOOKS[tested.outcome]}
    >
      {said}
    </Alert>
  );
}
