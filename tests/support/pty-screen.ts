/** A program on a real terminal whose screen is an emulator: for tests of what programs do to terminals. */
import { systemClock } from "../../src/base/clock.ts";
import { startProgram } from "../../src/keeper/program.ts";
import { Pty } from "../../src/keeper/pty.ts";
import type { PaneExit } from "../../src/keeper/protocol.ts";
import { Emulator } from "../../src/terminal/emulator.ts";
import { screenText } from "./cells.ts";
import { waitUntil } from "./wait-until.ts";

export class PtyScreen {
  readonly emulator: Emulator;
  readonly pty: Pty;
  output = "";
  exit: PaneExit | undefined;
  private reading = true;

  constructor(argv: string[], cols = 80, rows = 24, env: Record<string, string> = {}) {
    this.emulator = new Emulator({ cols, rows, scrollback: 0 }, {
      reply: (bytes) => void this.pty.write(
        bytes.slice(), () => {},
      ), effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
    });
    const base = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/", TERM: "xterm-256color" };
    this.pty = new Pty(startProgram({ argv, env: { ...base, ...env }, cwd: "/", cols, rows }), systemClock);
    void this.pty.exited.then((exit) => (this.exit = exit));
    void this.pump();
  }

  private async pump(): Promise<void> {
    for (;;) {
      while (!this.reading) await Bun.sleep(2);
      const bytes = await this.pty.read();
      if (bytes === undefined) return;
      this.output += new TextDecoder("latin1").decode(bytes);
      this.emulator.parse(bytes);
    }
  }

  /** Stops reading the program's output, as a terminal with a frozen window does. */
  freeze(frozen: boolean): void {
    this.reading = !frozen;
  }

  type(text: string): void {
    this.pty.write(new TextEncoder().encode(text), () => {});
  }

  resize(cols: number, rows: number): void {
    this.emulator.resize(cols, rows);
    this.pty.resize(cols, rows);
  }

  get text(): string {
    return screenText(this.emulator).join("\n").trimEnd();
  }

  waitFor(what: string, condition: () => boolean): Promise<void> {
    return waitUntil(
      what, condition,
      () => ({ text: this.text, end: this.output.slice(-300), exit: this.exit, modes: this.emulator.modes() }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.pty.kill(9);
    await this.pty.exited;
    this.reading = true;
    this.pty.close();
    this.emulator.dispose();
  }
}
