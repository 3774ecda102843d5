/**
 * Targets as people write them: `[SERVER:]SESSION[/WINDOW[.PANE]]` or `[SERVER:]%PANEID`. Parts on the left that are
 * left out are the caller's own: `/2` is a window of its session, `.1` a pane of its window, `.` its pane. Pure syntax,
 * no lookup.
 */
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";

export interface Target {
  readonly server?: string;
  readonly session?: string;
  /** Window index or name. */
  readonly window?: string;
  /** Pane index within its window. */
  readonly pane?: number;
  /** Pane id, from `%12`. */
  readonly paneId?: number;
}

const LONGEST_TARGET = 1024;
const SYNTAX = "a target is [SERVER:]SESSION[/WINDOW[.PANE]] or [SERVER:]%PANEID";

/** What to write for a target of tmux such as `work:2.1`. */
function hintFor(text: string): string {
  const tmux = /^(?!local:)([^:/.%\s]+):([^:/.%\s]+)\.(\d{1,6})$/.exec(text);
  return tmux ? `did you mean '${printable(`${tmux[1]}/${tmux[2]}.${tmux[3]}`)}'?` : SYNTAX;
}

function syntaxError(text: string, hint = hintFor(text)): FugueError {
  return new FugueError("usage", `'${printable(text)}' is not a target`, hint);
}

/** Parses a target. @throws FugueError `usage` that shows the syntax. */
export function parseTarget(text: string): Target {
  if (text.length > LONGEST_TARGET) throw syntaxError(text);
  const colon = text.indexOf(":");
  const server = colon >= 0 ? text.slice(0, colon) : undefined;
  const rest = colon >= 0 ? text.slice(colon + 1) : text;
  if (server === "" || rest.includes(":")) throw syntaxError(text);
  if (rest.startsWith("%")) {
    if (!/^%\d{1,9}$/.test(rest)) throw syntaxError(text, "a pane id is % and a number: %12");
    return { server, paneId: Number(rest.slice(1)) };
  }
  if (/^\.\d{0,6}$/.test(rest)) return { server, pane: rest === "." ? undefined : Number(rest.slice(1)) };
  const match = /^([^/.%\s]*)(?:\/([^/.%\s]+)(?:\.(\d{1,6}))?)?$/.exec(rest);
  if (!match) throw syntaxError(text);
  const [, session, window, pane] = match;
  if (session === "" && window === undefined && server === undefined) throw syntaxError(text);
  return {
    server,
    session: session === "" ? undefined : session,
    window,
    pane: pane === undefined ? undefined : Number(pane),
  };
}

/**
 * That no server has a name, with what was meant or what there is.
 * @param meant a better hint, if there is one
 */
export function unknownServer(name: string, known: readonly string[], meant?: string): FugueError {
  return new FugueError("noTarget", `no server is named '${printable(name, 60)}'`, meant ?? suggestion(name, [...known], "servers"));
}

/** The target as text again. */
export function formatTarget(target: Target): string {
  const server = target.server === undefined ? "" : `${target.server}:`;
  if (target.paneId !== undefined) return `${server}%${target.paneId}`;
  const window = target.window === undefined ? "" : `/${target.window}`;
  const pane = target.pane === undefined ? "" : `.${target.pane}`;
  const local = `${target.session ?? ""}${window}${pane}`;
  return server + (local === "" && server === "" ? "." : local);
}

/** A target taken apart: the server that it names, and what it means on that server. Nothing of nothing. @throws FugueError `usage` */
export function splitTarget(text: string | undefined): { server?: string; local?: string } {
  if (text === undefined) return {};
  const { server, ...target } = parseTarget(text);
  return { server, local: formatTarget(target) };
}
