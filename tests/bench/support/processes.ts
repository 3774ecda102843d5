/** Processes as the bench sees them: bounded runs of commands, and what /proc says about memory and CPU. Linux. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { systemClock, sleep } from "../../../src/base/clock.ts";
import { statFields } from "../../../src/base/process-stat.ts";
import { isAlive } from "../../support/e2e-processes.ts";

/** Clock ticks per second in /proc/PID/stat: the same on every Linux that is not older than this century. */
const TICKS_PER_SECOND = 100;
const RUN_LIMIT_MS = 20_000;

export type Environment = Record<string, string>;

/** How a command is run: argv, environment and folder. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly cwd: string;
}

/**
 * Runs a command to its end, which must come within `limit` milliseconds.
 * @returns what it printed. @throws Error with its standard error if it fails.
 */
export function run(command: Command, limit = RUN_LIMIT_MS): string {
  const { argv, env, cwd } = command;
  const result = Bun.spawnSync([...argv], { env, cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: limit });
  if (result.exitCode === 0) return result.stdout.toString();
  const why = (result.stderr.toString() + result.stdout.toString()).trim().slice(0, 300);
  throw new Error(`${argv.slice(0, 3).join(" ")} failed (${result.signalCode ?? result.exitCode}): ${why}`);
}

/** The same without standing still: for what goes through this process, over a link of its own. */
export async function runBeside(command: Command, limit = RUN_LIMIT_MS): Promise<string> {
  const { argv, env, cwd } = command;
  const proc = Bun.spawn([...argv], { env, cwd, stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: limit });
  const [out, err] = await Promise.all([new Response(proc.stdout).text(), new Response(proc.stderr).text(), proc.exited]);
  if (proc.exitCode === 0) return out;
  throw new Error(`${argv.slice(0, 3).join(" ")} failed (${proc.signalCode ?? proc.exitCode}): ${(err + out).trim().slice(0, 300)}`);
}

/** Milliseconds from the start of a command to its end. @throws Error if it fails. */
export function timeOf(command: Command): number {
  const before = systemClock.now();
  run(command);
  return systemClock.now() - before;
}

/** Ids of the processes whose parent is `parent`. */
export function childrenOf(parent: number): number[] {
  return readdirSync("/proc").map(Number).filter((pid) => pid > 0 && Number(statFields(pid)?.[1]) === parent);
}

/** Gives a process the least share of the processors, for good: see "autogroup" and "nice" in sched(7). One that is gone is left out. */
export function giveWay(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
    // where sessions are groups of their own the group's niceness counts
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
  } catch (error) {
    if (isAlive(pid) && existsSync(`/proc/${pid}/autogroup`)) throw error;
  }
}

/** The argument vector of a process; empty if it is gone. */
export function argvOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

/** Proportional share of memory (PSS) of these processes together, in bytes. */
export function memoryOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? NaN) * 1024;
  }, 0);
}

/** CPU time (user and system, all threads) that these processes have used so far, in milliseconds. */
export function cpuOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = statFields(pid);
    if (!fields) throw new Error(`process ${pid} is gone`);
    return sum + ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  }, 0);
}

/** Waits until these processes use less than 2 % of a CPU over half a second, at most `limit` milliseconds. */
export async function quietCpu(pids: readonly number[], limit: number): Promise<void> {
  const end = systemClock.now() + limit;
  let before = cpuOf(pids);
  while (systemClock.now() < end) {
    await sleep(systemClock, 500);
    const now = cpuOf(pids);
    if (now - before < 10) return;
    before = now;
  }
}

/** Ends a process the hard way, and waits until it is gone (at most 3 s). */
export async function killHard(pid: number): Promise<void> {
  for (let tries = 0; tries < 60 && isAlive(pid); tries++) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return;
    }
    await sleep(systemClock, 50);
  }
}
