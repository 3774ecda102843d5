/**
 * Brings back panes that the model has: those that run are taken over from the daemon before, those of an earlier life
 * are started. A few at a time, what somebody looks at or works with before the rest. Clients are served meanwhile.
 */
import { FugueError } from "../base/errors.ts";

/** Panes that are under way at the same time: enough to keep keeper and daemon busy, few enough to overtake. */
const AT_ONCE = 4;

/** A command needs a pane that is still to be started: it is carried out again once it is. */
export class PaneIsStarting extends FugueError {
  constructor(readonly pane: number) {
    super("noTarget", `pane %${pane} is being started`, "try again");
  }
}

export class Restoring {
  /** Panes that are still to come. */
  private readonly pending = new Map<number, PromiseWithResolvers<void>>();
  /** Those whose turn has not come: what somebody wants, and the others. */
  private wanted: number[] = [];
  private others: number[] = [];
  private underWay = 0;
  /** The others wait. */
  private isHeld = false;

  /** @param bring makes a pane one that works; what it rejects with, `run` rejects with */
  constructor(private readonly bring: (pane: number) => Promise<void>) {}

  /**
   * Brings these panes, in this order unless somebody wants one of them before. Resolves when all are there.
   * @param first until this has resolved only what somebody wants is brought
   */
  async run(panes: readonly number[], first?: Promise<unknown>): Promise<void> {
    for (const pane of panes) this.pending.set(pane, Promise.withResolvers());
    const all = Promise.all(panes.map((pane) => this.pending.get(pane)!.promise));
    this.others = [...panes];
    this.isHeld = first !== undefined;
    void first?.then(() => {
      this.isHeld = false;
      this.fill();
    });
    this.fill();
    await all;
  }

  private fill(): void {
    while (this.underWay < AT_ONCE) {
      const pane = this.wanted.shift() ?? (this.isHeld ? undefined : this.others.shift());
      if (pane === undefined) return;
      this.underWay++;
      void this.one(pane);
    }
  }

  private async one(pane: number): Promise<void> {
    const { resolve, reject } = this.pending.get(pane)!;
    await this.bring(pane).then(resolve, reject);
    this.pending.delete(pane);
    this.underWay--;
    this.fill();
  }

  /** Whether a pane is still to come. */
  waits(pane: number): boolean {
    return this.pending.has(pane);
  }

  /** Somebody looks at these panes: they come next. */
  want(panes: readonly number[]): void {
    const next = panes.filter((pane) => this.wanted.includes(pane) || this.others.includes(pane));
    if (next.length === 0) return;
    const rest = (list: readonly number[]) => list.filter((pane) => !next.includes(pane));
    this.wanted = [...next, ...rest(this.wanted)];
    this.others = rest(this.others);
    this.fill();
  }

  /** Resolves when a pane is there, or could not be brought; at once for every other one. */
  async ensure(pane: number): Promise<void> {
    this.want([pane]);
    await this.pending.get(pane)?.promise;
  }
}
