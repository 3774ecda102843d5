/** Copies a pane's output to a program's input (`pane pipe`). Bounded: a program that does not read is given up. */
import type { Clock } from "../../base/clock.ts";

const MOST_WAITING_BYTES = 4 * 1024 * 1024;
/** After its input has ended the program has this long to end as well. */
const PATIENCE_MS = 2000;

export class OutputPipe {
  private readonly proc: Bun.Subprocess<"pipe", "ignore", "ignore">;
  private waiting = 0;
  private ended = false;

  /** Starts the program, without a shell. @throws if it cannot be started */
  constructor(command: string[], private readonly clock: Clock) {
    this.proc = Bun.spawn(command, { stdin: "pipe", stdout: "ignore", stderr: "ignore", cwd: "/" });
  }

  /** Copies bytes, unless the program has fallen too far behind: then it gets no more. */
  write(bytes: Uint8Array): void {
    if (this.ended) return;
    if (this.waiting + bytes.length > MOST_WAITING_BYTES) return this.end();
    const { stdin } = this.proc;
    this.waiting += bytes.length;
    const done = () => void (this.waiting -= bytes.length);
    try {
      void Promise.resolve(stdin.write(bytes.slice())).then(() => stdin.flush()).then(done, () => this.end());
    } catch {
      this.end();
    }
  }

  /** Ends the program's input, and the program if it goes on after that. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    try {
      void Promise.resolve(this.proc.stdin.end()).catch(() => {});
    } catch {
      // it has closed its input already
    }
    const timer = this.clock.after(PATIENCE_MS, () => this.proc.kill("SIGKILL"));
    void this.proc.exited.then(() => timer.cancel());
  }
}
