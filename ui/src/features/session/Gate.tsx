/** Who may see what is behind: nobody before the first start, before signing in, or while locked. */
import { Box } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { centerStatus, session } from "../../api/queries";
import { Waiting } from "../../components/Waiting";
import { FailureNote } from "../../parts/FailureNote";
import { FirstStart } from "./FirstStart";
import { IdleLock } from "./IdleLock";
import { LockScreen } from "./LockScreen";
import { NewPassword } from "./NewPassword";
import { SignIn } from "./SignIn";

interface Parts {
  /** Called once somebody left: whoever comes next begins at their own start. */
  left: () => void;
  children: ReactNode;
}

export function Gate({ left, children }: Parts) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const who = useQuery(session);
  const center = useQuery({ ...centerStatus, enabled: who.data === null });
  const [starting, setStarting] = useState(false);
  const begin = useCallback(() => setStarting(true), []);
  const before = useRef<number | undefined>(undefined);
  const account = who.data?.account;
  useEffect(() => {
    if (before.current !== undefined && before.current !== account) left();
    before.current = account;
  }, [account, left]);
  const closed = !who.data || who.data.locked;
  useEffect(() => {
    // What was told, and could be undone, is nobody else's to read.
    if (closed) notifications.clean();
  }, [closed]);
  if (starting || (who.data === null && center.data?.initialised === false)) {
    const done = () => {
      setStarting(false);
      void queries.invalidateQueries();
    };
    return <FirstStart begin={begin} done={done} />;
  }
  const failed = who.error ?? center.error;
  if (failed) {
    return (
      <Box maw={560} mx="auto" mt={80} component="main">
        <FailureNote
          error={failed}
          title={t("session.unreadable")}
          retry={() => void queries.invalidateQueries()}
        />
      </Box>
    );
  }
  if (who.data === undefined || (who.data === null && !center.data))
    return <Waiting text={t("common.reading")} />;
  if (who.data === null) return <SignIn />;
  if (who.data.must_change) return <NewPassword session={who.data} />;
  return (
    <>
      {who.data.locked && <LockScreen session={who.data} />}
      <Box key={who.data.account} hidden={who.data.locked} inert={who.data.locked}>
        {children}
      </Box>
      {!who.data.locked && who.data.role === "superadmin" && <IdleLock />}
    </>
  );
}
