/**
 * Commands that have not been answered, by client and sequence. When a connection breaks, those of a client that comes
 * back go on for a while: it asks again with the same numbers, gets the answer of what already runs, and no text that was
 * waited for is missed meanwhile.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Reply } from "../../protocol/messages.ts";

/** Commands whose connection broke go on for this long. */
export const KEPT_MS = 30_000;
/** Beyond so many of them they are given up at once. */
const MOST_LOST = 1000;

type Answer = Pick<Reply, "result" | "error">;
/** Registers what to do when the caller gives up. */
export type OnCancel = (cancel: () => void) => void;

interface UnderWay {
  readonly client: number;
  readonly cancels: (() => void)[];
  cancelled: boolean;
  ended: boolean;
  answer: Promise<Answer>;
  /** The connection that waits for it; undefined since it broke. */
  owner: object | undefined;
  patience: Timer | undefined;
}

export class CommandsUnderWay {
  private readonly commands = new Map<string, UnderWay>();
  private lost = 0;

  constructor(private readonly clock: Clock) {}

  /**
   * Begins a command, or joins the one that this client began under the same number.
   * @param owner the connection that waits for the answer
   */
  run(owner: object, client: number, seq: number, begin: (onCancel: OnCancel) => Promise<Answer>): Promise<Answer> {
    const key = keyOf(client, seq);
    const there = this.commands.get(key);
    if (there) {
      this.found(there);
      there.owner = owner;
      if (there.ended) this.commands.delete(key);
      return there.answer;
    }
    const command: UnderWay = { client, cancels: [], cancelled: false, ended: false, answer: undefined!, owner, patience: undefined };
    this.commands.set(key, command);
    command.answer = begin((cancel) => (command.cancelled ? cancel() : void command.cancels.push(cancel))).finally(() => {
      command.ended = true;
      // whoever comes back for it still finds the answer
      if (command.owner !== undefined || command.cancelled) this.forget(key, command);
    });
    return command.answer;
  }

  /** The client no longer wants the answer. */
  cancel(client: number, seq: number): void {
    const key = keyOf(client, seq);
    const command = this.commands.get(key);
    if (command) this.giveUp(key, command);
  }

  /** A connection is gone. @param returns whether its client may come back: what it began goes on for a while */
  left(owner: object, returns: boolean): void {
    for (const [key, command] of this.commands) {
      if (command.owner !== owner) continue;
      command.owner = undefined;
      if (!returns || this.lost >= MOST_LOST) {
        this.giveUp(key, command);
        continue;
      }
      this.lost++;
      command.patience = this.clock.after(KEPT_MS, () => this.giveUp(key, command));
    }
  }

  private giveUp(key: string, command: UnderWay): void {
    command.cancelled = true;
    for (const cancel of command.cancels.splice(0)) cancel();
    if (command.ended || command.owner === undefined) this.forget(key, command);
  }

  private found(command: UnderWay): void {
    if (!command.patience) return;
    command.patience.cancel();
    command.patience = undefined;
    this.lost--;
  }

  private forget(key: string, command: UnderWay): void {
    this.found(command);
    if (this.commands.get(key) === command) this.commands.delete(key);
  }

  dispose(): void {
    for (const command of this.commands.values()) command.patience?.cancel();
    this.commands.clear();
  }
}

function keyOf(client: number, seq: number): string {
  return `${client}:${seq}`;
}
