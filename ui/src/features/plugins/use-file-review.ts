/** Opens the review of a file that lies in the plugin folder. */
import { useQuery } from "@tanstack/react-query";
import { centerStatus } from "../../api/queries";
import { useReview } from "../../parts/review";

export function useFileReview(): (file: string) => void {
  const review = useReview();
  const { data: status } = useQuery(centerStatus);
  return (file) => {
    if (status) review.files([`${status.folder_path}/${file}`]);
  };
}
