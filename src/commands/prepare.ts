/** What only the machine can resolve on which a command is given: standard input, files, relative paths. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Command } from "./command.ts";
import { cell } from "./text-table.ts";
import { argLabel, type ArgValues } from "./values.ts";

/** Files whose text is sent are at most this large. */
const LARGEST_FILE_BYTES = 8 * 1024 * 1024;

/** The surroundings of whoever gives a command. */
export interface Surroundings {
  /** Folder that relative paths start from; undefined if paths are those of another machine. */
  readonly cwd: string | undefined;
  /** All of standard input. @throws FugueError if there is none */
  stdin(): Promise<string>;
}

/**
 * Values with `-` replaced by standard input, files by their text, and relative paths by absolute ones.
 * @throws FugueError `system` for a file that can't be read, `tooLarge`, `usage` for a relative path on another machine
 */
export async function prepareValues(command: Command, values: ArgValues, around: Surroundings): Promise<ArgValues> {
  const prepared: ArgValues = { ...values };
  for (const [name, arg] of Object.entries(command.args)) {
    const value = values[name];
    if (arg.stdin) {
      // with --keys, - is a key like any other
      const only = Array.isArray(value) && value.length === 1 && values.keys !== true ? value[0] : undefined;
      if (value === "-") prepared[name] = await around.stdin();
      else if (only === "-") prepared[name] = [await around.stdin()];
    } else if (arg.type === "file" && typeof value === "string") {
      if (arg.contents) prepared[name] = value === "-" ? await around.stdin() : readText(
        fromHere(value, around.cwd ?? "/"),
      );
      else if (value !== "-") prepared[name] = absolute(argLabel(name, arg), value, around.cwd);
    }
  }
  return prepared;
}

function absolute(label: string, path: string, cwd: string | undefined): string {
  if (isAbsolute(path)) return path;
  if (cwd !== undefined) return fromHere(path, cwd);
  throw new FugueError(
    "usage", `${label} is a path on another machine: '${cell(path, 60)}' is not absolute`, "write it from / on",
  );
}

/** Shells leave `~/` as it is in `--identity=~/key`, and so does who quotes it. */
function fromHere(path: string, cwd: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(cwd, path);
}

/** The text of a regular file, bounded. */
function readText(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const stat = fstatSync(fd);
    if (stat.size > LARGEST_FILE_BYTES) throw new FugueError(
      "tooLarge", `${cell(path)} is larger than ${LARGEST_FILE_BYTES >> 20} MiB`,
    );
    const bytes = Buffer.alloc(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.toString("utf8", 0, length);
  } catch (error) {
    if (error instanceof FugueError) throw error;
    throw new FugueError("system", `can't read ${cell(path)}: ${systemCode(error) ?? "failed"}`, undefined, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
