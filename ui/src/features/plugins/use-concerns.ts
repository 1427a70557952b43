/** What needs a person now: the one source of the notice in the frame, the panel and the chip. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { attention, folderFiles, pluginList } from "../../api/queries";
import { useLocale } from "../../useLocale";
import { type Concern, concernsOf } from "./concerns";

export function useConcerns(): Concern[] {
  const locale = useLocale();
  const { data: list } = useQuery(attention);
  const { data: plugins } = useQuery(pluginList(locale));
  const { data: files } = useQuery(folderFiles(locale));
  return useMemo(() => concernsOf(list ?? [], plugins ?? [], files ?? []), [list, plugins, files]);
}
