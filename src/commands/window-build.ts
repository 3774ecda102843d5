/** `window build`: a window with panes from a nested description. */
import { FugueError } from "../base/errors.ts";
import { SESSION } from "./arguments.ts";
import { serverCommand } from "./command.ts";
import type { SpawnOptions } from "./context.ts";
import { cell } from "./text-table.ts";

const MOST_PANES = 64;
const DEEPEST = 16;

/** A pane of the description: what runs in it. */
type LeafOptions = SpawnOptions;

/** The arrangement alone, as `layout --apply` takes it. */
interface Shape {
  size: number;
  row?: Shape[];
  column?: Shape[];
}

/** Reads a description. @returns its panes in order, and their arrangement. @throws FugueError `usage` */
function readDescription(text: string): { panes: LeafOptions[]; shape: Shape } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong("it is not JSON");
  }
  const panes: LeafOptions[] = [];
  const shape = readNode(value, panes, 0);
  return { panes, shape };
}

function wrong(what: string): FugueError {
  return new FugueError("usage", `the description of the window is wrong: ${what}`, "such as {\"row\": [{\"command\": [\"vim\"]}, {\"column\": [{}, {}]}]}");
}

function readNode(value: unknown, panes: LeafOptions[], depth: number): Shape {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > DEEPEST) throw wrong("a part is no object, or nested too deep");
  const { row, column, size = 1, ...leaf } = value as Record<string, unknown>;
  if (!Number.isInteger(size) || (size as number) < 1 || (size as number) > 1000) throw wrong("a size is a whole number from 1 to 1000");
  const children = row ?? column;
  if (children === undefined) {
    panes.push(readLeaf(leaf));
    if (panes.length > MOST_PANES) throw wrong(`it has more than ${MOST_PANES} panes`);
    return { size: size as number };
  }
  if (row !== undefined && column !== undefined) throw wrong("a part is a row or a column, not both");
  if (!Array.isArray(children) || children.length === 0) throw wrong("a row or column is a list of parts");
  const parts = children.map((child) => readNode(child, panes, depth + 1));
  return { size: size as number, ...(row === undefined ? { column: parts } : { row: parts }) };
}

function readLeaf({ command, dir, env, name, preset, ...others }: Record<string, unknown>): LeafOptions {
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw wrong(`a pane has no '${cell(unknown, 40)}'`);
  const words = typeof command === "string" ? [command] : command;
  const isText = (one: unknown): one is string => typeof one === "string" && !one.includes("\0");
  if (words !== undefined && !(Array.isArray(words) && words.every(isText))) throw wrong("a command is a text, or a list of texts");
  for (const text of [dir, name, preset]) if (text !== undefined && !isText(text)) throw wrong("dir, name and preset are texts");
  if (isText(dir) && !dir.startsWith("/")) throw wrong("a dir begins with /");
  if (env !== undefined && !(typeof env === "object" && env !== null && Object.values(env).every(isText))) throw wrong("env is an object of texts");
  return {
    ...(words !== undefined && { command: words as string[] }), ...(dir !== undefined && { cwd: dir as string }),
    ...(preset !== undefined && { preset: preset as string }), ...(name !== undefined && { name: name as string }), ...(env !== undefined && { env: env as Record<string, string> }),
  };
}

export const windowBuild = serverCommand({
  name: "window build",
  summary: "Create a window with panes from a description",
  details: `The description is JSON: a pane is an object with command, preset, dir, env and name, all of which may be left out, and
{"row": [...]} or {"column": [...]} divides its place among parts, in the proportion of their size. If a program can't be
started there is no window.`,
  group: "window",
  effect: "write",
  args: {
    target: { ...SESSION, help: "session to add it to; default: the current one" },
    layout: { type: "file", contents: true, json: true, required: true, value: "FILE", help: "the description; - is standard input" },
    name: { type: "string", short: "n", value: "NAME", help: "its name; default: that of its program" },
  },
  mcp: {
    name: "create_layout",
    description: `Creates a window with panes from a nested description: {"row": [{"command": ["vim"], "size": 2}, {"column":
[{"command": "npm test"}, {}]}]}. A pane may have command, preset, dir, env, name, size; an empty one is a shell. Gives the panes in
the order of the description.`,
  },
  result: {
    "windows[].id": "integer: id of the window", "windows[].index": "integer: its number in the session",
    "windows[].panes": "array of strings: its panes as %ID, in the order of the description",
  },
  async run(ctx, args) {
    const { panes: [first, ...others], shape } = readDescription(args.layout);
    const session = ctx.find.session(args.target);
    const { window, pane } = await ctx.windows.create(session.id, { ...first, name: args.name, select: false });
    const ids = [pane.id];
    try {
      for (const options of others) {
        // room for the next one, however many there are
        if (ids.length > 1) ctx.windows.arrange(window.id, "tiled");
        ids.push((await ctx.panes.split(ids.at(-1)!, { ...options, side: "down", select: false })).id);
      }
      await ctx.windows.applyLayout(window.id, shape);
      if (first!.name !== undefined) ctx.panes.rename(pane.id, first!.name);
    } catch (error) {
      ctx.windows.kill(window.id);
      throw error;
    }
    return { windows: [{ id: window.id, index: window.index, panes: ids.map((id) => `%${id}`) }] };
  },
});
