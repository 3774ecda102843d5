/** Learns which program is in front of a pane, a moment after it printed something: names follow without polling. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Pane } from "./pane.ts";
import { foregroundOf, type Foreground } from "./program.ts";

const SETTLE_MS = 150;
/** A program that starts silently is noticed by a second look. */
const SECOND_LOOK_MS = 1000;

export class ProgramWatch {
  private readonly pending = new Map<Pane, Timer>();

  /**
   * @param changed the program in front or the title is another one
   * @param seen    what is in front, each time it was looked at
   */
  constructor(
    private readonly clock: Clock, private readonly changed: (pane: Pane) => void,
    private readonly seen: (pane: Pane, front: Foreground) => void,
  ) {}

  /** The pane printed something. */
  output(pane: Pane): void {
    if (!this.pending.has(pane)) this.look(pane, SETTLE_MS, true);
  }

  private look(pane: Pane, after: number, again: boolean): void {
    this.pending.set(pane, this.clock.after(after, () => {
      this.pending.delete(pane);
      if (pane.exit) return;
      const front = foregroundOf(pane.pid);
      const program = front.name;
      const title = pane.emulator.title;
      if ((program && program !== pane.program) || title !== pane.titleSeen) {
        pane.program = program ?? pane.program;
        pane.titleSeen = title;
        this.changed(pane);
      }
      this.seen(pane, front);
      if (again) this.look(pane, SECOND_LOOK_MS, false);
    }));
  }

  remove(pane: Pane): void {
    this.pending.get(pane)?.cancel();
    this.pending.delete(pane);
  }

  dispose(): void {
    for (const timer of this.pending.values()) timer.cancel();
    this.pending.clear();
  }
}
