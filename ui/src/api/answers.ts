/** For tests of screens: answers commands in the core's place. Not part of the application. */
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import type { Commands } from "./commands";

type Answers = { [Name in keyof Commands]?: () => Commands[Name]["result"] };

/** From now on commands get these answers, each a copy of its own; any other command is refused. */
export function answerCommands(answers: Answers): void {
  mockIPC((name) => {
    const answer = answers[name as keyof Commands];
    if (!answer) throw new Error(`no answer for \`${name}\``);
    return structuredClone(answer());
  });
}

export const forgetAnswers = clearMocks;
