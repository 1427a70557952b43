/** One file of the plugin folder that is not installed: it waits, is still being copied, or was refused. */
import { Badge, Button, Text } from "@mantine/core";
import { IconCircleX, IconClock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FolderFileView } from "../../api/generated/center";
import { sentence } from "../../parts/failure";
import { PluginIcon } from "../../parts/PluginIcon";
import { useReview } from "../../parts/review";
import { StateBadge } from "../../parts/StateBadge";
import { type Measure, Publisher } from "./PluginRow";
import classes from "./PluginTable.module.css";
import { StateLines } from "./StateCell";
import { useFileReview } from "./use-file-review";

interface Parts {
  file: FolderFileView;
  place: number;
  measure?: Measure;
  /** Who made it stands below its name instead of in a column of its own. */
  narrow: boolean;
}

export function FileRow({ file, place, measure, narrow }: Parts) {
  const { about } = file;
  const name = about?.name ?? file.file;
  const publisher = about && <Publisher name={about.publisher} trusted={about.trusted} />;
  return (
    <tr
      ref={measure}
      data-index={place - 2}
      aria-rowindex={place}
      className={classes.row}
      data-testid={`file-${file.file}`}
      data-state={file.state}
    >
      <td className={classes.plugin}>
        <div className={classes.about}>
          <span className={classes.name}>
            <PluginIcon icon={null} name={name} size={28} />
            <span className={classes.nameText} title={file.file}>
              {name}
            </span>
          </span>
          {about && (
            <Text size="xs" c="dimmed" className={classes.version ?? ""}>
              {about.version}
            </Text>
          )}
          {narrow && publisher && <div className={classes.maker}>{publisher}</div>}
        </div>
      </td>
      {!narrow && <td className={classes.publisher}>{publisher}</td>}
      <td className={classes.stateCell}>
        <FileState file={file} />
      </td>
      <td className={classes.people}>
        <Text size="sm" c="dimmed">
          –
        </Text>
      </td>
      <td className={classes.switchCell} colSpan={2}>
        <FileAct file={file} name={name} place={place} />
      </td>
    </tr>
  );
}

function FileState({ file: { file, state, cause } }: { file: FolderFileView }) {
  const { t } = useTranslation();
  if (state === "waiting")
    return (
      <StateLines
        badge={<StateBadge state="waiting_for_approval" />}
        sentence={t("state.waiting_for_approval.sentence")}
      />
    );
  if (state === "arriving")
    return (
      <StateLines
        badge={<Plain color="blue" Icon={IconClock} text={t("plugins.arriving")} />}
        spoken={false}
      />
    );
  const named = cause && { ...cause, details: { file, ...Object(cause.details) } };
  return (
    <StateLines
      badge={<Plain color="red" Icon={IconCircleX} text={t("plugins.notInstalled")} />}
      sentence={named && sentence(t, named)}
    />
  );
}

function Plain({ color, Icon, text }: { color: string; Icon: typeof IconClock; text: string }) {
  return (
    <Badge
      variant="light"
      color={color}
      autoContrast
      tt="none"
      fw={500}
      size="lg"
      radius="sm"
      leftSection={<Icon size={14} aria-hidden />}
    >
      {text}
    </Badge>
  );
}

function FileAct({ file, name, place }: { file: FolderFileView; name: string; place: number }) {
  const { t } = useTranslation();
  const review = useReview();
  const reviewFile = useFileReview();
  const { state, cause } = file;
  if (state === "arriving") return null;
  const text = t(state === "waiting" ? "plugins.state.review" : "plugins.attention.details");
  const open = () => {
    if (state === "waiting") reviewFile(file.file);
    else if (cause) review.explain(file.file, cause);
  };
  return (
    <Button size="compact-sm" variant="light" onClick={open} aria-label={`${text} ${name}`} data-row={place}>
      {text}
    </Button>
  );
}
