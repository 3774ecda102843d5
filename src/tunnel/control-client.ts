/** The client's end of a tunnel's control connection. */
import type { Clock, Timer } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { DialStage, Prompter } from "../transport/dialer.ts";
import { connectUnix } from "../transport/unix.ts";
import { CONTROL_VERSION, readError, readGreeting, readStage, readStatus, textOr, type Greeting, type TunnelStatus } from "./control-messages.ts";
import { JsonLines, type JsonObject } from "./json-lines.ts";

/** A live tunnel greets at once. */
const GREETING_MS = 3000;
const ANSWER_MS = 3000;
/** How much longer a client waits than the tunnel tries. */
const GRACE_MS = 1000;

export interface OpenRequest {
  readonly prompter?: Prompter;
  /** Where this client's agent listens: `SSH_AUTH_SOCK`. */
  readonly agent?: string;
  /** Milliseconds; time in which a person is asked does not count. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export class ControlClient {
  readonly greeting: Greeting;
  private closed = false;
  private hear: (message: JsonObject) => void = () => {};
  private fail: (error: Error) => void = () => {};

  private constructor(private readonly lines: JsonLines, greeting: Greeting) {
    this.greeting = greeting;
  }

  /** Connects and waits for the greeting. @throws FugueError `noServer` if no tunnel is there, `timeout`, `version` */
  static async connect(path: string, clock: Clock, name = "NAME"): Promise<ControlClient> {
    const duplex = await connectUnix(path);
    let client: ControlClient | undefined;
    return new Promise((resolve, reject) => {
      const timer = clock.after(GREETING_MS, () => {
        reject(new FugueError("timeout", "the tunnel's process does not answer", restartIt(name)));
        duplex.close(true);
      });
      const first = (message: JsonObject): void => {
        timer.cancel();
        const greeting = readGreeting(message);
        if (!greeting || greeting.version !== CONTROL_VERSION) {
          lines.close();
          return reject(new FugueError("version", "the tunnel is of another release", restartIt(name)));
        }
        client = new ControlClient(lines, greeting);
        resolve(client);
      };
      const lines = new JsonLines(duplex, (message) => (client ? client.hear(message) : first(message)), (error) => {
        timer.cancel();
        // whatever the system calls it
        const reason = error instanceof FugueError ? error : new FugueError("closed", "the tunnel's process ended", undefined, error);
        if (!client) return reject(reason);
        client.closed = true;
        client.fail(reason);
      });
    });
  }

  async status(): Promise<TunnelStatus> {
    const message = await this.request({ do: "status" }, "status");
    return readStatus(message.status);
  }

  /** Asks it to end; its process ends soon afterwards. */
  async stop(): Promise<void> {
    await this.request({ do: "stop" }, "stopping");
  }

  /** Resolves when the far daemon can be reached. @throws FugueError as the tunnel says; `timeout` */
  open({ prompter, agent, timeoutMs, clock }: OpenRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      let stage: DialStage = "connecting";
      const canAsk = prompter !== undefined && prompter.canAsk !== false;
      // a copy takes as long as it takes: that the connection lives is the tunnel's care; so does a person elsewhere, for a person
      const isUntimed = (at: DialStage): boolean => at === "copying" || (at === "asking" && canAsk);
      // the tunnel's own limit says more about where it stuck, and comes first
      const limit = new PausableLimit(clock, timeoutMs + GRACE_MS, () => {
        settle();
        this.close();
        if (stage === "asking") return reject(new FugueError("timeout", "a question about the login waits for its answer at another terminal", "answer it there, then try again"));
        reject(new FugueError("timeout", `the tunnel was not ready after ${timeoutMs / 1000} s, while ${stage}`, `see: fugue tunnel logs ${this.greeting.name}; slow machines need a longer tunnel_timeout`));
      });
      const settle = (): void => {
        limit.dispose();
        this.hear = () => {};
        this.fail = () => {};
      };
      this.fail = (error) => {
        settle();
        reject(error);
      };
      this.hear = (message) => {
        if (message.ready === true) {
          settle();
          resolve();
        } else if (message.error !== undefined) {
          settle();
          reject(readError(message.error));
        } else if (message.stage !== undefined) {
          const next = readStage(message.stage) ?? stage;
          if (!isUntimed(stage) && isUntimed(next)) limit.pause();
          else if (isUntimed(stage) && !isUntimed(next)) limit.resume();
          stage = next;
          prompter?.progress(stage, typeof message.detail === "string" ? printable(message.detail) : undefined);
        } else if (prompter) void this.answer(message, prompter, limit);
      };
      if (this.closed) return this.fail(new FugueError("closed", "the tunnel's process ended"));
      this.lines.send({ do: "open", prompts: canAsk, agent, timeout: timeoutMs });
    });
  }

  private async answer(message: JsonObject, prompter: Prompter, limit: PausableLimit): Promise<void> {
    const { ask, confirm } = message as Record<string, Record<string, unknown> | undefined>;
    const question = ask ?? confirm;
    if (!question) return;
    limit.pause();
    const text = textOr(question.text, "");
    const answer = ask ? await prompter.ask({ text, echo: question.echo === true }) : await prompter.confirm(text);
    limit.resume();
    this.lines.send({ answer: { id: question.id, text: answer ?? null } });
  }

  private request(message: JsonObject, wanted: string): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(new FugueError("closed", "the tunnel's process ended"));
      this.fail = reject;
      this.hear = (answer) => {
        if (answer[wanted] !== undefined) resolve(answer);
        else if (answer.error !== undefined) reject(readError(answer.error));
      };
      this.lines.send(message);
    });
  }

  close(): void {
    this.lines.close();
  }
}

/** A time limit that stands still while a person thinks. */
export class PausableLimit {
  private timer: Timer | undefined;
  private left: number;
  private began = 0;
  private pauses = 0;
  private ended = false;

  constructor(private readonly clock: Clock, ms: number, private readonly over: () => void) {
    this.left = ms;
    this.start();
  }

  pause(): void {
    if (this.pauses++ > 0) return;
    this.timer?.cancel();
    this.left -= this.clock.now() - this.began;
  }

  resume(): void {
    if (--this.pauses === 0) this.start();
  }

  private start(): void {
    if (this.ended) return;
    this.began = this.clock.now();
    this.timer = this.clock.after(this.left, this.over);
  }

  dispose(): void {
    this.ended = true;
    this.timer?.cancel();
  }
}

function restartIt(name: string): string {
  return `restart it: fugue tunnel restart ${printable(name, 80)}`;
}

/** Limits a wait for one answer. */
export function withinAnswerTime<T>(clock: Clock, promise: Promise<T>, name = "NAME"): Promise<T> {
  return within(clock, ANSWER_MS, promise, () => (
    new FugueError("timeout", "the tunnel's process does not answer", restartIt(name))
  ));
}
