/**
 * Finds a pattern in text, in time that grows with the text and the pattern only, never with luck.
 *
 * Two machines share the program: an automaton, built as the text needs it, says where a match ends somewhere (it
 * skips the many lines without one at about a nanosecond a character); a simulation of all threads in order of their
 * preference (Pike's) then finds the exact places in the few lines that have one.
 */
import { holds, OP, type Gap, type PatternProgram } from "./pattern-program.ts";

/** States of the automaton that are kept; at the bound all are forgotten. */
const MAX_STATES = 500;
/** Thread steps spent on the exact matches of one line; what lies behind is not reported. */
const MAX_LINE_STEPS = 4_000_000;

const UNKNOWN = -1;
const FOUND = -2;
const NEWLINE = 0x0a;

/** A part of a text, in UTF-16 units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** What a search looks for. */
export interface TextMatcher {
  /**
   * A place at or after `from` (the start of a line) in a line with a possible match, or -1. The lines of `text` end in
   * newlines; no match spans one.
   */
  probe(text: string, from: number): number;
  /** The matches in one line, from the left, not overlapping, none empty. */
  matches(line: string): Iterable<TextSpan>;
}

/** Finds a text as it stands. It must not be empty. */
export class LiteralMatcher implements TextMatcher {
  constructor(private readonly needle: string) {}

  probe(text: string, from: number): number {
    return this.needle.includes("\n") ? -1 : text.indexOf(this.needle, from);
  }

  *matches(line: string): Iterable<TextSpan> {
    for (let at = 0; (at = line.indexOf(this.needle, at)) >= 0; at += this.needle.length) {
      yield { start: at, end: at + this.needle.length };
    }
  }
}

/** A state of the automaton: program places, before the jumps that depend on the next character are followed. */
interface State {
  readonly places: readonly number[];
  readonly atStart: boolean;
  readonly wordBefore: boolean;
  /** Next state by character class. */
  readonly next: Int32Array;
}

/** Finds a compiled pattern. */
export class PatternMatcher implements TextMatcher {
  private states: State[] = [];
  private ids = new Map<string, number>();
  /** The state at the beginning of a line. */
  private begin = UNKNOWN;
  private readonly threads: ThreadMachine;
  private readonly marks: Int32Array;
  private mark = 0;

  constructor(private readonly program: PatternProgram) {
    this.threads = new ThreadMachine(program);
    this.marks = new Int32Array(program.length);
  }

  probe(text: string, from: number): number {
    const { characters } = this.program;
    if (this.begin === UNKNOWN) this.begin = this.stateOf([0], true, false);
    let state = this.begin;
    const length = text.length;
    for (let i = from; i < length; i++) {
      const at = i;
      let code = text.charCodeAt(i);
      if ((code & 0xfc00) === 0xd800) {
        code = text.codePointAt(i)!;
        if (code > 0xffff) i++;
      }
      const id = code === NEWLINE ? 0 : characters.of(code);
      const known = id < this.states[state]!.next.length ? this.states[state]!.next[id]! : UNKNOWN;
      const next = known === UNKNOWN ? this.step(state, id) : known;
      if (next === FOUND) return at;
      state = next;
    }
    if (from >= length || text.charCodeAt(length - 1) === NEWLINE) return -1;
    const known = this.states[state]!.next[0]!;
    return (known === UNKNOWN ? this.step(state, 0) : known) === FOUND ? length : -1;
  }

