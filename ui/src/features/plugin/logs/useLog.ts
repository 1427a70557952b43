/** A plugin's log in the window: its end as it was read, and what came since. Bounded. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useReducer, useRef } from "react";
import { followLog } from "../../../api/call";
import type { Line } from "../../../api/generated/center";
import { logTail } from "../../../api/queries";

const READ = 200;
/** So many lines are kept here; older ones are in the file. */
const KEPT = 2000;

export interface NumberedLine extends Line {
  number: number;
}

export function useLog(id: string) {
  const tail = useQuery({ ...logTail(id, READ), queryKey: ["log", id], staleTime: 0, gcTime: 0 });
  const lines = useRef<NumberedLine[]>([]);
  const count = useRef(0);
  const [, redraw] = useReducer((before: number) => before + 1, 0);
  const { data } = tail;
  useEffect(() => {
    if (!data) return;
    const number = (line: Line): NumberedLine => {
      count.current += 1;
      return { ...line, number: count.current };
    };
    lines.current = data.map(number);
    redraw();
    let frame = 0;
    const stop = followLog(id, (line) => {
      lines.current = [...lines.current, number(line)].slice(-KEPT);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(redraw);
    });
    return () => {
      cancelAnimationFrame(frame);
      stop();
    };
  }, [data, id]);
  return {
    lines: lines.current,
    error: tail.error,
    isPending: tail.isPending,
    retry: () => void tail.refetch(),
  };
}
