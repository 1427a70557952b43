/** The way to the review of a package that waits in the plugin folder. */
import { useQuery } from "@tanstack/react-query";
import { centerStatus } from "../../api/queries";
import { useReview } from "../../parts/review";

/** Opens the review of a file of the plugin folder. */
export function useUpdateReview(): (file: string) => void {
  const { data } = useQuery(centerStatus);
  const review = useReview();
  return (file) => review.files([data ? `${data.folder_path}/${file}` : file]);
}
