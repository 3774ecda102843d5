/**
 * Commands that are run in panes and waited for: typed into a shell, between two marks (OSC 133 C and D with an id of
 * their own, so no other mark counts), or as the program of a new pane. Their output is what was printed meanwhile.
 */
import { sleep, type Timer } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { randomHex, systemRandom } from "../../base/random.ts";
import { pastedText } from "../../commands/send.ts";
import type { InputEvent } from "../../protocol/input.ts";
import type { PaneExit } from "../../keeper/protocol.ts";
import type { TerminalEffect } from "../../terminal/effects.ts";
import type { Daemon } from "../daemon.ts";
import type { Pane } from "../panes/pane.ts";
import { argvOf, foregroundGroup } from "../panes/program.ts";
import { outputBetween, outputCursor } from "./capture.ts";
import { basename } from "node:path";

/** Commands that are waited for at the same time. */
const MOST_RUNS = 1000;
/** A shell that has printed nothing for this long is at its prompt; one that goes on printing is not waited for longer. */
const QUIET_MS = 30;
const MOST_SETTLE_MS = 500;
const SETTLE_POLL_MS = 5;
const FISH = /^fish$/;
/** What would be keys, or end the line. */
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
/** A terminal without a line editor cuts lines that are longer (N_TTY of Linux: 4095 bytes). */
const LONGEST_PLAIN_LINE_BYTES = 4000;
const SHELLS = /^-?(sh|bash|dash|ash|zsh|ksh|mksh|busybox|fish)$/;

/** How a command ended. */
export interface RunEnd {
  /** Undefined: the time was up, and it still runs. */
  exit?: PaneExit;
  lines: string[];
}

interface Run {
  readonly pane: Pane;
  /** Id of its marks; undefined if the command is the pane's own program. */
  readonly mark?: string;
  /** Output cursor at which its output begins. */
  begin?: string;
  resolve(end: RunEnd): void;
  reject(error: Error): void;
}

export class Runs {
  private readonly runs = new Set<Run>();

  constructor(private readonly daemon: Daemon) {}

  /** Waits for the program of a pane that was just made. */
  program(pane: Pane, timeoutMs: number | undefined, onCancel: (cancel: () => void) => void): Promise<RunEnd> {
    const waiting = this.wait({ pane, begin: "0.0" }, timeoutMs, onCancel);
    if (pane.exit) this.exited(pane, pane.exit);
    return waiting;
  }

  /**
   * Types a command line into the shell of a pane and waits for its end.
   * @param type writes to the pane's terminal
   * @throws FugueError `failed` if no shell is at its prompt there, `usage`, `tooLarge` if the line can't be typed
   */
  async typed(
    pane: Pane, line: string, type: (events: InputEvent[]) => Promise<unknown>, timeoutMs: number | undefined,
    onCancel: (cancel: () => void) => void,
  ): Promise<RunEnd> {
    const shell = shellIn(pane);
    if ([...this.runs].some((run) => run.pane === pane)) {
      throw new FugueError("failed", `another command runs in %${pane.id}`, "wait for it, or run this one with --new");
    }
    const mark = randomHex(systemRandom, 6);
    const typed = markedLine(line, mark, shell);
    checkTyped(pane, line, typed);
    const waiting = this.wait({ pane, mark }, timeoutMs, onCancel);
    waiting.catch(() => {});
    try {
      await this.settled(pane);
      if (![...this.runs].some((run) => run.mark === mark)) return waiting;
      // as a paste where the shell takes some: a Tab in it completes nothing
      await type([...pastedText(typed), { kind: "key", key: { name: "Enter", mods: 0 } }]);
    } catch (error) {
      for (const run of this.runs) if (run.mark === mark) run.reject(error as Error);
      throw error;
    }
    return waiting;
  }

  /** Waits for the prompt after the command before: what is typed earlier is echoed before it, and output begins behind it. */
  private async settled(pane: Pane): Promise<void> {
    const { clock } = this.daemon;
    const end = clock.now() + MOST_SETTLE_MS;
    while (clock.now() - pane.activeAt < QUIET_MS && clock.now() < end) await sleep(clock, SETTLE_POLL_MS);
  }

