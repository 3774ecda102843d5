/** What runs in a pane, asked of the system: the foreground program's name and its folder. Linux; elsewhere nothing. */
import { readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";

/** Process group in the foreground of the terminal whose session leader is `pid`; 0 if unknown. */
function foregroundGroup(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // the name in parentheses may hold anything: fields are counted after its end; tpgid is the 8th of all
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Math.max(0, Number(fields[5]));
  } catch {
    return 0;
  }
}

/** Name of the program in front, such as `vim`, or undefined. */
export function foregroundProgram(pid: number): string | undefined {
  const group = foregroundGroup(pid) || pid;
  try {
    const argv = readFileSync(`/proc/${group}/cmdline`, "utf8").split("\0");
    const first = argv[0]?.replace(/^-/, "");
    if (first) return basename(first.split(" ")[0]!);
    return readFileSync(`/proc/${group}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
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
