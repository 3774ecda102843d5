/**
 * Starts the programs of panes of an earlier life: a few at a time, what somebody looks at or works with before the
 * rest. Clients are served meanwhile.
 */
import { FugueError } from "../base/errors.ts";

/** Starts that are under way at the same time: enough to keep keeper and daemon busy, few enough to overtake. */
const AT_ONCE = 4;

/** A command needs a pane that is still to be started: it is carried out again once it is. */
export class PaneIsStarting extends FugueError {
  constructor(readonly pane: number) {
    super("noTarget", `pane %${pane} is being started`, "try again");
  }
}

interface Pending {
  readonly started: Promise<void>;
  readonly done: () => void;
}

export class Restoring {
  private readonly pending = new Map<number, Pending>();
  private queue: number[] = [];

  /** @param start starts a pane; never rejects */
  constructor(private readonly start: (pane: number) => Promise<void>) {}

  /** Starts these panes, in this order unless somebody wants one of them before. Resolves when all have been started. */
  async run(panes: readonly number[]): Promise<void> {
    for (const pane of panes) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.pending.set(pane, { started: promise, done: resolve });
    }
    this.queue = [...panes];
    await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
  }

  private async work(): Promise<void> {
    for (let pane = this.queue.shift(); pane !== undefined; pane = this.queue.shift()) {
      await this.start(pane);
      this.pending.get(pane)!.done();
      this.pending.delete(pane);
    }
  }

  /** Whether a pane is still to be started. */
  waits(pane: number): boolean {
    return this.pending.has(pane);
  }

  /** Somebody looks at these panes: they come next. */
  want(panes: readonly number[]): void {
    const first = panes.filter((pane) => this.queue.includes(pane));
    if (first.length > 0) this.queue = [...first, ...this.queue.filter((pane) => !first.includes(pane))];
  }

  /** Resolves when a pane has been started, or could not be; at once for every other one. */
  async ensure(pane: number): Promise<void> {
    this.want([pane]);
    await this.pending.get(pane)?.started;
  }
}
