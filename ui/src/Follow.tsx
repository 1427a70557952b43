/** Keeps the window in step: the center's events with its lists, the person's preferences with language and colours. */
import { useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followEvents, followSession, refresh } from "./api/events";
import { preferences, session } from "./api/queries";
import { preferredLocale, speak } from "./i18n";

export function Follow() {
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { data } = useQuery(preferences);
  useEffect(() => followEvents((event) => refresh(queries, event)), [queries]);
  useEffect(() => followSession((now) => queries.setQueryData(session.queryKey, now)), [queries]);
  useEffect(() => {
    if (!data) return;
    setColorScheme(data.theme);
    void speak(data.locale ?? preferredLocale(navigator.languages));
  }, [data, setColorScheme]);
  return null;
}
