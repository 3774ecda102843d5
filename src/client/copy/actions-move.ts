/** Commands that move the cursor. */
import type { ActionHost, ActionTable, Call } from "./action.ts";
import { backwardExpression, forwardExpression, matchingBracket } from "./brackets.ts";
import { jumpFrom, reversed } from "./jump.ts";
import type { Jump } from "./jump.ts";
import { indentation, nextParagraph, previousParagraph } from "./paragraphs.ts";
import type { Position } from "./position.ts";
import { ROW_END } from "./state.ts";
import type { CopyState } from "./state.ts";
import type { CopyText } from "./text.ts";
import { afterWord, nextWord, previousWord, previousWordEnd, wordEnd } from "./words.ts";

type Motion = (text: CopyText, at: Position, separators: string) => Position;

/** A motion by words, with the user's separators or (`spaces`) with blanks only. */
function byWord(motion: Motion, spaces: boolean) {
  const run = (state: CopyState): void => {
    state.moveTo(motion(state.text, state.cursor, spaces ? "" : state.separators));
  };
  return { run, repeats: true };
}

/** vi's e ends on the last character, emacs' M-f after it. */
function byWordEnd(spaces: boolean) {
  const run = (state: CopyState): void => {
    const motion = state.keys === "vi" ? wordEnd : afterWord;
    state.moveTo(motion(state.text, state.cursor, spaces ? "" : state.separators));
  };
  return { run, repeats: true };
}

function cursorLeft(state: CopyState): void {
  const { line, over } = state.cursor;
  const cell = Math.min(state.cursor.cell, state.text.length(line) + 1);
  if (over > 0) state.moveToColumn(state.row, state.column - 1);
  else if (cell > 0) state.moveTo({ line, cell: cell - 1 });
  else if (line > state.text.first) state.moveTo({ line: line - 1, cell: state.text.length(line - 1) });
}

function cursorRight(state: CopyState): void {
  const { line, cell } = state.cursor;
  const { row, text } = state;
  const isLastRow = row.row >= state.layout.rows(line) - 1;
  const length = text.length(line);
  if (cell < length && (!state.isFree || cell < state.layout.limit(row))) state.moveTo({ line, cell: cell + 1 });
  else if (state.isFree && isLastRow && state.column < state.layout.cols) state.moveToColumn(row, state.column + 1);
  else if (line < text.last || !isLastRow) state.moveToColumn(state.layout.move(row, 1), 0);
}

function endOfLine(state: CopyState): void {
  const { line } = state.cursor;
  const cell = state.text.length(line);
  if (state.isFree) return state.moveToColumn({ line, row: state.layout.rows(line) - 1 }, state.layout.cols);
  state.moveTo({ line, cell });
  state.goal = ROW_END;
}

function jump(make: Omit<Jump, "char">) {
  const run = (state: CopyState, { args, count }: Call): void => {
    const char = args[0] ?? "";
    if (char === "") return;
    state.memory.jump = { ...make, char };
    jumps(state, state.memory.jump, count);
  };
  const direction = make.backward ? "backward" : "forward";
  const asks = { kind: "character", label: make.short ? `(jump to ${direction})` : `(jump ${direction})` } as const;
  return { run, asks };
}

/** Jumps up to `count` times, as far as the character is found. */
function jumps(state: CopyState, how: Jump | undefined, count: number): void {
  let at: Position | undefined;
  for (let i = 0; how !== undefined && i < count; i++) {
    const next = jumpFrom(state.text, at ?? state.cursor, how);
    if (next === undefined) break;
    at = next;
  }
  if (at !== undefined) state.moveTo(at);
}

/** A motion that may find nothing and may lead far. */
function far(find: (state: CopyState) => Position | undefined) {
  const run = (state: CopyState): void => {
    const found = find(state);
    if (found !== undefined) state.moveTo(found, true);
  };
  return { run, repeats: true };
}

/** To the start of a row of the view, given the rows shown. */
function toViewRow(pick: (rows: number) => number) {
  const run = (state: CopyState): void => {
    const rows = state.view.rows();
    state.moveToColumn(rows[Math.min(rows.length - 1, pick(state.view.height))]!, 0);
  };
  return { run };
}

