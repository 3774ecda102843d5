/** What runs in a pane, asked of the system: the foreground program's name and its folder. Linux; elsewhere nothing. */
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { statFields } from "../../base/process-stat.ts";

/** Process group in the foreground of the terminal whose session leader is `pid`; 0 if unknown. */
export function foregroundGroup(pid: number): number {
  // tpgid is the 8th field of all
  return Math.max(0, Number(statFields(pid)?.[5] ?? 0));
}

/** Process group of a process; 0 if there is none. */
export function processGroup(pid: number): number {
  return Number(statFields(pid)?.[2] ?? 0);
}

/** Parent of a process; 0 if there is none. */
export function parentOf(pid: number): number {
  return Number(statFields(pid)?.[1] ?? 0);
}

/** Words of a process's command line; none if it has gone or is not ours. */
export function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Children of a process. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The program in front of a terminal: its process group, and its name, such as `vim`, where that is known. */
export interface Foreground {
  readonly group: number;
  readonly argv: readonly string[];
  readonly name: string | undefined;
}

/** The program in front of the terminal whose session leader is `pid`. */
export function foregroundOf(pid: number): Foreground {
  const group = foregroundGroup(pid) || pid;
  const argv = argvOf(group);
  const first = argv[0]?.replace(/^-/, "");
  if (first) return { group, argv, name: basename(first.split(" ")[0]!) };
  try {
    return { group, argv, name: readFileSync(`/proc/${group}/comm`, "utf8").trim() };
  } catch {
    return { group, argv, name: undefined };
  }
}

/** Name of the program in front, such as `vim`, or undefined. */
export function foregroundProgram(pid: number): string | undefined {
  return foregroundOf(pid).name;
}

/** Folder of the program in front, or of the pane's leader, or undefined. */
export function foregroundFolder(pid: number): string | undefined {
  for (const candidate of [foregroundGroup(pid), pid]) {
    if (candidate <= 0) continue;
    try {
      return readlinkSync(`/proc/${candidate}/cwd`);
    } catch {
      // another user's process, or gone
    }
  }
  return undefined;
}
