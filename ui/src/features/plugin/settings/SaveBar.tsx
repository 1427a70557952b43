/** What is not saved and what is left to fill in, with the ways on. Stays in view at the end of the form. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PluginDetailView } from "../../../api/generated/center";
import { FailureNote } from "../../../parts/FailureNote";
import { discard, type FormStore, unsaved, useFormState } from "../../../parts/form/state";
import { listed } from "../../../parts/format";
import { useLocale } from "../../../useLocale";
import classes from "./Settings.module.css";
import type { Saving } from "./useSave";

interface Parts {
  plugin: PluginDetailView;
  draft: FormStore;
  saving: Saving;
}

export function SaveBar({ plugin, draft, saving }: Parts) {
  const { t } = useTranslation();
  const changed = useFormState(draft, unsaved);
  const left = useFormState(draft, ({ found }) => {
    return Object.values(found).filter((all) => all.some(({ missing }) => missing)).length;
  });
  const { save, pending, error } = saving;
  if (changed === 0 && plugin.wanted && !error) return null;
  const words = [
    changed > 0 ? t("plugin.settings.changes", { count: changed }) : "",
    left > 0 ? t("plugin.settings.left", { count: left }) : "",
    changed + left === 0 ? t("plugin.settings.clean") : "",
  ];
  const said = words.filter(Boolean).join(" ");
  return (
    <div className={classes.bar} data-testid="save-bar">
      {error !== null && error !== undefined && (
        <FailureNote error={error} title={t("plugin.settings.notSaved")} />
      )}
      <Group gap="md">
        <Group gap="xs" className={classes.acts ?? ""}>
          {!plugin.wanted && (
            <Button loading={pending} onClick={() => save({ turnOn: true, turnOff: false })}>
              {t("plugin.settings.saveAndTurnOn")}
            </Button>
          )}
          {changed > 0 && (
            <>
              <Button
                variant={plugin.wanted ? "filled" : "default"}
                loading={pending}
                onClick={() => save({ turnOn: false, turnOff: false })}
              >
                {t("common.save")}
              </Button>
              <Button variant="subtle" color="gray" onClick={() => discard(draft)}>
                {t("common.discard")}
              </Button>
            </>
          )}
        </Group>
        <Text size="sm" role="status">
          {/* The web view keeps showing an old text in a sticky bar unless it is drawn as a new element. */}
          <span key={said}>{said}</span>
        </Text>
      </Group>
    </div>
  );
}

/** Never on and incomplete: emptying a required field turns the plugin off, or is called off. */
export function Emptying({ saving }: { saving: Saving }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const fields = saving.emptying ?? [];
  return (
    <Modal
      opened={saving.emptying !== null}
      onClose={saving.dismiss}
      title={t("plugin.settings.emptyTitle", { count: fields.length })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <Stack gap="lg">
        <Text size="sm">
          {t("plugin.settings.emptyWhat", { count: fields.length, fields: listed(fields, locale) })}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={saving.dismiss} data-autofocus>
            {t("common.cancel")}
          </Button>
          <Button color="red" onClick={() => saving.save({ turnOn: false, turnOff: true })}>
            {t("plugin.settings.emptyAndOff")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
