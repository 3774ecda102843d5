/** Commands that scroll, and those that then leave copy mode at the bottom. */
import type { Action, ActionHost, ActionTable, Call } from "./action.ts";
import { compareRows } from "./position.ts";
import type { CopyState } from "./state.ts";

function pageOf(state: CopyState): number {
  return state.view.height > 2 ? state.view.height - 2 : 1;
}

function halfPageOf(state: CopyState): number {
  return Math.max(1, state.view.height >> 1);
}

/** Scrolls by `rows` a time; where the text ends, the cursor goes on by itself. */
function paging(direction: 1 | -1, rows: (state: CopyState) => number): Action {
  const run: Action["run"] = (state, { count }) => state.scroll(direction * rows(state) * count, true);
  return { run, scrolls: direction > 0 ? "down" : "up" };
}

function scrolling(direction: 1 | -1): Action {
  const run: Action["run"] = (state, { count }) => state.scroll(direction * count, false);
  return { run, scrolls: direction > 0 ? "down" : "up" };
}

/** The same, leaving copy mode if that ends at the bottom. */
function untilBottom(action: Action): Action {
  const run = (state: CopyState, call: Call, host: ActionHost): void => {
    action.run(state, call, host);
    if (state.view.atBottom) host.exit();
  };
  return { run, scrolls: "down" };
}

/** Down; leaves copy mode if there is nowhere to go. */
function downOrLeave(state: CopyState, { count }: Call, host: ActionHost): void {
  const before = state.row;
  state.moveRows(count);
  if (state.view.atBottom && compareRows(state.row, before) === 0) host.exit();
}

/** Scrolls so that the given number is the one shown in the corner; the cursor stays where it is on the screen. */
function goToLine(state: CopyState, { args }: Call): void {
  const number = /^\d{1,15}$/.test(args[0] ?? "") ? Number(args[0]) : undefined;
  if (number === undefined) return;
  const { y, view } = state;
  const line = Math.max(state.text.first, view.bottomTop.line - number);
  view.setTop(number === 0 ? view.bottomTop : { line, row: 0 });
  state.moveToRow(state.layout.move(view.top, y));
}

/** Scrolls so that the cursor's row is shown at a place of the view. */
function showCursorAt(pick: (height: number) => number): Action {
  const run = (state: CopyState): void => {
    state.view.setTop(state.layout.move(state.row, -pick(state.view.height)));
    state.view.reveal(state.row);
  };
  return { run };
}

const PAGE_DOWN = paging(1, pageOf);
const HALF_PAGE_DOWN = paging(1, halfPageOf);
const SCROLL_DOWN = scrolling(1);

export const SCROLL_ACTIONS: ActionTable = {
  "page-up": paging(-1, pageOf),
  "page-down": PAGE_DOWN,
  "page-down-and-cancel": untilBottom(PAGE_DOWN),
  "halfpage-up": paging(-1, halfPageOf),
  "halfpage-down": HALF_PAGE_DOWN,
  "halfpage-down-and-cancel": untilBottom(HALF_PAGE_DOWN),
  "scroll-up": scrolling(-1),
  "scroll-down": SCROLL_DOWN,
  "scroll-down-and-cancel": untilBottom(SCROLL_DOWN),
  "cursor-down-and-cancel": { run: downOrLeave },
  "goto-line": { run: goToLine, asks: { kind: "line", label: "(goto line)" } },
  "scroll-top": showCursorAt(() => 0),
  "scroll-middle": showCursorAt((height) => (height - 1) >> 1),
  "scroll-bottom": showCursorAt((height) => height - 1),
  "toggle-position": {
    run: (state) => {
      state.positionShown = !state.positionShown;
    },
  },
};
