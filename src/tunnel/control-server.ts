/** The tunnel's end of one control connection: greets, does the one thing it is asked for, passes questions on. */
import { asFugueError, FugueError } from "../base/errors.ts";
import type { Duplex } from "../transport/duplex.ts";
import { CONTROL_VERSION, textOr, writeError, type TunnelStatus } from "./control-messages.ts";
import { JsonLines, type JsonObject } from "./json-lines.ts";
import type { Person } from "./people.ts";

/** What the control socket controls. */
export interface Controlled {
  readonly name: string;
  readonly release: string;
  readonly profile: string;
  status(): TunnelStatus;
  /** Resolves when the far daemon can be reached. `person` is told of progress, and asked if they can be. @throws FugueError */
  open(waiter: { person: Person; gone: Promise<void>; agent?: string }): Promise<void>;
  stop(): void;
}

const MOST_QUESTIONS = 32;

/** Serves one connection until either side ends it. */
export function serveControl(duplex: Duplex, controlled: Controlled): void {
  let left!: () => void;
  const gone = new Promise<void>((resolve) => (left = resolve));
  const answers = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  let busy = false;
  const lines: JsonLines = new JsonLines(duplex, (message) => handle(message), () => left());
  const { name, release, profile } = controlled;
  lines.send({ tunnel: CONTROL_VERSION, name, release, profile, pid: process.pid });

  const question = (message: (id: number) => JsonObject): Promise<unknown> => {
    if (answers.size >= MOST_QUESTIONS) return Promise.resolve(undefined);
    const id = ++asked;
    lines.send(message(id));
    return new Promise((resolve) => answers.set(id, resolve));
  };
  const person = (canAsk: boolean): Person => ({
    gone, canAsk,
    progress: (stage, detail) => lines.send({ stage, detail }),
    ask: async ({ text, echo }) => {
      const answer = await question((id) => ({ ask: { id, text, echo } }));
      return typeof answer === "string" ? answer : undefined;
    },
    confirm: async (text) => (await question((id) => ({ confirm: { id, text } }))) === true,
  });

  const open = async (message: JsonObject): Promise<void> => {
    try {
      await controlled.open({
        gone, person: person(message.prompts === true),
        ...(typeof message.agent === "string" && { agent: textOr(message.agent, "") }),
      });
      lines.send({ ready: true });
    } catch (error) {
      lines.send({ error: writeError(asFugueError(error)) });
    }
  };

  const handle = (message: JsonObject): void => {
    if (typeof message.answer === "object" && message.answer !== null) {
      const { id, text } = message.answer as Record<string, unknown>;
      answers.get(id as number)?.(text);
      return void answers.delete(id as number);
    }
    if (message.do === "status") return lines.send({ status: controlled.status() });
    if (message.do === "stop") {
      lines.send({ stopping: true });
      return controlled.stop();
    }
    if (message.do === "open" && !busy) {
      busy = true;
      return void open(message);
    }
    lines.send({ error: writeError(new FugueError("protocol", "the tunnel does not know this request", "restart it: fugue tunnel restart NAME")) });
  };
}
