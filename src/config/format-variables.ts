/** The variables of formats: what a status line, a title or a border can show. One table; docs and checks use it. */

/** Every variable with what it stands for. Flags are `1` or `0`. What is unknown at the moment is empty. */
export const FORMAT_VARIABLES = {
  server: "name of the server, as this client's configuration calls it",
  servers: "a mark for the connection to each server, if there are several: ● connected, ◐ connecting, ○ off, ✗ failed",
  link: "state of the connection to the server: connected, reconnecting, offline",
  host: "host name of the server",
  host_short: "host name of the server without its domain",
  version: "version of the server",
  session: "name of the session",
  session_windows: "number of windows in the session",
  session_attached: "number of clients attached to the session",
  window: "name of the window",
  window_index: "number of the window in its session",
  window_id: "id of the window, never used again",
  window_flags: "flags of the window: * current, - last, # activity, ! bell, Z zoomed",
  window_panes: "number of panes in the window",
  window_active: "flag: the window is the one shown",
  window_last: "flag: the window is the one shown before",
  window_bell: "flag: a bell rang in the window while it was not shown",
  window_activity: "flag: something was printed in the window while it was not shown",
  zoomed: "flag: the active pane fills the window",
  title: "title of the pane, as its program sets it",
  pane_index: "number of the pane in its window",
  pane_id: "id of the pane (%N), never used again",
  pane_active: "flag: the pane has the focus",
  pane_width: "columns of the pane",
  pane_height: "rows of the pane",
  pane_dead: "flag: the program of the pane has ended",
  pane_status: "exit status of a pane whose program has ended",
  pane_mode: "flag: the pane is in copy mode or another mode",
  synchronized: "flag: input goes to all panes of the window",
  command: "name of the program that runs in the pane",
  path: "working folder of the pane",
  agent: "state of the agent in the pane: idle, working, blocked, done, error, exited",
  agent_mark: "its mark: . idle, ~ working, ? blocked, + done, x error, - exited",
  agent_name: "name of the agent in the pane",
  window_agent: "most pressing state of the agents in the window",
  window_agent_mark: "its mark, if it works or waits",
  agents: "marks of the agents of the server, each with their number: ?1 +2 ~3",
  prefix: "flag: the prefix key was pressed and a key is awaited",
} as const satisfies Readonly<Record<string, string>>;

/** Name of a variable. */
export type FormatVariable = keyof typeof FORMAT_VARIABLES;

/** What variables stand for at one moment; a variable that is missing is empty. */
export type FormatValues = Readonly<Partial<Record<FormatVariable, string | number | boolean>>>;

/** tmux's names (section FORMATS of tmux(1)) for variables of ours. */
const TMUX_NAMES: Readonly<Record<string, FormatVariable>> = {
  session_name: "session",
  window_name: "window",
  window_last_flag: "window_last",
  window_bell_flag: "window_bell",
  window_activity_flag: "window_activity",
  window_zoomed_flag: "zoomed",
  pane_title: "title",
  pane_dead_status: "pane_status",
  pane_in_mode: "pane_mode",
  pane_synchronized: "synchronized",
  pane_current_command: "command",
  pane_current_path: "path",
  client_prefix: "prefix",
};

/** The letters after `#`, as in tmux. */
const LETTERS: Readonly<Record<string, FormatVariable>> = {
  S: "session",
  W: "window",
  I: "window_index",
  F: "window_flags",
  P: "pane_index",
  D: "pane_id",
  T: "title",
  H: "host",
  h: "host_short",
};

/** The variable with this name, or with this name in tmux. */
export function variableNamed(name: string): FormatVariable | undefined {
  if (Object.hasOwn(FORMAT_VARIABLES, name)) return name as FormatVariable;
  return Object.hasOwn(TMUX_NAMES, name) ? TMUX_NAMES[name] : undefined;
}

/** The variable behind `#LETTER`. */
export function variableOfLetter(letter: string): FormatVariable | undefined {
  return Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
}

/** Every letter that may follow `#`, for messages. */
export const VARIABLE_LETTERS = Object.keys(LETTERS).map((letter) => `#${letter}`).join(" ");
