/** `capture`: what a pane shows, as text. */
import { FugueError } from "../base/errors.ts";
import { PANE } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import { cell, printableLines } from "./text-table.ts";

interface Captured {
  id: number;
  target: string;
  server?: string;
  cols: number;
  rows: number;
  title: string;
  lines: string[];
  position: { x: number; y: number; visible: boolean };
  cursor: string;
}

/** `all` or a number of lines. @throws FugueError `usage` */
function historyLines(text: string): number | "all" {
  if (text === "all") return text;
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new FugueError("usage", `'${cell(text, 60)}' is no number of lines`, "write a number, or all");
}

export const capture = serverCommand({
  name: "capture",
  summary: "Print what a pane shows",
  details: `Several panes, also of several servers, are printed one after the other, each below a line that names it.`,
  group: "script",
  effect: "read",
  args: {
    target: { ...PANE, each: true },
    history: { type: "string", short: "S", value: "N|all", help: "lines of history before the screen" },
    styled: { type: "boolean", short: "e", help: "with escape sequences for colours and attributes" },
    join: { type: "boolean", short: "J", help: "lines as the program wrote them, however they were wrapped" },
    lines: { type: "integer", short: "n", value: "N", help: "only the last N of these lines" },
    since: { type: "string", value: "CURSOR", help: "only what was printed after this position, as the program wrote it" },
  },
  tmux: ["capture-pane"],
  mcp: {
    name: "read_pane", plain: true,
    description: `Reads what a pane shows. history adds lines above the screen, lines keeps only the last ones, since
only what was printed after a cursor (or after your last read, with since "last"), styled keeps colours as escape
sequences.`,
  },
  result: {
    "panes[].id": "integer: its id",
    "panes[].target": "string: it as SESSION/WINDOW.PANE",
    "panes[].cols": "integer: width in cells",
    "panes[].rows": "integer: height in cells",
    "panes[].title": "string: title that its program set",
    "panes[].lines": "array of strings: rows without trailing blanks",
    "panes[].position": "object: {x, y, visible} of the terminal's cursor, counted from 0",
    "panes[].cursor": "string: position in its output at this moment, for wait --since",
  },
  check(args) {
    if (args.history !== undefined) historyLines(args.history);
    if (args.since !== undefined && args.history !== undefined) throw new FugueError(
      "usage", "--since and --history don't go together", "give one of them",
    );
  },
  run(ctx, args): { panes: Captured[] } {
    const { id } = ctx.find.pane(args.target);
    const history = args.history === undefined ? undefined : historyLines(args.history);
    const { cols, rows, title, lines, cursor, position } = ctx.panes.capture(
      id, { history, styled: args.styled, join: args.join, since: args.since },
    );
    const shown = args.lines === undefined ? lines : lines.slice(Math.max(0, lines.length - args.lines));
    return { panes: [{ id, target: ctx.find.label(id), cols, rows, title, lines: shown, position: cursor, cursor: position }] };
  },
  render(result: { panes: Captured[] }, style, args) {
    return result.panes.map(({ server, id, target, lines }) => {
      const text = lines.map((line) => `${line}\n`).join("");
      // a server of an earlier release says less
      const head = style.several ? `== ${cell(`${server ?? ""}:${target ?? `%${id}`}`)}\n` : "";
      return head + (args.styled || style.raw ? text : printableLines(text));
    }).join("");
  },
});
