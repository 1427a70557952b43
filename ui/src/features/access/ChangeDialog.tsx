/** The dialog of every change of grants: choose, see who gains and loses, send it on the revision that was seen. */
import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "../../api/call";
import type { AccountId, DepartmentId, PermissionView, PluginId, Subject } from "../../api/generated/center";
import { ChangedNote } from "../../parts/ChangedNote";
import { FailureNote } from "../../parts/FailureNote";
import { tellDone } from "../../parts/undo";
import { useLocale } from "../../useLocale";
import { carryOut, type GrantChange, notGranted, opposite } from "./change";
import type { Intent } from "./Permission";
import { PickDepartments } from "./PickDepartments";
import { PickPeople } from "./PickPeople";
import { Reach } from "./Reach";
import { useSubjects } from "./useSubjects";

interface Parts {
  plugin: PluginId;
  permission: PermissionView;
  revision: number;
  intent: Intent;
  close: () => void;
}

export function ChangeDialog({ plugin, permission, revision, intent, close }: Parts) {
  const { t } = useTranslation();
  const nameOf = useSubjects();
  const choice = useChoice(intent, permission);
  const { change } = choice;
  const [opened] = useState(revision);
  const send = useSend({ plugin, permission, revision, done: close });
  const empty = !change.add.length && !change.remove.length;
  const refused = send.error && failureOf(send.error).code;
  const name = "subject" in intent ? nameOf(intent.subject).name : "";
  return (
    <Modal
      opened
      onClose={close}
      closeButtonProps={{ "aria-label": t("common.close") }}
      size="lg"
      title={t(`access.dialog.${intent.kind}`, { name, permission: permission.title })}
    >
      <Stack gap="md">
        {intent.kind === "everyone" && <Text size="sm">{t("access.everyoneMeans")}</Text>}
        {intent.kind === "people" && (
          <PickPeople granted={permission.grants} chosen={choice.people} choose={choice.setPeople} />
        )}
        {intent.kind === "departments" && (
          <>
            <PickDepartments chosen={choice.departments} choose={choice.setDepartments} />
            <Checkbox
              label={t("access.below")}
              description={t("access.belowMeans")}
              checked={choice.below}
              onChange={(event) => choice.setBelow(event.currentTarget.checked)}
            />
          </>
        )}
        <Reach place={{ plugin, permission: permission.id }} change={change} revision={revision} />
        {(refused === "changed_meanwhile" || (revision !== opened && !send.isPending)) && <ChangedNote />}
        {refused && refused !== "changed_meanwhile" && (
          <FailureNote error={send.error} title={t("access.notSaved")} />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button
            {...(intent.kind === "remove" && { color: "red" })}
            loading={send.isPending}
            disabled={empty}
            onClick={() => send.mutate(change)}
          >
            {t(`access.confirm.${intent.kind}`)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What was chosen so far; it outlives a refusal. */
function useChoice(intent: Intent, { grants }: PermissionView) {
  const [people, setPeople] = useState<AccountId[]>([]);
  const [departments, setDepartments] = useState<DepartmentId[]>([]);
  const [below, setBelow] = useState(true);
  const wanted: Subject[] = {
    people: () => people.map((id): Subject => ({ kind: "account", id })),
    departments: () => departments.map((id): Subject => ({ kind: "department", id, below })),
    everyone: (): Subject[] => [{ kind: "everyone" }],
    below: () => ("subject" in intent ? [intent.subject] : []),
    remove: () => [],
  }[intent.kind]();
  const change: GrantChange = {
    add: notGranted(wanted, grants),
    remove: intent.kind === "remove" ? [intent.subject] : [],
  };
  return { people, setPeople, departments, setDepartments, below, setBelow, change };
}

interface Sending {
  plugin: PluginId;
  permission: PermissionView;
  revision: number;
  done: () => void;
}

function useSend({ plugin, permission, revision, done }: Sending) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const place = { plugin, permission: permission.id, locale: useLocale() };
  const [before] = useState(permission.grants);
  const made = useRef<GrantChange>({ add: [], remove: [] });
  const last = useRef(revision);
  return useMutation({
    mutationFn: (change: GrantChange) =>
      carryOut(place, change, revision, (step, now) => {
        made.current.add.push(...step.add);
        made.current.remove.push(...step.remove);
        last.current = now.revision;
      }),
    onSuccess: () => {
      const back = opposite(made.current, before);
      tellDone(t("access.saved", { permission: permission.title }), () =>
        carryOut(place, back, last.current, () => {}),
      );
      done();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["grants", plugin] }),
  });
}
