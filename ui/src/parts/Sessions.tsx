/** Where an account is signed in, and ending that: one session, or all of them but this window's own. */
import { Badge, Button, Group, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../api/call";
import type { AccountId, SessionView } from "../api/generated/center";
import { sessions } from "../api/queries";
import { Waiting } from "../components/Waiting";
import { FailureNote } from "./FailureNote";
import { useWhen } from "./when";

interface Parts {
  /** `null`: whoever is signed in here. */
  account: AccountId | null;
}

export function Sessions({ account }: Parts) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(sessions(account));
  const ending = useMutation({
    mutationFn: (session: string | null) => call("session_end", { account, session }),
    onSettled: () => queries.invalidateQueries({ queryKey: sessions(account).queryKey }),
  });
  if (error && !data) return <FailureNote error={error} retry={() => void refetch()} />;
  if (!data) return <Waiting text={t("common.reading")} />;
  const others = data.filter(({ own }) => !own);
  return (
    <Stack gap="md">
      {data.length > 0 ? (
        <Open sessions={data} busy={ending.isPending} end={ending.mutate} />
      ) : (
        <Text size="sm">{t("people.sessions.none")}</Text>
      )}
      {ending.isError && <FailureNote error={ending.error} title={t("people.notDone")} />}
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed" role="status">
          {ending.isSuccess && t("people.sessions.ended", { count: ending.data })}
        </Text>
        {others.length > 1 && (
          <Button color="red" variant="light" loading={ending.isPending} onClick={() => ending.mutate(null)}>
            {t(others.length < data.length ? "people.sessions.endOthers" : "people.sessions.endAll")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface OpenParts {
  sessions: SessionView[];
  busy: boolean;
  end: (session: string) => void;
}

function Open({ sessions: open, busy, end }: OpenParts) {
  const { t } = useTranslation();
  const when = useWhen();
  return (
    <Table aria-label={t("people.sessions.open")}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("people.sessions.where")}</Table.Th>
          <Table.Th>{t("people.sessions.since")}</Table.Th>
          <Table.Th>{t("people.sessions.seen")}</Table.Th>
          <Table.Th w={112}>
            <VisuallyHidden>{t("people.acts")}</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {open.map(({ id, kind, since, seen, own }) => (
          <Table.Tr key={id} data-testid={`session-${id}`}>
            <Table.Td>{t(`people.sessions.kind.${kind}`)}</Table.Td>
            <Table.Td>{when(since)}</Table.Td>
            <Table.Td>{when(seen)}</Table.Td>
            <Table.Td ta="right">
              {own ? (
                <Badge variant="light" tt="none" fw={500} radius="sm" size="lg">
                  {t("people.sessions.own")}
                </Badge>
              ) : (
                <Button
                  size="xs"
                  variant="default"
                  disabled={busy}
                  aria-label={t("people.sessions.endOne", {
                    where: t(`people.sessions.kind.${kind}`),
                    since: when(since),
                  })}
                  onClick={() => end(id)}
                >
                  {t("people.sessions.end")}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
