/** Two fields for a new password: typed twice, long enough. Says nothing about who it is for. */
import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** The core refuses shorter ones. */
const SHORTEST = 10;

export interface Chosen {
  first: string;
  second: string;
}

/** Whether it can be sent. */
export function isUsable({ first, second }: Chosen): boolean {
  return [...first].length >= SHORTEST && first === second;
}

export function ChosenPassword({ value, onChange }: { value: Chosen; onChange: (next: Chosen) => void }) {
  const { t } = useTranslation();
  const toggle = { "aria-label": t("session.showPassword") };
  const differs =
    value.second !== "" && !value.first.startsWith(value.second) && value.first !== value.second;
  return (
    <>
      <PasswordInput
        label={t("session.newPassword")}
        description={t("session.passwordRule", { count: SHORTEST })}
        value={value.first}
        onChange={(event) => onChange({ ...value, first: event.currentTarget.value })}
        autoComplete="new-password"
        visibilityToggleButtonProps={toggle}
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t("session.repeatPassword")}
        value={value.second}
        onChange={(event) => onChange({ ...value, second: event.currentTarget.value })}
        error={differs && t("session.passwordsDiffer")}
        autoComplete="new-password"
        visibilityToggleButtonProps={toggle}
        required
        withAsterisk={false}
      />
    </>
  );
}
