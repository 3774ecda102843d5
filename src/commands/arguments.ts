/** Arguments that many commands share, and what their values become. */
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { PaneSize, Side, SpawnOptions } from "./context.ts";
import { atMostOne } from "./values.ts";

/** A pane by position; without it the current one. */
export const PANE = {
  type: "target", positional: true, value: "TARGET", complete: "target", help: "pane; default: the current one",
} as const;

/** A window by position; without it the current one. */
export const WINDOW = {
  type: "target", positional: true, value: "TARGET", complete: "target", help: "window; default: the current one",
} as const;

/** A session by position; without it the current one. */
export const SESSION = {
  type: "target", positional: true, value: "TARGET", complete: "session", help: "session; default: the current one",
} as const;

/** A target as an option, for commands whose position is taken by a name. */
export function targetOption<const Help extends string>(help: Help) {
  return { type: "target", short: "t", value: "TARGET", complete: "target", help } as const;
}

/** What a new program starts with. */
export const SPAWN = {
  dir: { type: "file", short: "c", value: "DIR", help: "working folder; default: that of the pane it starts from" },
  env: { type: "string", repeat: true, value: "NAME=VALUE", help: "variable for its environment" },
  command: { type: "string", rest: true, value: "CMD", help: "program and its arguments; default: the shell" },
} as const;

/** A preset of the configuration in place of a command. */
export const PRESET = {
  type: "string", short: "p", value: "NAME", help: "start what this preset of the configuration says; CMD is added to it",
} as const;

/** Don't move the focus to what is made. */
export const DETACHED = { type: "boolean", short: "d", help: "leave the focus where it is" } as const;

/** Where a pane goes beside another one; below, if none of them is given. */
export const SIDES = {
  right: { type: "boolean", help: "to the right of it" },
  left: { type: "boolean", help: "to the left of it" },
  up: { type: "boolean", help: "above it" },
  down: { type: "boolean", help: "below it (the default)" },
} as const;

/** Size of a pane beside another one. */
export const SIZE = {
  type: "string", value: "N|N%", help: "its size in cells, or a share of what is divided",
} as const;

interface SpawnValues {
  dir?: string;
  env: string[];
  command: string[];
  preset?: string;
  from?: string;
}

/** SPAWN's values as the server wants them. @throws FugueError `usage` */
export function spawnOptions(values: SpawnValues): SpawnOptions {
  return {
    ...(values.command.length > 0 && { command: values.command }),
    ...(values.dir !== undefined && { cwd: values.dir }),
    ...(values.preset !== undefined && { preset: values.preset }),
    ...(values.from !== undefined && { from: values.from }),
    ...(values.env.length > 0 && { env: environment(values.env) }),
  };
}

/** `NAME=VALUE` words as a record. @throws FugueError `usage` */
export function environment(words: readonly string[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const word of words) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=([^\0]*)$/s.exec(word);
    if (!match) throw new FugueError("usage", `--env takes NAME=VALUE, not '${printable(word, 60)}'`);
    env[match[1]!] = match[2]!;
  }
  return env;
}

/** The side that SIDES' values name. @throws FugueError `usage` for several */
export function sideOf(values: { right: boolean; left: boolean; up: boolean; down: boolean }): Side {
  atMostOne(values, "right", "left", "up", "down");
  return values.right ? "right" : values.left ? "left" : values.up ? "up" : "down";
}

/** `12` or `30%`. @throws FugueError `usage` */
export function paneSize(text: string): PaneSize {
  const match = /^(\d{1,4})(%?)$/.exec(text);
  const number = Number(match?.[1]);
  if (!match || number < 1 || (match[2] === "%" && number > 99)) {
    throw new FugueError(
      "usage", `'${printable(text, 60)}' is not a size`, "write a number of cells, or a share from 1% to 99%",
    );
  }
  return match[2] === "%" ? { percent: number } : { cells: number };
}

/** Where a window goes: `3` is an index of the same session, `work` a session, `work/3` both. */
export interface WindowPlace {
  readonly session?: string;
  readonly index?: number;
}

/** Reads a place for a window. @throws FugueError `usage` */
export function windowPlace(text: string): WindowPlace {
  const match = /^(?:([^:/.%\s-][^:/.%\s]*)?\/)?(\d{1,6})$/.exec(text);
  if (match) return { ...(match[1] !== undefined && { session: match[1] }), index: Number(match[2]) };
  const name = /^([^:/.%\s-][^:/.%\s]*)\/?$/.exec(text);
  if (name) return { session: name[1] };
  throw new FugueError(
    "usage", `'${printable(text, 60)}' is no place for a window`, "write an index, SESSION or SESSION/INDEX",
  );
}
