/** For tests and the preview: answers commands in the core's place. Not part of the application. */
import { emit } from "@tauri-apps/api/event";
import { mockIPC, mockWindows } from "@tauri-apps/api/mocks";
import type { Commands } from "./commands";
import type { Event } from "./generated/center";

/** An answer, made from the arguments; throwing an object with a code refuses. */
export type FakeAnswers = {
  [Name in keyof Commands]?: (
    args: Commands[Name]["args"],
  ) => Commands[Name]["result"] | Promise<Commands[Name]["result"]>;
};

/** From now on commands get these answers, each a copy of its own; any other command is refused. */
export function answerCommands(answers: FakeAnswers): void {
  mockWindows("main");
  mockIPC(
    async (name, payload) => {
      const answer = answers[name as keyof Commands] as ((args: unknown) => unknown) | undefined;
      if (!answer) throw { code: "internal", message: `no answer for \`${name}\``, hint: "", details: null };
      const { args } = (payload ?? {}) as { args?: unknown };
      return structuredClone(await answer(args));
    },
    { shouldMockEvents: true },
  );
}

/** Tells the window of an event, as the shell would. */
export async function tell(event: Event): Promise<void> {
  await emit("center", { at: 0, ...event });
}

/** Drags files over the window, as the shell would tell it: `enter`, `over`, `drop` or `leave`. */
export async function drag(type: string, paths: string[]): Promise<void> {
  await emit(`tauri://drag-${type}`, { paths, position: { x: 0, y: 0 } });
}

/** From now on every command is refused. What unmounts later can still take back its listeners. */
export function forgetAnswers(): void {
  answerCommands({});
}