function historyTop(state: CopyState): void {
  state.view.setTop(state.layout.firstRow);
  state.moveTo({ line: state.text.first, cell: 0 });
}

function historyBottom(state: CopyState): void {
  const line = state.text.last;
  const here = state.text.peek(line);
  state.view.setTop(state.view.bottomTop);
  state.moveTo({ line, cell: here === undefined ? 0 : state.text.lengthOf(here) });
  if (here === undefined) state.goal = ROW_END;
}

/** To the prompt before or after this line, or with -o to an output, as OSC 133 marked them. */
function toPrompt(step: 1 | -1) {
  const run = (state: CopyState, { args }: Call, host: ActionHost): void => {
    const { source } = state.text;
    const lines = (args.includes("-o") ? source.outputs : source.prompts) ?? [];
    const { line } = state.cursor;
    const found = step > 0 ? lines.find((each) => each > line) : lines.findLast((each) => each < line);
    if (found !== undefined) state.moveTo({ line: found, cell: 0 }, true);
    else if (lines.length === 0) host.message("the shell marks no prompts (OSC 133)");
  };
  return { run, repeats: true };
}

function jumpToMark(state: CopyState): void {
  const { mark } = state;
  state.mark = state.cursor;
  state.markShown = true;
  state.moveTo(mark, true);
}

export const MOVE_ACTIONS: ActionTable = {
  "cursor-left": { run: cursorLeft, repeats: true },
  "cursor-right": { run: cursorRight, repeats: true },
  "cursor-up": { run: (state, { count }) => state.moveRows(-count) },
  "cursor-down": { run: (state, { count }) => state.moveRows(count) },
  "start-of-line": { run: (state) => state.moveTo({ line: state.cursor.line, cell: 0 }) },
  "end-of-line": { run: endOfLine },
  "back-to-indentation": { run: (state) => state.moveTo(indentation(state.text, state.cursor)) },
  // Not one of tmux's: vi's g_
  "last-character": {
    run: (state) => {
      const { line } = state.cursor;
      state.moveTo({ line, cell: Math.max(0, state.text.length(line) - 1) });
    },
  },
  "next-word": byWord(nextWord, false),
  "next-space": byWord(nextWord, true),
  "next-word-end": byWordEnd(false),
  "next-space-end": byWordEnd(true),
  "previous-word": byWord(previousWord, false),
  "previous-space": byWord(previousWord, true),
  // Not one of tmux's: vi's ge
  "previous-word-end": byWord(previousWordEnd, false),
  "next-paragraph": far((state) => nextParagraph(state.text, state.cursor)),
  "previous-paragraph": far((state) => previousParagraph(state.text, state.cursor)),
  "next-prompt": toPrompt(1),
  "previous-prompt": toPrompt(-1),
  "next-matching-bracket": far((state) =>
    (state.keys === "vi" ? matchingBracket : forwardExpression)(state.text, state.cursor)),
  "previous-matching-bracket": far((state) =>
    backwardExpression(state.text, state.cursor, state.keys === "emacs")),
  "jump-forward": jump({ backward: false, short: false }),
  "jump-backward": jump({ backward: true, short: false }),
  "jump-to-forward": jump({ backward: false, short: true }),
  "jump-to-backward": jump({ backward: true, short: true }),
  "jump-again": { run: (state, { count }) => jumps(state, state.memory.jump, count) },
  "jump-reverse": {
    run: (state, { count }) => jumps(state, state.memory.jump && reversed(state.memory.jump), count),
  },
  "top-line": toViewRow(() => 0),
  "middle-line": toViewRow((height) => (height - 1) >> 1),
  "bottom-line": toViewRow((height) => height - 1),
  "history-top": { run: historyTop },
  "history-bottom": { run: historyBottom },
  "set-mark": {
    run: (state) => {
      state.mark = state.cursor;
      state.markShown = true;
    },
  },
  "jump-to-mark": { run: jumpToMark },
};
