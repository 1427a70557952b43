/** The way from any screen to the review of packages. Whoever draws the review provides it. */
import { createContext, useContext } from "react";
import type { ErrorView, PlanView } from "../api/generated/center";

export interface Review {
  /** Checks these files and asks about them. */
  files(paths: string[]): void;
  /** Asks about a package that the core has checked already, such as one that is put back. */
  plan(view: PlanView): void;
  /** Lets the person choose files, then checks them. */
  choose(): void;
  /** Lets the person choose a license file and imports it; `plugin`: only if it is for this one. */
  license(plugin: string | null): void;
  /** Shows why a file was refused, changing nothing. */
  explain(file: string, failure: ErrorView): void;
}

const absent: Review = { files() {}, plan() {}, choose() {}, license() {}, explain() {} };

export const ReviewContext = createContext<Review>(absent);

export function useReview(): Review {
  return useContext(ReviewContext);
}
