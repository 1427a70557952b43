/** Two fields for a new password: typed twice, long enough, and why the core refused one. Says nothing about who it is for. */
import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { failureOf } from "../../api/call";
import { detailsOf } from "../../parts/failure";

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

/** Whether the core found this password too weak: that is said beside the field. */
export function isWeak(error: unknown): boolean {
  return error !== null && failureOf(error).code === "weak_password";
}

interface Parts {
  value: Chosen;
  onChange: (next: Chosen) => void;
  /** What the core said to the last attempt. */
  error: unknown;
}

export function ChosenPassword({ value, onChange, error }: Parts) {
  const { t } = useTranslation();
  const rule = isWeak(error) ? String(detailsOf(failureOf(error)).rule) : null;
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
        aria-invalid={rule !== null}
        error={rule && t([`session.weak.${rule}`, "session.weak.common"])}
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
