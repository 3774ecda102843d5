/** Messages in the daemon: where they are kept, who waits for them, and what commands do with them. */
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { checkedMessages, type Recipient } from "../model/messages-state.ts";
import { Messages } from "../model/messages.ts";
import type { Model } from "../model/model.ts";

/** Waits for messages at the same time; more are refused. */
const MOST_WAITS = 1000;
const LONGEST_SLEEP_MS = 3_600_000;

export class Mailroom {
  readonly messages: Messages;
  private readonly waits = new Set<() => void>();
  private expiry: Timer | undefined;
  private soon = false;
  private loaded = false;

  constructor(
    private readonly model: Model, private readonly keep: (bytes: Uint8Array) => void, private readonly flushed: () => Promise<void>,
    private readonly clock: Clock, private readonly log: Logger,
  ) {
    this.messages = new Messages({ sessionsFor: (to) => this.sessionsFor(to) });
    this.messages.changed.on(() => {
      this.save();
      for (const look of [...this.waits]) look();
    });
    model.changed.on(() => this.loaded && this.messages.keepOnly(model.sessions));
  }

  private sessionsFor(to: Recipient): number[] {
    const sessions = [...this.model.sessions.values()];
    return sessions.filter(({ id, name, tags }) => (
      to.all || id === to.session || name === to.name || (to.tag !== undefined && tags.includes(to.tag))
    )).map(({ id }) => id);
  }

  /**
   * Takes over what an earlier daemon kept. The model must be there.
   * @param anew they are from the disk: the keeper does not have them yet
   */
  load(bytes: Uint8Array | undefined, anew: boolean): void {
    try {
      if (bytes) this.messages.import(checkedMessages(JSON.parse(new TextDecoder().decode(bytes))));
    } catch (error) {
      this.log.error("the messages are unreadable", { error: String(error) });
    }
    // what was sent last before may not be in it: numbers go on where they can't have been
    this.messages.numberFrom(this.clock.wall());
    this.loaded = true;
    this.messages.keepOnly(this.model.sessions);
    this.expire();
    if (anew && bytes) this.save();
  }

  private save(): void {
    try {
      this.keep(new TextEncoder().encode(JSON.stringify(this.messages.export())));
    } catch (error) {
      this.log.error("the messages are too many to be kept", { error: String(error) });
    }
    this.scheduleExpiry();
  }

  /** What is new may expire before everything else. */
  private scheduleExpiry(): void {
    if (this.soon) return;
    this.soon = true;
    this.expiry?.cancel();
    this.expiry = this.clock.after(1000, () => this.expire());
  }

  private expire(): void {
    const next = this.messages.expire(this.clock.wall());
    this.expiry?.cancel();
    this.expiry = undefined;
    this.soon = false;
    if (next === undefined) return;
    const delay = Math.min(LONGEST_SLEEP_MS, Math.max(1000, next - this.clock.wall()));
    this.expiry = this.clock.after(delay, () => this.expire());
  }

  /** Resolves when all that was kept so far is out of this process: a kill loses none of it. */
  async kept(): Promise<void> {
    await this.flushed();
  }

  /**
   * Resolves with what `look` finds, now or later; with undefined when the time is up.
   * @throws FugueError `interrupted` when the caller has gone
   */
  async wait<T>(
    look: () => T | undefined, timeoutMs: number | undefined, onCancel: (cancel: () => void) => void,
  ): Promise<T | undefined> {
    const found = look();
    if (found !== undefined || timeoutMs === 0) return found;
    if (this.waits.size >= MOST_WAITS) throw new FugueError("tooLarge", "too many wait for messages already");
    let again!: () => void;
    let timer: Timer | undefined;
    try {
      return await new Promise<T | undefined>((resolve, reject) => {
        again = () => {
          const value = look();
          if (value !== undefined) resolve(value);
        };
        this.waits.add(again);
        if (timeoutMs !== undefined) timer = this.clock.after(timeoutMs, () => resolve(undefined));
        onCancel(() => reject(new FugueError("interrupted", "cancelled")));
      });
    } finally {
      this.waits.delete(again);
      timer?.cancel();
    }
  }

  dispose(): void {
    this.expiry?.cancel();
  }
}
