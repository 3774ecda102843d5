/** A time-out that stands still while a person is asked: how long somebody looks for a code says nothing of the network. */
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { DialStage, Prompter } from "../../transport/dialer.ts";

/** What may be wrong where an attempt got no further. */
const HINTS: Partial<Record<DialStage, string>> = {
  resolving: "does the network's name service work?",
  connecting: "is the machine on, and does a firewall let ssh through?",
  authenticating: "the machine is there, but its login hangs: is it overloaded, or waits for something itself?",
};

/** The time that one attempt has, and its way to the person who waits. Dispose it when the attempt has ended. */
export class Patience {
  /** Rejects when time is up or the attempt is cancelled; otherwise it never settles. */
  readonly over: Promise<never>;
  /** What the attempt is at, for the message of the time-out. */
  private stage: DialStage = "connecting";
  /** The address, where it is known already. */
  private detail: string | undefined;
  private readonly limit: number;
  /** The person who can be asked, if there is one. */
  readonly prompter: Prompter | undefined;
  private readonly reject: (error: FugueError) => void;
  private timer: Timer | undefined;
  private since = 0;
  private asked = 0;
  private disposed = false;
  private readonly cancelled = () => this.fail(new FugueError("interrupted", `connecting to ${this.what} was cancelled`));

  constructor(
    private readonly clock: Clock,
    private left: number,
    private readonly what: string,
    private readonly audience: Prompter | undefined,
    private readonly signal?: AbortSignal,
  ) {
    this.limit = left;
    this.prompter = audience?.canAsk === false ? undefined : audience;
    const { promise, reject } = Promise.withResolvers<never>();
    this.over = promise;
    this.reject = reject;
    promise.catch(() => {});
    signal?.addEventListener("abort", this.cancelled, { once: true });
    if (signal?.aborted) this.cancelled();
    else this.arm();
  }

  /** The attempt has ended, one way or the other. */
  get done(): boolean {
    return this.disposed;
  }

  /** Milliseconds that are left. */
  get remaining(): number {
    return Math.max(0, this.timer ? this.left - (this.clock.now() - this.since) : this.left);
  }

  /** The outcome of `work`, or the end of the time. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.over]);
  }

  /** Says what comes now. */
  progress(stage: DialStage, detail?: string): void {
    this.stage = stage;
    this.detail = detail;
    this.audience?.progress(stage, detail);
  }

  /** Ends the attempt with this error, unless it has ended. */
  fail(error: FugueError): void {
    this.dispose();
    this.reject(error);
  }

  /** Asks the person while the time stands still. @throws FugueError `interrupted` if the person gave up */
  async ask(text: string, echo: boolean): Promise<string> {
    const answer = await this.asking((prompter) => prompter.ask({ text, echo }));
    if (answer === undefined) throw new FugueError("interrupted", `connecting to ${this.what} was cancelled`);
    return answer;
  }

  async confirm(question: string): Promise<boolean> {
    return this.asking((prompter) => prompter.confirm(question));
  }

  dispose(): void {
    this.disposed = true;
    // the signal outlives the attempt: a tunnel makes one after the other for days
    this.signal?.removeEventListener("abort", this.cancelled);
    this.timer?.cancel();
    this.timer = undefined;
  }

  private async asking<T>(run: (prompter: Prompter) => Promise<T>): Promise<T> {
    if (!this.prompter) throw new FugueError("internal", "nobody is there to be asked");
    this.asked++;
    this.left = this.remaining;
    this.timer?.cancel();
    this.timer = undefined;
    try {
      return await this.race(run(this.prompter));
    } finally {
      this.asked--;
      if (this.asked === 0 && !this.disposed) this.arm();
    }
  }

  /** Who does not answer: while it is connected to, its address says more than its name. */
  private where(): string {
    return this.stage === "connecting" && this.detail !== undefined ? this.detail : this.what;
  }

  private arm(): void {
    this.since = this.clock.now();
    this.timer = this.clock.after(this.left, () => {
      this.fail(new FugueError(
        "timeout", `${this.where()} did not answer within ${this.limit / 1000} s (${this.stage})`,
        `${HINTS[this.stage] ?? "is the machine on?"} Slow ones need a longer tunnel_timeout`,
      ));
    });
  }
}
