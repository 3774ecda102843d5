/** A search pattern as a small program for a machine that never backtracks, and the characters sorted into classes. */
import { FugueError } from "../../base/errors.ts";
import type { Assertion, ParsedPattern, PatternNode, RepeatNode } from "./pattern-syntax.ts";

/** Longest program: it bounds the work for each character searched. */
const MAX_STEPS = 500;
/** Characters beyond ASCII whose class is remembered. */
const MAX_KNOWN_CHARACTERS = 8192;

/** Operations. `atom`: take a character of atom `x`. `split`: go on at `x`, else at `y`. `assert`: see ASSERT. */
export const OP = { atom: 0, split: 1, jump: 2, assert: 3, match: 4 } as const;
export const ASSERT: Record<Assertion, number> = { start: 0, end: 1, word: 2, notWord: 3 };

/** What lies between two characters. */
export interface Gap {
  /** Whether the character before (after) is a word character; false at the ends. */
  readonly wordBefore: boolean;
  readonly wordAfter: boolean;
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

/** Whether assertion `what` holds at a gap. */
export function holds(what: number, gap: Gap): boolean {
  if (what === ASSERT.start) return gap.atStart;
  if (what === ASSERT.end) return gap.atEnd;
  return (gap.wordBefore !== gap.wordAfter) === (what === ASSERT.word);
}

/** The instructions of a pattern: parallel arrays. It starts at 0. */
export class PatternProgram {
  readonly op: number[] = [];
  readonly x: number[] = [];
  readonly y: number[] = [];
  readonly characters: CharacterClasses;

  /** @throws FugueError `usage` if the pattern is too large. */
  constructor(pattern: ParsedPattern) {
    this.compile(pattern.root);
    this.emit(OP.match);
    this.characters = new CharacterClasses(pattern.atoms);
  }

  get length(): number {
    return this.op.length;
  }

  private emit(op: number, x = 0, y = 0): number {
    if (this.op.length >= MAX_STEPS) {
      throw new FugueError("usage", "the search pattern is too large", "use smaller repetition counts");
    }
    this.x.push(x);
    this.y.push(y);
    return this.op.push(op) - 1;
  }

  private compile(node: PatternNode): void {
    if (node.kind === "atom") this.emit(OP.atom, node.atom);
    else if (node.kind === "assert") this.emit(OP.assert, ASSERT[node.what]);
    else if (node.kind === "sequence") for (const item of node.items) this.compile(item);
    else if (node.kind === "choice") this.compileChoice(node.items);
    else this.compileRepeat(node);
  }

  private compileChoice(items: readonly PatternNode[]): void {
    const jumps: number[] = [];
    for (const item of items.slice(0, -1)) {
      const split = this.emit(OP.split, this.length + 1);
      this.compile(item);
      jumps.push(this.emit(OP.jump));
      this.y[split] = this.length;
    }
    this.compile(items[items.length - 1]!);
    for (const jump of jumps) this.x[jump] = this.length;
  }

  private compileRepeat(node: RepeatNode): void {
    for (let n = 0; n < node.min; n++) this.compile(node.item);
    const splits: number[] = [];
    const optional = (): void => {
      splits.push(this.emit(OP.split));
      this.compile(node.item);
    };
    if (node.max === Infinity) {
      optional();
      this.emit(OP.jump, splits[0]!);
    } else for (let n = node.min; n < node.max; n++) optional();
    for (const split of splits) {
      this.x[split] = node.greedy ? split + 1 : this.length;
      this.y[split] = node.greedy ? this.length : split + 1;
    }
  }
}

/** Sorts characters into classes: two of one class belong to the same atoms. Class 0 is the end of a line. */
export class CharacterClasses {
  private readonly ascii = new Uint16Array(128);
  private readonly others = new Map<number, number>();
  private readonly ids = new Map<string, number>();
  /** Per class, which atoms it belongs to. */
  private readonly members: boolean[][] = [[]];
  private readonly words: boolean[] = [false];

  constructor(private readonly atoms: readonly RegExp[]) {
    for (let code = 0; code < 128; code++) this.ascii[code] = this.classify(code);
  }

  get count(): number {
    return this.members.length;
  }

  /** The class of a code point. New classes may appear with new characters. */
  of(code: number): number {
    if (code < 128) return this.ascii[code]!;
    let id = this.others.get(code);
    if (id === undefined) {
      if (this.others.size >= MAX_KNOWN_CHARACTERS) this.others.clear();
      this.others.set(code, (id = this.classify(code)));
    }
    return id;
  }

  /** Whether characters of class `id` belong to an atom. */
  contains(id: number, atom: number): boolean {
    return this.members[id]![atom] === true;
  }

  isWord(id: number): boolean {
    return this.words[id]!;
  }

  private classify(code: number): number {
    const char = String.fromCodePoint(code);
    const word = /^[A-Za-z0-9_]$/.test(char);
    const members = this.atoms.map((atom) => atom.test(char));
    const key = `${word} ${members.join()}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.members.push(members) - 1;
      this.words.push(word);
      this.ids.set(key, id);
    }
    return id;
  }
}
