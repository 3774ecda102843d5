/**
 * Programs on pseudo-terminals of their own. The runtime's own terminal reads greedily; so its master is duplicated by
 * name and the original closed in the same tick, before a byte is read.
 */
import { readdirSync } from "node:fs";
import { FugueError, systemCode } from "../base/errors.ts";
import { duplicate, ptsName } from "../base/libc.ts";
import { terminalOf } from "../base/process-stat.ts";
import type { PaneExit, SpawnRequest } from "./protocol.ts";

/** A program and the master of its terminal, which belongs to whoever asked for it. */
export interface Program {
  readonly pid: number;
  /** Descriptor of the master. */
  readonly master: number;
  /** Resolves when the program has ended. */
  readonly exited: Promise<PaneExit>;
}

/** A PTY master that this process has open. */
export interface OpenMaster {
  readonly fd: number;
  /** Name of its terminal, such as `/dev/pts/7`. */
  readonly name: string;
}

/** All of them. One terminal may stand there twice, while its first descriptor is being closed. */
function openMasters(): OpenMaster[] {
  return readdirSync(process.platform === "darwin" ? "/dev/fd" : "/proc/self/fd").flatMap((entry) => {
    const name = ptsName(Number(entry));
    return name === undefined ? [] : [{ fd: Number(entry), name }];
  });
}

/**
 * Which master a program was just started on.
 * @param own name of its terminal; undefined if it has ended already: then it is what was not open before, number and
 * name together, because each alone is used again
 */
export function masterAmong(now: readonly OpenMaster[], before: readonly OpenMaster[], own: string | undefined): number | undefined {
  if (own !== undefined) return now.find(({ name }) => name === own)?.fd;
  return now.find(({ fd, name }) => !before.some((each) => each.fd === fd && each.name === name))?.fd;
}

/** The master of the terminal that process `pid` was just started on. @throws FugueError `system` */
function newMaster(pid: number, before: readonly OpenMaster[]): number {
  const fd = masterAmong(openMasters(), before, terminalOf(pid));
  if (fd === undefined) throw new FugueError("system", "the new terminal's master was not found", "try again");
  return fd;
}

/** Starts a program. @throws FugueError `failed` if it cannot be started, with the system's reason */
export function startProgram(request: SpawnRequest): Program {
  const { argv, argv0, env, cwd, cols, rows } = request;
  let proc: Bun.Subprocess;
  const before = openMasters();
  try {
    proc = Bun.spawn(argv, { argv0, env, cwd, terminal: { cols, rows, data() {} } });
  } catch (error) {
    throw new FugueError("failed", `can't start ${argv[0]}: ${systemCode(error) ?? String(error)}`, undefined, error);
  }
  try {
    const master = duplicate(newMaster(proc.pid, before));
    if (master < 0) throw new FugueError("system", "no file descriptor is free", "raise the limit: ulimit -n");
    const exited = proc.exited.then(
      () => ({ code: proc.exitCode, signal: proc.signalCode === null ? null : String(proc.signalCode) }),
      // somebody else has waited for it: it has ended, and nobody knows how
      () => ({ code: null, signal: null }),
    );
    return { pid: proc.pid, master, exited };
  } catch (error) {
    proc.kill("SIGKILL");
    throw error;
  } finally {
    // in the same tick as the duplicate was made: the runtime must not read a byte
    proc.terminal!.close();
  }
}
