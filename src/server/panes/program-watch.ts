/** Learns which program is in front of a pane, a moment after it printed something: names follow without polling. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Pane } from "./pane.ts";
import { foregroundProgram } from "./program.ts";

const SETTLE_MS = 150;
/** A program that starts silently is noticed by a second look. */
const SECOND_LOOK_MS = 1000;

export class ProgramWatch {
  private readonly pending = new Map<Pane, Timer>();

  constructor(private readonly clock: Clock, private readonly changed: (pane: Pane) => void) {}

  /** The pane printed something. */
  output(pane: Pane): void {
    if (!this.pending.has(pane)) this.look(pane, SETTLE_MS, true);
  }

  private look(pane: Pane, after: number, again: boolean): void {
    this.pending.set(pane, this.clock.after(after, () => {
      this.pending.delete(pane);
      if (pane.exit) return;
      const program = foregroundProgram(pane.pid);
      const title = pane.emulator.title;
      if ((program && program !== pane.program) || title !== pane.titleSeen) {
        pane.program = program ?? pane.program;
        pane.titleSeen = title;
        this.changed(pane);
      }
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
