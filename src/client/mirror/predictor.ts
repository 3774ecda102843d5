/**
 * Guesses the echo of what is typed into one pane, so that it can be shown before it has come, as mosh does (Winstein and
 * Balakrishnan, "Mosh: An Interactive Remote Shell for Mobile Clients", USENIX ATC 2012, section 3.2). Only what is typed
 * at the end of a line is guessed, and the erasing of it. Guesses are shown once one that was made since the last other
 * key has come true: what a program does not echo, such as a password, is not shown. One that does not come true within
 * a moment after its key has reached the program takes all others with it.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { InputEvent } from "../../protocol/input.ts";
import type { Frame } from "../../protocol/messages.ts";
import type { GuessedCell, Guesses, PaneMirror } from "./pane-mirror.ts";

/** A program that has had a key for so long has echoed it, if it does. */
const SETTLE_MS = 60;
/**
 * So long after a key of which nobody knows the effect nothing is guessed: a program that is slow with it may still print
 * what would make a guess seem true.
 */
const ANSWER_MS = 250;
/** Keys that may be guessed at, or wait for it, at a time. */
const MOST_TYPED = 256;

interface Guess extends GuessedCell {
  readonly sequence: number;
  /** Counts the keys whose effect can't be guessed: the guesses between two of them are true or false together. */
  readonly epoch: number;
  /** Column of the cursor after it. */
  readonly after: number;
}

interface Typed {
  readonly sequence: number;
  readonly event: InputEvent;
}

export class Predictor implements Guesses {
  cells: readonly GuessedCell[] = [];
  cursor: { readonly x: number; readonly y: number } | undefined;
  /** Guessed cells are underlined: the way there and back is so long that one may wonder. */
  marked = false;
  private guesses: Guess[] = [];
  private epoch = 1;
  /** The last epoch of which a guess came true. */
  private proven = 0;
  /** The key since which nobody knows where the cursor will be, and what was typed after it. */
  private lostAt: number | undefined;
  private unplaced: Typed[] = [];
  /** Until when nothing is guessed, in milliseconds of the clock. */
  private quietUntil = 0;
  private typedLast = 0;
  /** Keys that have reached the program, and when that was heard of, in milliseconds of the clock. */
  private reached: { readonly sequence: number; readonly at: number }[] = [];
  private settled = 0;
  /** The terminal takes lines without showing them. */
  private isSecret = false;
  private timer: Timer | undefined;

  /** @param changed the guesses that are shown changed by themselves */
  constructor(readonly mirror: PaneMirror, private readonly clock: Clock, private readonly changed: () => void) {
    mirror.guesses = this;
  }

  /** Input left for the pane. @returns whether what is shown changed */
  typed(sequence: number, event: InputEvent): boolean {
    if (event.kind === "focus") return false;
    // of what was typed before the first that it hears of it knows nothing
    if (this.typedLast === 0) this.lostAt = sequence;
    this.typedLast = sequence;
    if (this.lostAt === undefined) this.place({ sequence, event });
    else if (!isGuessable(event)) this.lose(sequence);
    else if (this.lostAt < sequence) this.unplaced.push({ sequence, event });
    if (this.unplaced.length > MOST_TYPED) this.drop();
    return this.show();
  }

  /** Input up to this one has reached the program. */
  acknowledged(sequence: number): void {
    if (sequence <= this.acked) return;
    if (this.lostAt !== undefined && this.acked < this.lostAt && sequence >= this.lostAt) this.quietUntil = this.clock.now() + ANSWER_MS;
    this.reached.push({ sequence, at: this.clock.now() });
    this.wait();
  }

  /** The mirror has taken this frame. */
  applied(frame: Frame): void {
    if (frame.tty) this.isSecret = frame.tty.canonical && !frame.tty.echo;
    if (frame.full || frame.scroll) this.drop();
    else if (!this.mirror.partial) this.compare();
    this.wait();
    this.show();
  }

  /** Forgets all guesses: none are wanted any more. */
  dispose(): void {
    this.drop();
    this.show();
    this.timer?.cancel();
    this.mirror.guesses = undefined;
  }

  private get acked(): number {
    return this.reached.at(-1)?.sequence ?? this.settled;
  }

  private wait(): void {
    const [next] = this.reached;
    const isLost = this.lostAt !== undefined && this.settled >= this.lostAt;
    if (this.timer || (!next && !isLost)) return;
    const due = next ? next.at + SETTLE_MS : this.quietUntil;
    this.timer = this.clock.after(Math.max(0, due - this.clock.now()), () => this.settle());
  }

  private settle(): void {
    this.timer = undefined;
    const old = this.clock.now() - SETTLE_MS;
    while (this.reached.length > 0 && this.reached[0]!.at <= old) this.settled = this.reached.shift()!.sequence;
    if (!this.mirror.partial) this.compare();
    // where the cursor is now, the first key that has not reached the program will find it
    if (this.lostAt !== undefined && this.isQuiet(this.lostAt) && !this.mirror.partial) this.placeAgain();
    else if (!this.isWaitingForPicture) this.wait();
    if (this.show()) this.changed();
  }

