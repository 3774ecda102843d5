/** What copy mode asks for in the status line: patterns (found as they are typed), characters, lines, counts. */
import type { Key } from "../../base/keys.ts";
import type { ActionHost, Wait } from "./action.ts";
import { searchAgain } from "./actions-search.ts";
import type { Position } from "./position.ts";
import { Prompt } from "./prompt.ts";
import type { PromptKind } from "./prompt.ts";
import type { ActionRunner } from "./runner.ts";
import { rememberPattern, searchTerm } from "./search.ts";
import type { SearchTerm } from "./search.ts";
import type { CopyState } from "./state.ts";

/** What to do with an answer. Not called for an incremental search, which has done its work by then. */
export type Answered = (text: string) => void;

/** What an incremental search goes back to, and where it searches from. */
interface Origin {
  readonly saved: ReturnType<CopyState["save"]>;
  readonly shownTerm: SearchTerm | undefined;
  from: Position;
  backward: boolean;
}

/** Searches as one types find nothing all the time; that is not worth a message. */
const SILENT: ActionHost = { exit: () => {}, yank: () => {}, message: () => {}, refresh: () => {} };

export class Asking {
  private prompt: Prompt | undefined;
  private answered: Answered = () => {};
  private origin: Origin | undefined;

  constructor(private readonly state: CopyState, private readonly runner: ActionRunner) {}

  get isOpen(): boolean {
    return this.prompt !== undefined;
  }

  /** The line for the user, and the UTF-16 unit at which its cursor stands. */
  get shown(): { text: string; cursor: number } | undefined {
    return this.prompt && { text: this.prompt.shown, cursor: this.prompt.cursor };
  }

  /** Opens a prompt. `backward` is the direction of an incremental search. */
  open(kind: PromptKind, label: string, initial: string, backward: boolean, answered: Answered): void {
    const { state } = this;
    const isSearch = kind === "search" || kind === "incremental";
    this.prompt = new Prompt(kind, label, isSearch ? state.memory.patterns : [], initial);
    this.answered = answered;
    this.origin = { saved: state.save(), shownTerm: state.shownTerm, from: state.cursor, backward };
  }

  /** Closes the prompt as if it had never been open. */
  cancel(): void {
    const { prompt, origin, state } = this;
    this.close();
    if (!prompt || !origin) return;
    state.shownTerm = origin.shownTerm;
    if (prompt.kind !== "incremental") return;
    this.runner.abort();
    state.restore(origin.saved);
  }

  private close(): void {
    this.prompt = undefined;
    this.origin = undefined;
  }

  paste(text: string): void {
    if (!this.prompt) return;
    this.prompt.insert(text);
    if (this.prompt.kind === "character") this.accept();
    else this.edited();
  }

  /** Handles a key while a prompt is open. @returns false if the key has ended it and is still to be handled. */
  key(key: Key): boolean {
    if (!this.prompt) return false;
    switch (this.prompt.key(key)) {
      case "edited": this.edited(); break;
      case "accepted": this.accept(); break;
      case "cancelled": this.cancel(); break;
      case "again-forward": this.again(false); break;
      case "again-backward": this.again(true); break;
      case "outside": this.accept(); return false;
      case "none": break;
    }
    return true;
  }

  private accept(): void {
    const { prompt, state } = this;
    if (!prompt) return;
    const { kind, text } = prompt;
    this.close();
    if (kind !== "incremental") this.answered(text);
    else if (text !== "" && state.shownTerm) {
      state.memory.term = state.shownTerm;
      rememberPattern(state.memory.patterns, text);
    }
  }

  private edited(): void {
    const { prompt, origin, state } = this;
    if (!prompt || !origin) return;
    const { kind, text } = prompt;
    if (kind === "incremental") this.searchFrom(origin, text);
    else if (kind === "search") state.shownTerm = text === "" ? undefined : searchTerm(text, true, false);
  }

  private searchFrom(origin: Origin, text: string): void {
    const { state, runner } = this;
    runner.abort();
    if (text === "") {
      state.restore(origin.saved);
      state.shownTerm = undefined;
      return;
    }
    state.match = undefined;
    const search = searchAgain(state, searchTerm(text, false, origin.backward), 1, SILENT, origin.from);
    runner.hold(orElse(search, () => {
      if (!state.match) state.restore(origin.saved);
    }));
  }

  /** C-s or C-r: the next match, in that direction; of the last search if nothing has been typed. */
  private again(backward: boolean): void {
    const { prompt, origin, state } = this;
    if (!prompt || !origin) return;
    const pattern = prompt.text || state.memory.term?.pattern;
    if (pattern === undefined) return;
    if (prompt.text === "") prompt.set(pattern);
    origin.backward = backward;
    origin.from = state.cursor;
    this.runner.abort();
    this.runner.hold(searchAgain(state, searchTerm(pattern, false, backward), 1, SILENT));
  }
}

/** A wait after whose last step `check` is called. */
function orElse({ until, then }: Wait, check: () => void): Wait {
  return {
    until,
    then: () => {
      const next = then();
      if (next) return orElse(next, check);
      check();
      return undefined;
    },
  };
}
