/** What runs in a pane, asked of the system: the foreground program's name and its folder. Linux; elsewhere nothing. */
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** Fields of /proc/PID/stat after the name in parentheses, which may hold anything; undefined if there is none. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

/** Process group in the foreground of the terminal whose session leader is `pid`; 0 if unknown. */
export function foregroundGroup(pid: number): number {
  // tpgid is the 8th field of all
  return Math.max(0, Number(statFields(pid)?.[5] ?? 0));
}

/** Majors of device numbers of Unix98 terminals, of 256 each. */
const FIRST_PTS_MAJOR = 136;
const LAST_PTS_MAJOR = 143;

/** Path of a process's controlling terminal, `/dev/pts/N`; undefined if it has none, or none of that kind. */
export function terminalOf(pid: number): string | undefined {
  // tty_nr is the 7th field of all: major in bits 8 to 19, minor in the others
  const device = Number(statFields(pid)?.[4] ?? 0);
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major < FIRST_PTS_MAJOR || major > LAST_PTS_MAJOR) return undefined;
  return `/dev/pts/${(major - FIRST_PTS_MAJOR) * 256 + minor}`;
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