  private stateOf(places: readonly number[], atStart: boolean, wordBefore: boolean): number {
    const key = `${atStart} ${wordBefore} ${places.join()}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    // room for the classes that characters yet unseen may add
    const next = new Int32Array(this.program.characters.count + 4).fill(UNKNOWN);
    const id = this.states.push({ places, atStart, wordBefore, next }) - 1;
    this.ids.set(key, id);
    return id;
  }

  /** Computes, and remembers, where `state` goes with a character of class `id`. */
  private step(state: number, id: number): number {
    const { characters } = this.program;
    const from = this.states[state]!;
    const gap = {
      wordBefore: from.wordBefore,
      wordAfter: characters.isWord(id),
      atStart: from.atStart,
      atEnd: id === 0,
    };
    this.mark++;
    const next: number[] = [];
    let found = false;
    for (const place of from.places) found = this.follow(place, id, gap, next) || found;
    if (found) return this.remember(from, id, FOUND);
    if (this.states.length >= MAX_STATES) {
      this.states = [];
      this.ids.clear();
      this.begin = UNKNOWN;
    }
    if (id === 0) return this.remember(from, id, this.stateOf([0], true, false));
    if (!next.includes(0)) next.push(0);
    next.sort((a, b) => a - b);
    return this.remember(from, id, this.stateOf(next, false, gap.wordAfter));
  }

  private remember(from: State, id: number, next: number): number {
    if (id < from.next.length) from.next[id] = next;
    return next;
  }

  /** Follows jumps from `place`, and collects the places after atoms that take class `id`. @returns if it matches. */
  private follow(place: number, id: number, gap: Gap, next: number[]): boolean {
    if (this.marks[place] === this.mark) return false;
    this.marks[place] = this.mark;
    const { op, x, y, characters } = this.program;
    switch (op[place]) {
      case OP.match:
        return true;
      case OP.jump:
        return this.follow(x[place]!, id, gap, next);
      case OP.split: {
        const first = this.follow(x[place]!, id, gap, next);
        return this.follow(y[place]!, id, gap, next) || first;
      }
      case OP.assert:
        return holds(x[place]!, gap) && this.follow(place + 1, id, gap, next);
      default:
        if (id !== 0 && characters.contains(id, x[place]!) && !next.includes(place + 1)) next.push(place + 1);
        return false;
    }
  }

  *matches(line: string): Iterable<TextSpan> {
    this.threads.steps = 0;
    for (let from = 0; from < line.length; ) {
      const span = this.threads.find(line, from);
      if (span === undefined) return;
      from = span.end;
      if (span.end > span.start) yield span;
      else from += (line.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
    }
  }
}

/** Runs all threads of a program side by side, the preferred ones first. */
class ThreadMachine {
  /** Steps taken since the caller set it to 0. */
  steps = 0;
  private places: Int32Array;
  private starts: Int32Array;
  private count = 0;
  private nextPlaces: Int32Array;
  private nextStarts: Int32Array;
  private nextCount = 0;
  private readonly marks: Int32Array;
  private mark = 0;

  constructor(private readonly program: PatternProgram) {
    const room = program.length;
    this.places = new Int32Array(room);
    this.starts = new Int32Array(room);
    this.nextPlaces = new Int32Array(room);
    this.nextStarts = new Int32Array(room);
    this.marks = new Int32Array(room).fill(-1);
  }

  /** The first match at or after `from`, as JavaScript would choose it; undefined also when the steps are used up. */
  find(text: string, from: number): TextSpan | undefined {
    const { op, x, characters } = this.program;
    let best: TextSpan | undefined;
    let before = from > 0 ? characters.of(codeBefore(text, from)) : 0;
    this.count = 0;
    for (let at = from; ; ) {
      const code = at < text.length ? text.codePointAt(at)! : -1;
      const id = code < 0 ? 0 : characters.of(code);
      const wordBefore = characters.isWord(before);
      const gap = { wordBefore, wordAfter: characters.isWord(id), atStart: at === 0, atEnd: code < 0 };
      this.settle(gap, best === undefined ? at : -1);
      if (this.steps > MAX_LINE_STEPS) return undefined;
      const after = at + (code > 0xffff ? 2 : 1);
      this.nextCount = 0;
      for (let i = 0; i < this.count; i++) {
        const place = this.places[i]!;
        if (op[place] === OP.match) {
          best = { start: this.starts[i]!, end: at };
          break; // what comes behind is less preferred
        }
        if (id !== 0 && characters.contains(id, x[place]!)) this.keep(place + 1, this.starts[i]!);
      }
      [this.places, this.nextPlaces] = [this.nextPlaces, this.places];
      [this.starts, this.nextStarts] = [this.nextStarts, this.starts];
      this.count = this.nextCount;
      if (code < 0 || (this.count === 0 && best !== undefined)) return best;
      before = id;
      at = after;
    }
  }

  private keep(place: number, start: number): void {
    this.nextPlaces[this.nextCount] = place;
    this.nextStarts[this.nextCount++] = start;
  }

  /** Follows the jumps of all threads, and of a new one that starts here unless `fresh` is negative. */
  private settle(gap: Gap, fresh: number): void {
    this.mark++;
    const count = this.count;
    const places = this.places;
    const starts = this.starts;
    this.nextCount = 0;
    for (let i = 0; i < count; i++) this.follow(places[i]!, starts[i]!, gap);
    if (fresh >= 0) this.follow(0, fresh, gap);
    [this.places, this.nextPlaces] = [this.nextPlaces, this.places];
    [this.starts, this.nextStarts] = [this.nextStarts, this.starts];
    this.count = this.nextCount;
  }

  private follow(place: number, start: number, gap: Gap): void {
    if (this.marks[place] === this.mark) return;
    this.marks[place] = this.mark;
    this.steps++;
    const { op, x, y } = this.program;
    switch (op[place]) {
      case OP.jump:
        return this.follow(x[place]!, start, gap);
      case OP.split:
        this.follow(x[place]!, start, gap);
        return this.follow(y[place]!, start, gap);
      case OP.assert:
        if (holds(x[place]!, gap)) this.follow(place + 1, start, gap);
        return;
      default:
        this.keep(place, start);
    }
  }
}

function codeBefore(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return (unit & 0xfc00) === 0xdc00 && at > 1 ? text.codePointAt(at - 2)! : unit;
}