  /** A frame is on its way, which comes back to this. */
  private get isWaitingForPicture(): boolean {
    return this.mirror.partial && this.reached.length === 0;
  }

  /** Whether the program has had time for all that has reached it, up to this key at least. */
  private isQuiet(sequence: number): boolean {
    return this.settled >= sequence && this.reached.length === 0 && this.clock.now() >= this.quietUntil;
  }

  private placeAgain(): void {
    const typed = this.unplaced.filter(({ sequence }) => sequence > this.settled);
    this.lostAt = undefined;
    this.unplaced = [];
    for (const each of typed) {
      if (this.lostAt === undefined) this.place(each);
      else this.unplaced.push(each);
    }
  }

  private place({ sequence, event }: Typed): void {
    const guessed = event.kind === "text" ? [...event.text].every((char) => this.guess(sequence, char)) : isGuessable(event) && this.erase(sequence);
    if (!guessed) this.lose(sequence);
  }

  /** Nobody knows what this key does. */
  private lose(sequence: number): void {
    this.lostAt = sequence;
    this.unplaced = [];
    this.epoch++;
  }

  private get next(): { x: number; y: number } {
    const last = this.guesses.at(-1);
    return last ? { x: last.after, y: last.y } : this.mirror.cursor;
  }

  /** @returns false if nobody knows what will come of it */
  private guess(sequence: number, char: string): boolean {
    const { x, y } = this.next;
    // the last column wraps, or does not; what is right of the cursor would have to move
    if (!this.isEcho(char) || x >= this.mirror.grid.cols - 1 || !this.isBlank(x, y) || !this.isBlank(x + 1, y)) return false;
    this.guesses.push({ sequence, epoch: this.epoch, x, y, char, after: x + 1 });
    return true;
  }

  private erase(sequence: number): boolean {
    const { x, y } = this.next;
    // half of a wide character takes the other half with it
    if (!this.isEcho(" ") || x === 0 || !this.isBlank(x, y) || this.charAt(x - 1, y) === "") return false;
    this.guesses.push({ sequence, epoch: this.epoch, x: x - 1, y, char: " ", after: x - 1 });
    return true;
  }

  private isEcho(char: string): boolean {
    // a program that hides the cursor has one of its own elsewhere
    return !this.isSecret && this.mirror.cursor.visible && this.guesses.length < MOST_TYPED && Bun.stringWidth(char) === 1;
  }

  private isBlank(x: number, y: number): boolean {
    const guess = this.guesses.findLast((each) => each.x === x && each.y === y);
    return (guess?.char ?? this.charAt(x, y)) === " ";
  }

  /** What the mirror shows in a cell; "" for half of a wide character, and outside. */
  private charAt(x: number, y: number): string {
    const { grid } = this.mirror;
    const i = y * grid.cols + x;
    return x >= grid.cols || y >= grid.rows || grid.widths[i] !== 1 ? "" : grid.char(i) || " ";
  }

  /** Takes out the guesses that have come true; the first that has not, though it should have by now, takes the others with it. */
  private compare(): void {
    while (this.guesses.length > 0 && this.guesses[0]!.sequence <= this.acked) {
      const { sequence, epoch, x, y, char } = this.guesses[0]!;
      const isOverwritten = this.guesses.some((other, i) => i > 0 && other.x === x && other.y === y);
      if (!isOverwritten && this.charAt(x, y) !== char) {
        if (sequence <= this.settled) this.drop();
        return;
      }
      // a blank was there before; what was typed before another key proves nothing any more: that key may have made it true
      if (!isOverwritten && char !== " " && epoch === this.epoch) this.proven = epoch;
      this.guesses.shift();
    }
  }

  /** The picture is another one than was thought. */
  private drop(): void {
    this.guesses = [];
    this.unplaced = [];
    this.epoch++;
    // it may be long since that reached the program
    this.lostAt = this.isQuiet(this.typedLast) ? undefined : this.typedLast;
    this.wait();
  }

  /** @returns whether what is to be shown changed */
  private show(): boolean {
    const shown = this.guesses.filter(({ epoch }) => epoch <= this.proven);
    const last = shown.at(-1);
    if (shown.length === this.cells.length && shown.every((guess, i) => guess === this.cells[i])) return false;
    for (const { y } of [...this.cells, ...shown]) this.mirror.dirty.add(y);
    this.cells = shown;
    this.cursor = last && { x: last.after, y: last.y };
    return true;
  }
}

/** Text, and Backspace. */
function isGuessable(event: InputEvent): boolean {
  return event.kind === "text" || (event.kind === "key" && event.key.name === "Backspace" && event.key.mods === 0 && event.event !== 3);
}
