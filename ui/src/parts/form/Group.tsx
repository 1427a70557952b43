/** Settings that belong together: at the top the plugin's sections, below them groups of a value's members. */
import { Title } from "@mantine/core";
import type { ObjectFieldTemplateProps } from "@rjsf/utils";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "./messages";
import { isObject, pointerOf } from "./pointers";
import classes from "./Setting.module.css";
import { useForm, useFormState } from "./state";

interface Member {
  name: string;
  content: ReactNode;
  order: number;
  section: string | undefined;
}

export function Group({ properties, schema, title, fieldPathId }: ObjectFieldTemplateProps) {
  const members = properties.map(({ name, content }): Member => {
    const own = schema.properties?.[name];
    const words = isObject(own) ? own : {};
    const order = typeof words.order === "number" ? words.order : Number.POSITIVE_INFINITY;
    return { name, content, order, section: typeof words.section === "string" ? words.section : undefined };
  });
  members.sort((a, b) => (a.order === b.order ? 0 : a.order - b.order));
  if (fieldPathId.path.length === 0) return <Sections members={members} />;
  return (
    <fieldset className={classes.group}>
      <legend>{title}</legend>
      <GroupFaults pointer={pointerOf(fieldPathId.path)} />
      {members.map(({ content }) => content)}
    </fieldset>
  );
}

function Sections({ members }: { members: Member[] }) {
  const { t } = useTranslation();
  const { sections } = useForm();
  const known = new Set(sections.map(({ id }) => id));
  const others = members.filter(({ section }) => section === undefined || !known.has(section));
  const named = sections
    .map(({ id, title }) => ({ id, title, own: members.filter(({ section }) => section === id) }))
    .filter(({ own }) => own.length > 0);
  return (
    <>
      {named.map(({ id, title, own }) => (
        <section key={id} className={classes.section} aria-labelledby={`section-${id}`}>
          <Title order={2} size="h5" id={`section-${id}`} tabIndex={-1} mb={4}>
            {title}
          </Title>
          {own.map(({ content }) => content)}
        </section>
      ))}
      {others.length > 0 && (
        <section className={classes.section} aria-label={named.length > 0 ? undefined : t("form.settings")}>
          {named.length > 0 && (
            <Title order={2} size="h5" id="section-" tabIndex={-1} mb={4}>
              {t("form.others")}
            </Title>
          )}
          {others.map(({ content }) => content)}
        </section>
      )}
    </>
  );
}

function GroupFaults({ pointer }: { pointer: string }) {
  const { t } = useTranslation();
  const { store } = useForm();
  const found = useFormState(store, (state) => state.found[pointer]);
  return found?.map((one) => (
    <p key={one.code} className={classes.needed}>
      {sentenceOf(t, one, pointer)}
    </p>
  ));
}
