/** The whole window as the place where packages are dropped, and the review of them, whichever way they came. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../../api/call";
import { followDrags, followEvents } from "../../api/events";
import type { AppliedView, PlanView } from "../../api/generated/center";
import { type Review, ReviewContext } from "../../parts/review";
import { tellDone, useTellFailed } from "../../parts/undo";
import { BatchDialog } from "./BatchDialog";
import { FolderDialog, SayDialog } from "./FolderDialog";
import { ImportLicense } from "./ImportLicense";
import { type Intake, lookAt, nameOf, together, useIntake, type Waiting } from "./intake";
import { Over } from "./Over";
import { RefusalDialog } from "./RefusalDialog";
import { type Outcome, ReviewDialog } from "./ReviewDialog";

export function DropZone({ manages, children }: { manages: boolean; children: ReactNode }) {
  const [over, setOver] = useState<string[] | null>(null);
  const intake = useIntake();
  const review = useEntrances(manages, intake, setOver);
  return (
    <ReviewContext value={review}>
      {children}
      {intake.current && (
        <Current key={intake.current.key} item={intake.current} behind={intake.behind} next={intake.next} />
      )}
      {over && <Over paths={over} manages={manages} />}
    </ReviewContext>
  );
}

/** Every way in: dragged, chosen, brought by this start of the application or a second one, or asked for by a screen. */
function useEntrances(manages: boolean, { add, current }: Intake, setOver: (paths: string[] | null) => void) {
  const failed = useTellFailed();
  const receive = (paths: string[]) => {
    if (paths.length === 0) return;
    if (manages) void lookAt(paths).then(add);
    else add([{ kind: "denied" }]);
  };
  const choose = () => void call("files_choose", {}).then(receive).catch(failed);
  const license = (plugin: string | null) => {
    const bring = (paths: string[]) => add(paths.map((path) => ({ kind: "license", path, plugin })));
    void call("files_choose", {}).then(bring).catch(failed);
  };
  const latest = useRef({ receive, choose, license, busy: false });
  latest.current = { receive, choose, license, busy: !manages || current !== undefined };

  useEffect(
    () =>
      followDrags((drag) => {
        if (drag.type === "enter") setOver(drag.paths);
        else if (drag.type !== "over") setOver(null);
        if (drag.type === "drop") latest.current.receive(drag.paths);
      }),
    [setOver],
  );
  useEffect(() => {
    void call("files_take", {})
      .then((paths) => latest.current.receive(paths))
      .catch(() => {});
  }, []);
  useEffect(
    () => followEvents((event) => event.kind === "raise_requested" && latest.current.receive(event.files)),
    [],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.ctrlKey || event.key.toLowerCase() !== "o" || event.isComposing) return;
      event.preventDefault();
      if (!latest.current.busy) latest.current.choose();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  return useMemo<Review>(
    () => ({
      files: (paths) => latest.current.receive(paths),
      plan: (plan) => add([{ kind: "plan", plan }]),
      choose: () => latest.current.choose(),
      license: (plugin) => latest.current.license(plugin),
      explain: (file, failure) => add([{ kind: "refusal", file, failure }]),
    }),
    [add],
  );
}

interface CurrentParts {
  item: Waiting;
  behind: number;
  next: Intake["next"];
}

function Current({ item, behind, next }: CurrentParts) {
  const { t } = useTranslation();
  const ended = useEnded();
  const done = () => next();
  const answered = (outcome: Outcome) => {
    next();
    ended(outcome);
  };
  switch (item.kind) {
    case "file":
    case "plan":
      return <ReviewDialog source={item} behind={behind} onEnd={answered} />;
    case "license":
      return <ImportLicense path={item.path} plugin={item.plugin} onEnd={done} />;
    case "files":
      return (
        <BatchDialog
          paths={item.paths}
          asides={item.asides}
          behind={behind}
          instead={(paths, asides) => next(together(paths, asides))}
          onEnd={done}
        />
      );
    case "folder":
      return (
        <FolderDialog
          path={item.path}
          packages={item.packages}
          check={(paths) => next(together(paths))}
          onClose={done}
        />
      );
    case "refusal":
      return <RefusalDialog file={item.file} failure={item.failure} onClose={done} />;
    case "missing": {
      const name = nameOf(item.path);
      const text = t("review.missing", { name });
      return <SayDialog title={t("review.title.refused", { file: name })} text={text} onClose={done} />;
    }
    case "denied":
      return (
        <SayDialog title={t("review.over.refusedTitle")} text={t("review.over.refused")} onClose={done} />
      );
  }
}

/** What is said of each kind of review once it is carried out. */
const done = {
  install: "review.installed",
  reinstall: "review.installed",
  upgrade: "review.upgraded",
  go_back: "review.wentBack",
} as const;

/** What follows a review: the plugin's page, or a word about what was left. */
function useEnded(): (outcome: Outcome) => void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const installed = async ({ plugin, version, kind }: AppliedView, { name }: PlanView) => {
    const stale = [["plugins"], ["folder"], ["attention"], ["status"]];
    await Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    tellDone(t(done[kind], { name, version }));
    await navigate({ to: "/plugins/$id", params: { id: plugin } });
  };
  return (outcome) => {
    if (outcome.end === "installed") void installed(outcome.applied, outcome.plan);
    if (outcome.end === "later")
      tellDone(t(outcome.inFolder ? "review.waits" : "review.asideDone", { name: outcome.plan.name }));
  };
}
