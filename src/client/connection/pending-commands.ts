/** Commands that a link has sent, or will send, and that were not answered: each is sent again with its number after a reconnect. */
import { FugueError } from "../../base/errors.ts";
import type { Reply } from "../../protocol/messages.ts";
import { Connection } from "./connection.ts";

/** Commands without a reply; more are refused. */
const MOST_COMMANDS = 256;

interface PendingCommand {
  name: string;
  args: Record<string, unknown>;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class PendingCommands {
  private readonly waiting = new Map<number, PendingCommand>();
  /** Given up while there was no connection: the server is told with the next one. */
  private givenUp: number[] = [];

  /**
   * @param server its name, for people
   * @param connection the one that is established, if one is
   */
  constructor(private readonly server: string, private readonly connection: () => Connection | undefined) {}

  /**
   * Sends a command, now or with the next connection.
   * @param seq its number, which no other command has
   * @param signal gives it up: the server is told, and nobody waits for its answer
   * @throws FugueError as the server says, as `reject` says, `tooLarge` with too many under way, `interrupted`
   */
  run(seq: number, name: string, args: Record<string, unknown>, signal?: AbortSignal): Promise<Reply> {
    if (signal?.aborted) return Promise.reject(new FugueError("interrupted", "cancelled"));
    if (this.waiting.size >= MOST_COMMANDS) {
      return Promise.reject(new FugueError("tooLarge", `${MOST_COMMANDS} commands wait for ${this.server} already`));
    }
    const reply = new Promise<Reply>((resolve, reject) => {
      this.waiting.set(seq, { name, args, resolve, reject });
      this.connection()?.send("command", { seq, name, args });
    });
    if (!signal) return reply;
    const give = () => this.giveUp(seq);
    signal.addEventListener("abort", give, { once: true });
    return reply.finally(() => signal.removeEventListener("abort", give));
  }

  private giveUp(seq: number): void {
    const given = this.waiting.get(seq);
    if (!given) return;
    this.waiting.delete(seq);
    const connection = this.connection();
    if (connection) connection.send("cancel", { seq });
    else this.givenUp = [...this.givenUp, seq].slice(-MOST_COMMANDS);
    given.reject(new FugueError("interrupted", "cancelled"));
  }

  /** There is another connection: what was not answered is asked again, and what is not wanted any more is called off. */
  resend(connection: Connection): void {
    for (const [seq, { name, args }] of this.waiting) connection.send("command", { seq, name, args });
    for (const seq of this.givenUp) connection.send("cancel", { seq });
    this.givenUp = [];
  }

  replied(reply: Reply): void {
    const command = this.waiting.get(reply.seq);
    if (!command) return;
    this.waiting.delete(reply.seq);
    const error = Connection.errorOf(reply);
    if (error) command.reject(error);
    else command.resolve(reply);
  }

  /** Nobody comes back for them: the server is told. */
  callOff(connection: Connection | undefined): void {
    for (const seq of this.waiting.keys()) connection?.send("cancel", { seq });
  }

  /** None of them will be answered. */
  reject(error: FugueError): void {
    for (const command of this.waiting.values()) command.reject(error);
    this.waiting.clear();
  }
}
