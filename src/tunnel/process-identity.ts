/** Which process a record speaks of: its pid, and what tells it from a later process with the same pid. */
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { statFields } from "../base/process-stat.ts";

/** A process for all time. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, as the system counts it: clock ticks since the boot on Linux (proc(5), field 22). */
  readonly started: string;
  /** Which boot of its machine; the empty string where the system does not say. */
  readonly boot: string;
  readonly host: string;
}

/** How a recorded process stands: `elsewhere` is another machine with the same home, of which nothing can be known. */
export type Liveness = "alive" | "dead" | "elsewhere";

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) ?? "", boot: bootId(), host: hostname() };
}

/** Whether the process still runs. A pid that was given to another process since is dead. */
export function liveness(identity: ProcessIdentity): Liveness {
  const sameBoot = identity.boot !== "" && identity.boot === bootId();
  // a machine may change its name while it runs, and keeps it over a reboot
  if (!sameBoot) return identity.host === hostname() ? "dead" : "elsewhere";
  const started = startOf(identity.pid);
  return started !== undefined && started === identity.started ? "alive" : "dead";
}

/** Sends a signal to exactly this process. @returns false if it is gone, or is not on this machine. */
export function signalProcess(identity: ProcessIdentity, signal: "SIGTERM" | "SIGKILL"): boolean {
  if (liveness(identity) !== "alive") return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    // it ended in this very moment
    return false;
  }
}

function bootId(): string {
  if (process.platform === "linux") return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
  return said(["sysctl", "-n", "kern.boottime"]);
}

/** When a process started; undefined if there is none, or it has ended and waits to be collected. */
function startOf(pid: number): string | undefined {
  if (process.platform !== "linux") return said(["ps", "-o", "lstart=", "-p", String(pid)]) || undefined;
  const fields = statFields(pid);
  return fields === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

function said(argv: string[]): string {
  try {
    return Bun.spawnSync(argv).stdout.toString().trim();
  } catch {
    return "";
  }
}