  private wait(run: Pick<Run, "pane" | "mark" | "begin">, timeoutMs: number | undefined, onCancel: (cancel: () => void) => void): Promise<RunEnd> {
    if (this.runs.size >= MOST_RUNS) throw new FugueError("tooLarge", "too many commands are waited for already");
    let whole!: Run;
    let timer: Timer | undefined;
    const promise = new Promise<RunEnd>((resolve, reject) => {
      whole = { ...run, resolve, reject };
    }).finally(() => {
      timer?.cancel();
      this.runs.delete(whole);
    });
    this.runs.add(whole);
    if (timeoutMs !== undefined) timer = this.daemon.clock.after(timeoutMs, () => whole.resolve({ lines: this.outputOf(whole) }));
    onCancel(() => whole.reject(new FugueError("interrupted", "cancelled")));
    return promise;
  }

  /** What a run has printed so far, without the blank lines at its end. */
  private outputOf({ pane, begin }: Run): string[] {
    if (begin === undefined) return [];
    const lines = outputBetween(pane, begin, outputCursor(pane));
    while (lines.length > 0 && lines[lines.length - 1]!.trim() === "") lines.pop();
    return lines;
  }

  /** A mark in the output of a pane, at this very place. */
  mark(pane: Pane, { mark, aid, exitStatus }: TerminalEffect & { kind: "prompt" }): void {
    for (const run of this.runs) {
      if (run.pane !== pane || run.mark === undefined || run.mark !== aid) continue;
      if (mark === "C") run.begin = outputCursor(pane);
      else if (mark === "D" && run.begin !== undefined) {
        run.resolve({ exit: { code: exitStatus ?? 0, signal: null }, lines: this.outputOf(run) });
      }
    }
  }

  /** The program of a pane has ended: so has what ran in it. */
  exited(pane: Pane, exit: PaneExit): void {
    for (const run of this.runs) if (run.pane === pane) run.resolve({ exit, lines: this.outputOf(run) });
  }

  /** @param why said of the pane */
  paneGone(pane: Pane, why = "is gone"): void {
    for (const run of this.runs) {
      if (run.pane === pane) run.reject(new FugueError("noTarget", `pane %${pane.id} ${why}`));
    }
  }
}

/** Name of the shell that is at its prompt in a pane. @throws FugueError `failed` */
function shellIn(pane: Pane): string {
  const group = foregroundGroup(pane.pid) || pane.pid;
  const name = basename(argvOf(group)[0]?.replace(/^-/, "") ?? "");
  if (group === pane.pid && SHELLS.test(name)) return name;
  const what = name === "" ? "no shell" : `'${name}'`;
  throw new FugueError("failed", `${what} is in front in %${pane.id}, not a shell at its prompt`, "run it in a new pane: --new");
}

/** @throws FugueError `usage`, `tooLarge` */
function checkTyped(pane: Pane, line: string, typed: string): void {
  if (CONTROLS.test(line)) {
    throw new FugueError("usage", "a command that is typed can't hold control characters", "write them as printf does, or give --new");
  }
  if (pane.emulator.modes().bracketedPaste) return;
  const longest = Math.max(...typed.split("\n").map((each) => Buffer.byteLength(each)));
  if (longest <= LONGEST_PLAIN_LINE_BYTES) return;
  throw new FugueError("tooLarge", `the command is too long for the shell in %${pane.id}`, "run it in a new pane: --new");
}

/** The line that is typed: it marks where the output begins and ends, and says the exit status. */
function markedLine(line: string, mark: string, shell: string): string {
  const fish = FISH.test(shell);
  const quoted = fish ? line.replace(/[\\']/g, "\\$&") : line.replaceAll("'", "'\\''");
  const status = fish ? "$status" : "$?";
  // a blank in front keeps it out of the history of shells that are set up so
  return ` printf '\\033]133;C;aid=${mark}\\007'; eval '${quoted}'; printf '\\033]133;D;%s;aid=${mark}\\007' "${status}"`;
}
