/** What a plugin says while it works, as it comes, and what people did with it. */
import { Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconArrowDown, IconSearch } from "@tabler/icons-react";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Line, PluginDetailView } from "../../../api/generated/center";
import { FailureNote } from "../../../parts/FailureNote";
import { moment } from "../../../parts/format";
import { Trail } from "../../../parts/trail/Trail";
import { useLocale } from "../../../useLocale";
import { seconds } from "../times";
import classes from "./Logs.module.css";
import { type NumberedLine, useLog } from "./useLog";

const levels = ["trace", "debug", "info", "warn", "error"] as const;

export function Logs({ plugin }: { plugin: PluginDetailView }) {
  return (
    <Stack gap="xl">
      <Log id={plugin.id} />
      <Done id={plugin.id} />
    </Stack>
  );
}

/** What people, the folder and the center did with it. */
function Done({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("activity.title")}>
      <Title order={2} size="h5" mb="xs">
        {t("activity.title")}
      </Title>
      <Trail
        filter={{ target: id, refused: false, actions: [] }}
        none={
          <Text size="sm" c="dimmed">
            {t("activity.none")}
          </Text>
        }
        ofOne
      />
    </section>
  );
}

function Log({ id }: { id: string }) {
  const { t } = useTranslation();
  const { lines, error, isPending, retry } = useLog(id);
  const [level, setLevel] = useState<Line["level"]>("trace");
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = lines.filter(
    (line) =>
      levels.indexOf(line.level) >= levels.indexOf(level) &&
      (wanted === "" || `${line.target} ${line.message} ${fieldsOf(line)}`.toLowerCase().includes(wanted)),
  );
  if (error) return <FailureNote error={error} title={t("plugin.logs.unreadable")} retry={retry} />;
  return (
    <section aria-label={t("plugin.logs.title")}>
      <Group mb="xs" gap="sm" align="flex-end">
        <Title order={2} size="h5" flex={1}>
          {t("plugin.logs.title")}
        </Title>
        <Select
          aria-label={t("plugin.logs.level")}
          data={levels.map((value) => ({ value, label: t(`plugin.logs.atLeast.${value}`) }))}
          value={level}
          onChange={(value) => value && setLevel(value as Line["level"])}
          allowDeselect={false}
          w={200}
        />
        <TextInput
          aria-label={t("plugin.logs.filter")}
          placeholder={t("plugin.logs.filter")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          w={220}
        />
      </Group>
      {!isPending && lines.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("plugin.logs.empty")}
        </Text>
      )}
      {lines.length > 0 && <Lines shown={shown} />}
    </section>
  );
}

/** Follows the end, until the person scrolls up to read. */
function Lines({ shown }: { shown: NumberedLine[] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const box = useRef<HTMLDivElement>(null);
  const [paused, setPaused] = useState(false);
  const last = shown.at(-1)?.number ?? 0;
  const [seen, setSeen] = useState(last);
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each new last line
  useLayoutEffect(() => {
    if (paused) return;
    toEnd();
    setSeen(last);
  }, [last, paused]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current ?? {
      scrollTop: 0,
      scrollHeight: 0,
      clientHeight: 0,
    };
    setPaused(scrollHeight - scrollTop - clientHeight > 24);
  };
  const fresh = shown.filter(({ number }) => number > seen).length;
  return (
    <>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
      <div
        ref={box}
        className={classes.log}
        role="log"
        aria-live="off"
        aria-label={t("plugin.logs.title")}
        tabIndex={0}
        onScroll={onScroll}
        data-testid="log"
      >
        {shown.length === 0 && (
          <Text size="sm" c="dimmed" px="sm">
            {t("plugin.logs.noneMatch")}
          </Text>
        )}
        {shown.map((line) => (
          <div key={line.number} className={`${classes.line} ${classes[line.level] ?? ""}`}>
            <time className={classes.time} title={moment(line.at, locale)}>
              {seconds(line.at, locale)}
            </time>
            <span className={classes.level}>{line.level}</span>
            <span className={classes.text}>
              {line.target && <span className={classes.place}>{line.target} </span>}
              {line.message}
              <span className={classes.place}>{fieldsOf(line)}</span>
            </span>
          </div>
        ))}
      </div>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by the keyboard */}
      {paused && (
        <Button
          size="xs"
          variant="light"
          mt="xs"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={() => {
            setPaused(false);
            toEnd();
          }}
        >
          {fresh > 0 ? t("plugin.logs.fresh", { count: fresh }) : t("plugin.logs.follow")}
        </Button>
      )}
    </>
  );
}

/** Further values of a line, as `key=value`. */
function fieldsOf({ fields }: Line): string {
  if (!(fields instanceof Object) || Array.isArray(fields)) return "";
  return Object.entries(fields)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
}
