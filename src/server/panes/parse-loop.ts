/**
 * Whose output is parsed next. Panes take turns in pieces; those a person typed in lately go first; after a few
 * milliseconds the loop yields through a timer, because message events alone would starve everything else. While a
 * person types, floods elsewhere rest for most of the time.
 */
import type { Clock, Timer } from "../../base/clock.ts";

/** A slice, and one while a person types: then what is typed must not wait for floods elsewhere. */
const SLICE_MS = 4;
const TYPING_SLICE_MS = 1;
/**
 * How many times as long as it was parsed a flood rests while a person types elsewhere, and the longest rest: one slice
 * a picture. What is not parsed is not read: the program that floods, the keeper and the client leave the processors to
 * those that a key runs through.
 */
const REST_FACTOR = 15;
const LONGEST_REST_MS = 15;
/** A pane counts as typed in for this long after a key. */
const TYPED_MS = 1000;

/** What has output to parse. */
export interface Parsing {
  /** When a person last typed into it, in milliseconds of the clock. */
  readonly typedAt: number;
  /** Parses one piece. @returns whether more waits. */
  parsePiece(): boolean;
}

export class ParseLoop {
  private waiting: Parsing[] = [];
  private timer: Timer | undefined;
  private running = false;
  private typedIn: Parsing | undefined;
  /** The pane whose piece is being parsed; undefined once it was removed meanwhile. */
  private current: Parsing | undefined;
  /** Whose turn it is: of the panes a person typed in, or of the others. */
  private typedTurn = true;
  /** Until when floods rest, in milliseconds of the clock. */
  private restUntil = 0;

  /** @param sliceEnded called after each slice: now is the time to make frames */
  constructor(private readonly clock: Clock, private readonly sliceEnded: () => void) {}

  /** Something has output. It is parsed at once if nothing else is under way, or if a person waits for its echo. */
  add(item: Parsing): void {
    const urgent = this.isTyped(item);
    if (!this.waiting.includes(item)) {
      if (urgent) this.waiting.unshift(item);
      else this.waiting.push(item);
    }
    if (this.running) return;
    if (this.timer && urgent) this.one(item);
    else if (urgent) this.slice();
    else if (!this.timer) this.next();
  }

  /** Milliseconds until what waits may be parsed. */
  private get rest(): number {
    return this.waiting.some((item) => this.isTyped(item)) ? 0 : Math.max(0, this.restUntil - this.clock.now());
  }

  /** Parses what waits, or comes back when it may. */
  private next(): void {
    if (this.rest === 0) this.slice();
    else this.comeBack();
  }

  private comeBack(): void {
    this.timer?.cancel();
    this.timer = this.clock.after(this.rest, () => this.slice());
  }

  /** A person typed into this pane. */
  typed(item: Parsing): void {
    this.typedIn = item;
  }

  /** Whether a person types into a pane that is not itself what keeps the loop busy. */
  private someoneTypesElsewhere(): boolean {
    return this.typedIn !== undefined && this.isTyped(this.typedIn) && !this.waiting.includes(this.typedIn);
  }

  remove(item: Parsing): void {
    if (this.current === item) this.current = undefined;
    this.drop(item);
    if (this.typedIn === item) this.typedIn = undefined;
  }

  private drop(item: Parsing): void {
    this.waiting = this.waiting.filter((other) => other !== item);
  }

  dispose(): void {
    this.timer?.cancel();
    this.waiting = [];
  }

  private isTyped(item: Parsing): boolean {
    return this.clock.now() - item.typedAt < TYPED_MS;
  }

  /** One piece of a pane out of turn; the slice that is due goes on later. */
  private one(item: Parsing): void {
    if (this.parse(item)) this.comeBack();
    else this.drop(item);
    this.sliceEnded();
  }

  /** Parses one piece. @returns whether more waits. */
  private parse(item: Parsing): boolean {
    this.running = true;
    this.current = item;
    try {
      return item.parsePiece() && this.current === item;
    } finally {
      this.running = false;
      this.current = undefined;
    }
  }

  /** Takes the next pane: those typed in and the others take turns, so that neither keeps the others from theirs. */
  private take(): Parsing {
    const at = this.waiting.findIndex((item) => this.isTyped(item) === this.typedTurn);
    if (at >= 0) this.typedTurn = !this.typedTurn;
    return this.waiting.splice(Math.max(0, at), 1)[0]!;
  }

  private slice(): void {
    this.timer = undefined;
    const now = this.clock.now();
    const typing = this.someoneTypesElsewhere();
    const end = now + (typing ? TYPING_SLICE_MS : SLICE_MS);
    while (this.waiting.length > 0) {
      const item = this.take();
      if (this.parse(item)) this.waiting.push(item);
      if (this.clock.now() >= end) break;
    }
    if (typing) this.restUntil = this.clock.now() + Math.min(LONGEST_REST_MS, (this.clock.now() - now) * REST_FACTOR);
    this.sliceEnded();
    if (this.waiting.length > 0) this.comeBack();
  }
}
