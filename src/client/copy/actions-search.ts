/** Commands that search. The source does the work; the cursor goes where the match is when the answer comes. */
import type { Action, ActionHost, ActionTable, Call, Wait } from "./action.ts";
import type { Position } from "./position.ts";
import { findMatch, matchCells, rememberPattern, searchTerm } from "./search.ts";
import type { FoundColumns, SearchTerm } from "./search.ts";
import type { CopyState } from "./state.ts";
import { wordText } from "./words.ts";

/** Stands for the word under the cursor in the arguments of a search, as in tmux. */
const CURSOR_WORD = "#{copy_cursor_word}";
/** Bound of a count before a search: each is a request to the server. */
const MOST_SEARCHES = 1000;

/** Goes to a match: vi to its start, emacs to the end that lies in the direction of the search. */
function showMatch(state: CopyState, term: SearchTerm, found: FoundColumns): void {
  const match = matchCells(state.text, found);
  const atEnd = state.keys === "emacs" && !term.backward;
  state.moveTo({ line: match.line, cell: match.cell + (atEnd ? match.length : 0) }, true);
  state.match = match;
}

/** Calls `then` once the line is here, or is known not to come. */
function withLine(state: CopyState, line: number, then: () => Wait | undefined): Wait | undefined {
  const { text } = state;
  if (text.peek(line) !== undefined) return then();
  const from = Math.max(text.first, line - state.view.height);
  const to = Math.min(text.last, line + state.view.height) + 1;
  const arrived = (): Wait | undefined => {
    text.settle(from, to);
    return text.peek(line) === undefined ? undefined : then();
  };
  return { until: text.source.fetch(from, to), then: arrived };
}

/** Searches `count` times in a row, from the cursor or from elsewhere. */
export function searchAgain(
  state: CopyState,
  term: SearchTerm,
  count: number,
  host: ActionHost,
  from: Position = state.cursor,
): Wait {
  state.shownTerm = term;
  let match: FoundColumns | undefined;
  let failure: unknown;
  const until = findMatch(state.text, term, from, state.keys === "emacs").then(
    (found) => void (match = found),
    (error: unknown) => void (failure = error),
  );
  const then = (): Wait | undefined => {
    if (match === undefined) {
      const reason = failure instanceof Error ? failure.message : "no answer";
      host.message(failure === undefined ? `not found: ${term.pattern}` : `the search failed: ${reason}`);
      state.match = undefined;
      return undefined;
    }
    const found = match;
    return withLine(state, found.line, () => {
      showMatch(state, term, found);
      return count > 1 ? searchAgain(state, term, Math.min(count, MOST_SEARCHES) - 1, host) : undefined;
    });
  };
  return { until, then };
}

function searching(regex: boolean, backward: boolean, incremental = false): Action {
  const run = (state: CopyState, { args, count }: Call, host: ActionHost): Wait | undefined => {
    const pattern = (args[0] ?? "").replaceAll(CURSOR_WORD, () => wordText(state.text, state.cursor, state.separators));
    const last = state.memory.term;
    if (pattern === "" && (last === undefined || args[0] !== "")) return undefined;
    const term = pattern === "" ? { ...last!, backward } : searchTerm(pattern, regex, backward);
    rememberPattern(state.memory.patterns, term.pattern);
    state.memory.term = term;
    return searchAgain(state, term, count, host);
  };
  const label = backward ? "(search up)" : "(search down)";
  return { run, searches: true, asks: { kind: incremental ? "incremental" : "search", label } };
}

function again(reverse: boolean): Action {
  const run = (state: CopyState, { count }: Call, host: ActionHost): Wait | undefined => {
    const { term } = state.memory;
    if (term === undefined) return undefined;
    return searchAgain(state, reverse ? { ...term, backward: !term.backward } : term, count, host);
  };
  return { run, searches: true };
}

export const SEARCH_ACTIONS: ActionTable = {
  "search-forward": searching(true, false),
  "search-backward": searching(true, true),
  "search-forward-text": searching(false, false),
  "search-backward-text": searching(false, true),
  "search-forward-incremental": searching(false, false, true),
  "search-backward-incremental": searching(false, true, true),
  "search-again": again(false),
  "search-reverse": again(true),
};
