/** A plugin that is no longer installed: said plainly, with the way back, and what was typed for it. */
import { Button, Code, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import { kept } from "../../api/queries";
import page from "../../components/Page.module.css";
import { FailureNote } from "../../parts/FailureNote";
import { differing } from "../../parts/form/changes";
import { valueAt } from "../../parts/form/pointers";
import { type FormState, valuesOf } from "../../parts/form/state";
import { useReview } from "../../parts/review";
import { useLocale } from "../../useLocale";
import { draftOf } from "./settings/drafts";

export function Gone({ id, name, account }: { id: string; name: string; account: number }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const review = useReview();
  const { data } = useQuery(kept(locale));
  const remains = data?.find(({ plugin }) => plugin === id);
  const draft = draftOf(account, id);
  const typed = draft ? typedIn(draft.get()) : "";
  const back = useMutation({
    mutationFn: () => call("package_put_back", { plugin: id, locale }),
    onSuccess: (view) => view && review.plan(view),
  });
  return (
    <Stack gap="md" maw={640} data-testid="gone">
      <Title order={1} size="h2" tabIndex={-1} className={page.title ?? ""}>
        {t("plugin.gone.title", { name: remains?.name ?? name })}
      </Title>
      <Text>{t(remains ? "plugin.gone.kept" : "plugin.gone.nothing")}</Text>
      {back.error && <FailureNote error={back.error} />}
      <Group gap="xs">
        {remains?.version && (
          <Button loading={back.isPending} onClick={() => back.mutate()}>
            {t("plugin.kept.again")}
          </Button>
        )}
        <Button variant="default" onClick={review.choose}>
          {t("plugin.state.chooseFile")}
        </Button>
      </Group>
      {typed !== "" && (
        <Stack gap="xs">
          <Title order={2} size="h5">
            {t("plugin.gone.typed")}
          </Title>
          <Code block>{typed}</Code>
          <CopyButton value={typed}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" w="fit-content" onClick={copy}>
                {t(copied ? "common.copied" : "common.copy")}
              </Button>
            )}
          </CopyButton>
        </Stack>
      )}
    </Stack>
  );
}

/** What was entered and not saved, passwords left out. */
function typedIn({ base, values, broken }: FormState): string {
  const changed = new Set(differing(base.fields, valuesOf(base), values));
  const lines = base.fields.flatMap(({ pointer, title }) => {
    if (broken[pointer] !== undefined) return [`${title}: ${broken[pointer]}`];
    const value = valueAt(values, pointer);
    return changed.has(pointer)
      ? [`${title}: ${typeof value === "string" ? value : JSON.stringify(value ?? "")}`]
      : [];
  });
  return lines.join("\n");
}
