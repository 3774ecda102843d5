/** Commands that select, and those that copy what is selected or a line. */
import type { Action, ActionHost, ActionTable, Call, Wait, YankDetails, YankTarget } from "./action.ts";
import { wholeLines } from "./selection.ts";
import type { Region } from "./selection.ts";
import { TextCollector } from "./selected-text.ts";
import { ROW_END } from "./state.ts";
import type { CopyState } from "./state.ts";
import { wordAt } from "./words.ts";

/** Lines fetched at a time while a long selection is copied. */
const COPY_CHUNK = 1000;

function beginSelection(state: CopyState): void {
  state.selection = { by: "char", anchor: state.cursor };
}

function clearSelection(state: CopyState): void {
  state.selection = undefined;
  state.match = undefined;
  state.shownTerm = undefined;
  state.settleCursor();
}

/** From here on the cursor moves by itself. */
function stopSelection(state: CopyState): void {
  if (state.selection) state.selection = { ...state.selection, head: state.selection.head ?? state.cursor };
  state.settleCursor();
}

function selectWord(state: CopyState): void {
  const { line } = state.cursor;
  const { from, to } = wordAt(state.text, state.cursor, state.separators);
  const end = state.keys === "vi" ? Math.max(from, to - 1) : to;
  state.rectangle = false;
  state.selection = { by: "word", anchor: { line, cell: from, over: 0 } };
  state.moveTo({ line, cell: end });
}

/** Selects `count` lines and goes to the end of the last. */
function selectLine(state: CopyState, { count }: Call): void {
  const { line } = state.cursor;
  const last = Math.min(state.text.last, line + count - 1);
  const cell = state.text.length(last);
  state.rectangle = false;
  state.selection = { by: "line", anchor: { line, cell: 0, over: 0 } };
  state.moveTo({ line: last, cell });
  state.goal = ROW_END;
}

/** The cursor to the other end; a selection that was stopped follows the cursor again, from its end on. */
function otherEnd(state: CopyState): void {
  const { selection } = state;
  if (!selection) return;
  const to = selection.head ?? selection.anchor;
  const anchor = selection.head ? selection.anchor : state.cursor;
  state.selection = { by: selection.by, anchor };
  state.moveTo(to);
  if (state.isFree) state.cursor = to;
}

function setRectangle(change: (before: boolean) => boolean): Action {
  const run = (state: CopyState): void => {
    state.rectangle = change(state.rectangle);
    state.settleCursor();
  };
  return { run };
}

/** How a copying command is called apart from what it copies. */
interface CopyStyle {
  readonly what: (state: CopyState, count: number) => Region | undefined;
  readonly pipes?: boolean;
  /** Only pipes. */
  readonly keepsBuffer?: boolean;
  readonly append?: boolean;
  readonly clears?: boolean;
  readonly leaves?: boolean;
}

/** The arguments of a copying command: the flag -C (leave the clipboard alone), a command if it pipes, a prefix. */
function readDetails({ args }: Call, style: CopyStyle): { target: YankTarget; details: YankDetails } {
  const flags = args.filter((arg) => /^-[CP]+$/.test(arg)).join("");
  const words = args.filter((arg) => !/^-[CP]+$/.test(arg));
  const command = style.pipes ? words.shift() ?? "" : undefined;
  const [prefix] = words;
  return {
    target: style.keepsBuffer ? "command" : flags.includes("C") ? "buffer" : "clipboard",
    details: {
      append: style.append === true,
      ...(command === undefined ? {} : { command }),
      ...(prefix === undefined ? {} : { prefix }),
    },
  };
}

function copying(style: CopyStyle): Action {
  const run = (state: CopyState, call: Call, host: ActionHost): Wait | undefined => {
    const region = style.what(state, call.count);
    const finish = (): void => {
      if (style.clears) clearSelection(state);
      if (style.leaves) host.exit();
    };
    if (!region) {
      finish();
      return undefined;
    }
    const { target, details } = readDetails(call, style);
    return collect(state, new TextCollector(state.layout, region), (text, cut) => {
      if (text !== "") host.yank(text, target, details);
      if (cut) host.message("the selection is too long: only its beginning was copied");
      finish();
    });
  };
  return { run };
}

/** Goes on collecting when each missing piece has been fetched. */
function collect(
  state: CopyState,
  collector: TextCollector,
  done: (text: string, cut: boolean) => void,
): Wait | undefined {
  const missing = collector.collect();
  if (missing === undefined) {
    done(collector.text, collector.cut);
    return undefined;
  }
  const to = Math.min(missing + COPY_CHUNK, state.text.last + 1);
  return {
    until: state.text.source.fetch(missing, to),
    then: () => {
      state.text.settle(missing, to);
      return collect(state, collector, done);
    },
  };
}

/** From the cursor to the end of the line, `count` lines down. */
function restOfLine(state: CopyState, count: number): Region {
  const { line, cell } = state.cursor;
  const last = Math.min(state.text.last, line + count - 1);
  return { kind: "text", from: { line, cell }, to: { line: last, cell: state.text.length(last) }, newline: false };
}

function lines(state: CopyState, count: number): Region {
  const { line } = state.cursor;
  const last = Math.min(state.text.last, line + count - 1);
  state.text.line(last);
  return wholeLines(state.text, line, last, state.keys === "vi");
}

/** The selection; its ends must be here, for they decide where words and lines end. @throws LineMissing */
const selected = (state: CopyState): Region | undefined => {
  const { selection } = state;
  if (!selection) return undefined;
  state.text.line(selection.anchor.line);
  state.text.line((selection.head ?? state.cursor).line);
  return state.region;
};

/** The commands `name`, `name-and-cancel`, and (of the selection) `name-no-clear`. */
function family(name: string, style: CopyStyle): [string, Action][] {
  const both: [string, Action][] = [
    [name, copying({ ...style, clears: true })],
    [`${name}-and-cancel`, copying({ ...style, clears: true, leaves: true })],
  ];
  return style.what === selected ? [...both, [`${name}-no-clear`, copying(style)]] : both;
}

const COPY_ACTIONS: ActionTable = Object.fromEntries([
  ...family("copy-selection", { what: selected }),
  ...family("append-selection", { what: selected, append: true }),
  ...family("copy-pipe", { what: selected, pipes: true }),
  ...family("pipe", { what: selected, pipes: true, keepsBuffer: true }),
  ...family("copy-line", { what: lines }),
  ...family("copy-pipe-line", { what: lines, pipes: true }),
  ...family("copy-end-of-line", { what: restOfLine }),
  ...family("copy-pipe-end-of-line", { what: restOfLine, pipes: true }),
]);

export const SELECT_ACTIONS: ActionTable = {
  "begin-selection": { run: beginSelection },
  "stop-selection": { run: stopSelection },
  "clear-selection": { run: clearSelection },
  "select-word": { run: selectWord },
  "select-line": { run: selectLine },
  "other-end": { run: otherEnd, repeats: true },
  "rectangle-on": setRectangle(() => true),
  "rectangle-off": setRectangle(() => false),
  "rectangle-toggle": setRectangle((before) => !before),
  ...COPY_ACTIONS,
};
