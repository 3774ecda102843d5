/** `window find`: windows whose name, title or visible text holds a text. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import { cell, listTable } from "./text-table.ts";

interface Found {
  id: number;
  pane: number;
  target: string;
  line: string;
}

export const windowFind = serverCommand({
  name: "window find",
  summary: "Find windows by name, title or visible text",
  details: "Capitals make no difference. A person is taken to the first one found after the current one.",
  group: "window",
  effect: "read",
  args: {
    text: { type: "string", positional: true, required: true, value: "TEXT", help: "what to look for" },
  },
  tmux: ["find-window"],
  mcp: {
    name: "find_windows",
    description: "Finds windows whose name, title or visible text holds a text, without regard to capitals.",
  },
  result: {
    "windows[].id": "integer: its id",
    "windows[].pane": "integer: id of the pane in which it was found",
    "windows[].target": "string: that pane as SESSION/WINDOW.PANE",
    "windows[].line": "string: the line that holds the text",
  },
  run(ctx, args): { windows: Found[] } {
    const found = ctx.windows.search(args.text);
    if (found.length === 0) throw new FugueError("noTarget", `no window holds '${cell(args.text, 60)}'`);
    if (ctx.caller.kind === "person") {
      const here = ctx.find.window().id;
      const at = found.findIndex(({ window }) => window.id === here);
      const next = [...found.slice(at + 1), ...found.slice(0, at + 1)][0]!;
      ctx.windows.select(next.window.id);
      ctx.panes.select(next.pane.id);
    }
    return { windows: found.map(
      ({ window, pane, line }) => ({ id: window.id, pane: pane.id, target: ctx.find.label(pane.id), line })
    ) };
  },
  render(result: { windows: Found[] }, style) {
    return listTable(result.windows, style.several, ({ target, line }) => [cell(target), cell(line, 200)]);
  },
});
