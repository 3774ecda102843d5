/** What Linux tells of a process in one line (proc_pid_stat(5)). Elsewhere nothing. */
import { readFileSync } from "node:fs";

/** Fields after the name in parentheses, which may hold anything: the first is the state. Undefined if there is no such process. */
export function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
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
