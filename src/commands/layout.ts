/** `layout`: arranges the panes of a window. */
import { FugueError } from "../base/errors.ts";
import { serverCommand } from "./command.ts";
import { printableLines } from "./text-table.ts";
import { exactlyOne } from "./values.ts";

/** Arrangements by name, and steps through them. */
export const LAYOUTS = [
  "even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled", "spread", "next", "previous",
] as const;

interface LayoutResult {
  windows: { id: number; layout?: unknown }[];
}

export const layout = serverCommand({
  name: "layout",
  summary: "Arrange the panes of a window",
  details: `even-horizontal: side by side; even-vertical: one above the other; main-horizontal: one large pane above,
the others below it; main-vertical: one large pane on the left; tiled: in rows; spread: as they are, but of equal
size; next and previous step through the first five. --export prints the layout as JSON, and --apply takes such a file
for a window with as many panes.`,
  group: "window",
  effect: "write",
  args: {
    target: {
      type: "target", positional: true, required: true, value: "TARGET", complete: "target",
      help: "window; . is the current one",
    },
    name: {
      type: "choice", positional: true, choices: LAYOUTS, value: "NAME", complete: "layout", help: "arrangement",
    },
    export: { type: "boolean", help: "print the layout as it is" },
    apply: { type: "file", contents: true, value: "FILE", help: "arrange as the file says; - is standard input" },
  },
  tmux: ["select-layout", "next-layout", "previous-layout"],
  mcp: {
    name: "arrange_panes", args: ["target", "name"], required: ["name"],
    description: "Arranges the panes of a window: tiled, side by side, one above the other, one large one.",
  },
  result: { "windows[].id": "integer: its id", "windows[].layout": "object: the layout, with --export" },
  check(args) {
    if (args.name !== undefined && (args.export || args.apply !== undefined)) {
      throw new FugueError(
        "usage", `NAME and ${args.export ? "--export" : "--apply"} don't go together`, "give one of them",
      );
    }
    if (args.name === undefined) {
      if (!args.export && args.apply === undefined) {
        throw new FugueError("usage", "'layout' needs NAME, --export or --apply", `names: ${LAYOUTS.join(", ")}`);
      }
      exactlyOne(args, "export", "apply");
    }
  },
  async run(ctx, args): Promise<LayoutResult> {
    const { id } = ctx.find.window(args.target);
    if (args.export) return { windows: [{ id, layout: ctx.windows.exportLayout(id) }] };
    if (args.apply !== undefined) await ctx.windows.applyLayout(id, parseLayout(args.apply));
    else ctx.windows.arrange(id, args.name!);
    return { windows: [{ id }] };
  },
  render(result: LayoutResult) {
    const { layout: exported } = result.windows[0] ?? {};
    return exported === undefined ? "" : printableLines(JSON.stringify(exported, null, 2));
  },
});

function parseLayout(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FugueError("usage", "the layout is not JSON", "write one with: fugue layout TARGET --export");
  }
}
