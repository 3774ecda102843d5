/**
 * What programs asked of the keyboard: the kitty protocol's flags (https://sw.kovidgoyal.net/kitty/keyboard-protocol/),
 * one stack for each screen, and xterm's modifyOtherKeys.
 */

const ALL_FLAGS = 31;
/** Entries a stack holds; pushing more forgets the oldest. */
const MOST_ENTRIES = 16;

/** Flags in force and those pushed below them. */
class FlagStack {
  flags = 0;
  below: number[] = [];

  push(flags: number): void {
    this.below.push(this.flags);
    if (this.below.length > MOST_ENTRIES) this.below.shift();
    this.flags = flags & ALL_FLAGS;
  }

  /** Popping more than there is leaves everything off. */
  pop(count: number): void {
    for (let i = 0; i < Math.min(count, MOST_ENTRIES + 1); i++) this.flags = this.below.pop() ?? 0;
  }

  /** Modes of `CSI = flags ; mode u`: 1 sets all, 2 adds, 3 takes away. */
  set(flags: number, mode: number): void {
    if (mode === 1) this.flags = flags & ALL_FLAGS;
    else if (mode === 2) this.flags |= flags & ALL_FLAGS;
    else if (mode === 3) this.flags &= ~flags;
  }

  reset(): void {
    this.flags = 0;
    this.below = [];
  }
}

export class KeyboardState {
  readonly normal = new FlagStack();
  readonly alternate = new FlagStack();
  modifyOtherKeys: 0 | 1 | 2 = 0;

  stack(alternate: boolean): FlagStack {
    return alternate ? this.alternate : this.normal;
  }

  /** `CSI > 4 ; n m`. */
  setModifyOtherKeys(level: number): void {
    this.modifyOtherKeys = level === 1 || level === 2 ? level : 0;
  }

  reset(): void {
    this.normal.reset();
    this.alternate.reset();
    this.modifyOtherKeys = 0;
  }
}
