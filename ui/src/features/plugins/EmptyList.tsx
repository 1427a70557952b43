/** Stands where no plugin is yet: how one comes. */
import { Button, Menu } from "@mantine/core";
import { IconPackageImport } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { samples } from "../../api/queries";
import { Empty } from "../../components/Empty";
import { useReview } from "../../parts/review";

export function EmptyList() {
  const { t } = useTranslation();
  const review = useReview();
  return (
    <Empty
      icon={<IconPackageImport size={48} stroke={1.2} aria-hidden />}
      actions={
        <>
          <Button onClick={review.choose}>{t("plugins.empty.choose")}</Button>
          <Samples />
        </>
      }
    >
      {t("plugins.empty.text")}
    </Empty>
  );
}

function Samples() {
  const { t } = useTranslation();
  const review = useReview();
  const { data = [] } = useQuery(samples);
  const [only] = data;
  if (!only) return null;
  const text = t("plugins.empty.sample");
  if (data.length === 1)
    return (
      <Button variant="default" onClick={() => review.files([only.path])}>
        {text}
      </Button>
    );
  return (
    <Menu withinPortal>
      <Menu.Target>
        <Button variant="default">{text}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {data.map(({ name, path }) => (
          <Menu.Item key={path} onClick={() => review.files([path])}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
