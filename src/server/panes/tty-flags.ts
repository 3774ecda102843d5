/** How a pane's terminal treats what is typed: for clients that show keys before their echo has come. */
import { closeSync, constants, openSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { terminalFlags } from "../../base/libc.ts";
import { terminalOf } from "../../base/process-stat.ts";

/** The system is asked no more often than this. */
const FRESH_MS = 20;

export interface TerminalFlags {
  readonly echo: boolean;
  readonly canonical: boolean;
}

export class TtyFlags {
  private path: string | undefined;
  private flags: TerminalFlags | undefined;
  private askedAt = -Infinity;

  /** @param pid leader of the terminal's session */
  constructor(private readonly pid: number, private readonly clock: Clock) {}

  /** The flags as they are now, or were a moment ago; undefined where the system does not tell. */
  read(): TerminalFlags | undefined {
    const now = this.clock.now();
    if (now - this.askedAt < FRESH_MS) return this.flags;
    this.askedAt = now;
    this.path ??= terminalOf(this.pid);
    this.flags = this.path === undefined ? undefined : flagsOf(this.path);
    return this.flags;
  }
}

/** The terminal is held only for the question: whoever keeps it open keeps its end from being seen. */
function flagsOf(path: string): TerminalFlags | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    // the program has ended
    return undefined;
  }
  try {
    return terminalFlags(fd);
  } finally {
    closeSync(fd);
  }
}
