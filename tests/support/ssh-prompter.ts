/** A person who answers what ssh asks, from a list; and who remembers the questions. */
import type { Prompter } from "../../src/transport/dialer.ts";

export interface TestPrompter extends Prompter {
  /** Everything that was asked, and with which echo. */
  readonly asked: string[];
  readonly stages: string[];
}

/** Answers in order; `undefined` gives up, booleans answer `confirm`. Runs out: gives up. */
export function testPrompter(...answers: (string | boolean | undefined)[]): TestPrompter {
  const asked: string[] = [];
  const stages: string[] = [];
  const next = () => answers.shift();
  return {
    asked, stages,
    progress: (stage, detail) => void stages.push(detail === undefined ? stage : `${stage} ${detail}`),
    ask: async ({ text, echo }) => {
      asked.push(`${text}${echo ? " (shown)" : ""}`);
      const answer = next();
      return typeof answer === "string" ? answer : undefined;
    },
    confirm: async (question) => {
      asked.push(question);
      return next() === true;
    },
  };
}
