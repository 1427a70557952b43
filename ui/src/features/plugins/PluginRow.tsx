/** One plugin as a row. */
import { VisuallyHidden } from "@mantine/core";
import { IconArrowBarUp } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { PluginView } from "../../api/generated/center";
import { PluginIcon } from "../../parts/PluginIcon";
import { PluginSwitch } from "../../parts/PluginSwitch";
import classes from "./PluginTable.module.css";
import { RowMenu } from "./RowMenu";
import { isWithdrawn } from "./rows";
import { StateCell } from "./StateCell";

interface Parts {
  plugin: PluginView;
  /** How many parents are above it. */
  depth: number;
  /** Its place among all rows, from 1; the heading's row is 1. */
  place: number;
  /** Told the row once it is drawn, and again once it is gone. */
  measure?: Measure;
  /** Who made it stands below its name instead of in a column of its own. */
  narrow: boolean;
}

export type Measure = ((row: HTMLElement | null) => void) | undefined;

export const PluginRow = memo(function PluginRow({ plugin, depth, place, measure, narrow }: Parts) {
  const { t } = useTranslation();
  const { id, name, icon, version, update } = plugin;
  const publisher = (
    <Publisher name={plugin.publisher} trusted={plugin.trusted} withdrawn={isWithdrawn(plugin)} />
  );
  return (
    <tr
      ref={measure}
      data-index={place - 2}
      aria-rowindex={place}
      className={classes.row}
      data-depth={Math.min(depth, 3)}
      data-testid={`plugin-${id}`}
    >
      <td className={classes.plugin}>
        <div className={classes.about}>
          <Link to="/plugins/$id" params={{ id }} className={classes.name} data-row={place}>
            <PluginIcon icon={icon} name={name} size={28} />
            <span className={classes.nameText} title={name}>
              {name}
            </span>
            {depth > 0 && <VisuallyHidden>{t("plugins.row.child")}</VisuallyHidden>}
          </Link>
          <span className={`${classes.version} ${classes.small}`}>{version}</span>
          {update && (
            <span
              role="img"
              className={classes.update}
              aria-label={t("plugins.update", { version: update.version })}
              title={t("plugins.update", { version: update.version })}
            >
              <IconArrowBarUp size={15} aria-hidden />
            </span>
          )}
          {narrow && <div className={classes.maker}>{publisher}</div>}
        </div>
      </td>
      {!narrow && <td className={classes.publisher}>{publisher}</td>}
      <td className={classes.stateCell}>
        <StateCell plugin={plugin} />
      </td>
      <td className={classes.people}>
        <Who plugin={plugin} />
      </td>
      <td className={classes.switchCell}>
        <PluginSwitch plugin={plugin} />
      </td>
      <td className={classes.menu}>
        <RowMenu plugin={plugin} />
      </td>
    </tr>
  );
});

interface PublisherParts {
  name: string;
  trusted: boolean;
  /** Somebody knew them and took the trust back. */
  withdrawn?: boolean;
}

export function Publisher({ name, trusted, withdrawn = false }: PublisherParts) {
  const { t } = useTranslation();
  const trust = trusted ? "trusted" : withdrawn ? "withdrawn" : "unverified";
  return (
    <>
      <span className={classes.publisherName} title={name}>
        {trusted || withdrawn ? name : t("errors.quoted", { file: name })}
      </span>
      <span className={classes.trust} data-trusted={trusted}>
        {t(`plugins.${trust}`)}
      </span>
    </>
  );
}

function Who({ plugin: { people, everyone } }: { plugin: PluginView }) {
  const { t } = useTranslation();
  if (everyone) return t("plugins.everyone", { count: people });
  if (people > 0) return t("plugins.people", { count: people });
  return <span className={classes.faint}>{t("plugins.nobody")}</span>;
}
