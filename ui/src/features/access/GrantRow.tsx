/** One grant: to whom, by whom, whether those below have it too, and its removal. */
import { Button, Checkbox, Group, Text } from "@mantine/core";
import { IconSitemap, IconUser, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Grant } from "../../api/generated/center";
import { accounts } from "../../api/queries";
import { useWhen } from "../../parts/when";
import classes from "./Access.module.css";
import type { Intent } from "./Permission";
import { useSubjects } from "./useSubjects";

const icons = { everyone: IconUsers, account: IconUser, department: IconSitemap };

export function GrantRow({ grant, begin }: { grant: Grant; begin: (intent: Intent) => void }) {
  const { t } = useTranslation();
  const { subject } = grant;
  const { name, note } = useSubjects()(subject);
  const Icon = icons[subject.kind];
  return (
    <li className={classes.grant} data-testid="grant">
      <Icon size={18} aria-hidden className={classes.icon} />
      <div className={classes.who}>
        <Text size="sm" span>
          {name}
        </Text>{" "}
        {note && (
          <Text size="sm" c="dimmed" span>
            {note}
          </Text>
        )}
        <Given grant={grant} />
      </div>
      <Group gap="sm" wrap="nowrap" className={classes.acts}>
        {subject.kind === "department" && (
          <Checkbox
            size="xs"
            checked={subject.below}
            label={t("access.below")}
            aria-label={t("access.belowOf", { name })}
            onChange={() => begin({ kind: "below", subject: { ...subject, below: !subject.below } })}
          />
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={t("access.removeOf", { name })}
          onClick={() => begin({ kind: "remove", subject })}
        >
          {t("access.remove")}
        </Button>
      </Group>
    </li>
  );
}

function Given({ grant }: { grant: Grant }) {
  const { t } = useTranslation();
  const when = useWhen();
  const { data } = useQuery(accounts);
  const by = data?.find(({ id }) => id === grant.by)?.name ?? t("access.system");
  return (
    <Text size="xs" c="dimmed">
      {t("access.given", { by, at: when(grant.at) })}
    </Text>
  );
}
