/** `pane search`: finds text in all that a pane printed. Copy mode asks with it. */
import { serverCommand } from "./command.ts";

export const paneSearch = serverCommand({
  name: "pane search",
  summary: "Find a text in a pane's history and screen",
  details: `Lines are numbered from the pane's birth, columns count from 0. The search goes on from a place and wraps
around once.`,
  group: "pane",
  effect: "read",
  args: {
    target: { type: "target", positional: true, required: true, value: "TARGET", complete: "target", help: "the pane" },
    pattern: { type: "string", positional: true, required: true, value: "TEXT", help: "what is looked for" },
    regex: { type: "boolean", short: "r", help: "TEXT is a regular expression" },
    "ignore-case": { type: "boolean", short: "i", help: "capitals don't matter" },
    direction: { type: "choice", choices: ["forward", "backward"], value: "WAY", help: "default: backward" },
    line: { type: "integer", value: "N", help: "line to go on from; default: the end" },
    column: { type: "integer", value: "N", help: "column to go on from" },
    inclusive: { type: "boolean", help: "a match that begins at this place counts" },
  },
  mcp: {
    name: "search_pane",
    description: `Finds a text or regular expression in all that a pane printed, history included. Gives the number of
the line and the column of the nearest match before (or after) a place.`,
  },
  result: { "matches[].line": "integer: number of the line", "matches[].column": "integer: first column", "matches[].length": "integer: columns" },
  run(ctx, args) {
    const match = ctx.panes.search(ctx.find.pane(args.target).id, {
      pattern: args.pattern, regex: args.regex, ignoreCase: args["ignore-case"], direction: args.direction === "forward" ? "forward" : "backward",
      line: args.line ?? Number.MAX_SAFE_INTEGER, column: args.column ?? 0, inclusive: args.inclusive,
    });
    return { matches: match ? [match] : [] };
  },
  render: (result: { matches: { line: number; column: number }[] }) => result.matches.map((m) => `${m.line}.${m.column}`).join("\n"),
});
