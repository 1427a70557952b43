/** Beside the form: its parts, what else there is to know of the setting in focus, who saved last. */
import { Anchor, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { About } from "../../../parts/form/About";
import { isObject } from "../../../parts/form/pointers";
import { type FormStore, useFormState } from "../../../parts/form/state";
import { moment } from "../../../parts/format";
import { useLocale } from "../../../useLocale";
import classes from "./Settings.module.css";

export function Side({ draft }: { draft: FormStore }) {
  const { t } = useTranslation();
  const base = useFormState(draft, (state) => state.base);
  const current = useFormState(draft, (state) => state.current);
  const field = base.fields.find(({ pointer }) => pointer === current?.pointer);
  return (
    <aside className={classes.side} aria-label={t("plugin.settings.beside")}>
      <Sections draft={draft} />
      <section>
        <h2 className={classes.sideTitle}>{t("plugin.settings.about")}</h2>
        {field && current ? (
          <>
            <Text size="sm" fw={500}>
              {field.title}
            </Text>
            <About field={field} schema={current.schema} />
          </>
        ) : (
          <Text size="xs" c="dimmed">
            {t("plugin.settings.aboutNone")}
          </Text>
        )}
      </section>
      <LastSaved draft={draft} />
    </aside>
  );
}

function Sections({ draft }: { draft: FormStore }) {
  const { t } = useTranslation();
  const { sections, schema } = useFormState(draft, (state) => state.base);
  const used = new Set(isObject(schema) && isObject(schema.properties) ? sectionsIn(schema.properties) : []);
  const shown = sections.filter(({ id }) => used.has(id));
  if (shown.length < 2) return null;
  const go = (id: string) => {
    const heading = document.getElementById(`section-${id}`);
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  };
  return (
    <nav aria-label={t("plugin.settings.onPage")}>
      <h2 className={classes.sideTitle}>{t("plugin.settings.onPage")}</h2>
      <Stack gap={4} align="flex-start">
        {shown.map(({ id, title }) => (
          <Anchor key={id} component="button" type="button" size="sm" ta="left" onClick={() => go(id)}>
            {title}
          </Anchor>
        ))}
      </Stack>
    </nav>
  );
}

function sectionsIn(properties: Record<string, unknown>): unknown[] {
  return Object.values(properties).map((property) => (isObject(property) ? property.section : undefined));
}

export function LastSaved({ draft }: { draft: FormStore }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { changed } = useFormState(draft, (state) => state.base);
  return (
    <section>
      <h2 className={classes.sideTitle}>{t("plugin.settings.lastSaved")}</h2>
      <Text size="xs" c="dimmed">
        {changed
          ? t("plugin.settings.savedBy", {
              who: changed.name ?? t("plugin.settings.center"),
              time: moment(changed.at, locale),
            })
          : t("plugin.settings.never")}
      </Text>
    </section>
  );
}
