/** What `--json` says of a pane: fields that several commands share. */

/** One line per field, without the list that it stands in. */
const PANE_FIELDS = {
  id: "integer: id, never reused; as a target %ID",
  index: "integer: its number in the window",
  title: "string: title that its program set",
  program: "string: program in the foreground",
  pid: "integer: process id of what was started",
  cwd: "string: working folder",
  cols: "integer: width in cells",
  rows: "integer: height in cells",
  active: "boolean: the window's active pane",
  command: "array of strings: what was started; empty for the shell",
  cursor: "string: position in its output, for wait --since",
  exit: "object or null: {code, signal} once the program has ended",
  link: "object: {server, pane, name} of the pane that is shown, if it is a link to one of another server",
  agent: "object: {agent, state, since, question, session} of the agent that runs in it, see agents",
} as const;

/** The fields below a list: `panes[]`. */
export function paneFields(list: string): Record<string, string> {
  return Object.fromEntries(Object.entries(PANE_FIELDS).map(([name, about]) => [`${list}.${name}`, about]));
}

/** The same for a pane that stands alone: with its place. */
export const PANE_RESULT: Readonly<Record<string, string>> = {
  ...paneFields("panes[]"),
  "panes[].target": "string: it as SESSION/WINDOW.PANE",
};
