/** Processes of one test, recognised by the test's own folder in their environment: looked at, and at last ended. */
import { readdirSync, readFileSync } from "node:fs";
import { statFields } from "../../src/base/process-stat.ts";

export interface ProcessInfo {
  readonly pid: number;
  readonly command: string;
  readonly environment: readonly string[];
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // it ended, or is somebody else's
    return "";
  }
}

/** State letter of a process as in proc(5), "" if there is none. */
export function processState(pid: number): string {
  return statFields(pid)?.[0] ?? "";
}

/** Whether a process runs; one that only waits to be collected does not. */
export function isAlive(pid: number): boolean {
  return !["", "Z", "X"].includes(processState(pid));
}

/** Every process with `folder` in its environment that has not ended, this one left out. */
export function processesOf(folder: string): ProcessInfo[] {
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    const environment = read(`/proc/${pid}/environ`);
    if (!environment.includes(folder) || !isAlive(pid)) return [];
    return [
      { pid, command: read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim(), environment: environment.split("\0") },
    ];
  });
}

/** Ends one of those processes for good. */
export function kill(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended already
  }
}

/** Threads, memory and open files are not of interest: only the number of open file descriptors. */
export function descriptorsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}
