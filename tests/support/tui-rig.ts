/** A TUI on a terminal in memory, tied to a whole daemon: keys go in as bytes, the screen is what an emulator shows. */
import { seededRandom } from "../../src/base/random.ts";
import type { ServerLink } from "../../src/client/connection/server-link.ts";
import { Servers } from "../../src/client/tui/servers.ts";
import { Tui, type TuiEnd } from "../../src/client/tui/tui.ts";
import type { OuterTerminal, TerminalHandlers } from "../../src/client/tty/terminal.ts";
import { defaultConfig } from "../../src/config/config.ts";
import type { Options } from "../../src/config/options.ts";
import type { Attach } from "../../src/protocol/messages.ts";
import { Emulator } from "../../src/terminal/emulator.ts";
import { screenText } from "./cells.ts";
import { DaemonRig } from "./daemon-rig.ts";
import type { FakeDaemon } from "./fake-daemon.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { waitUntil } from "./wait-until.ts";
// what a view loads when it is wanted first, which takes more than turns: tests that count these have it
import "neo-blessed";
import "../../src/client/copy/clipboard.ts";
import "../../src/client/copy/mode.ts";
import "../../src/client/tui/history-source.ts";
import "../../src/client/tui/overlays.ts";
import "../../src/commands/command-line.ts";
import type { ServerSettings } from "../../src/server/settings.ts";

const HELLO = { client: 5000, kind: "tui", name: "test", pid: 1, release: "0" } as const;

/** What the TUI needs of the outer terminal. It may be slow: then it takes what is written when a test says so. */
export class FakeTerminal {
  readonly emulator: Emulator;
  handlers: TerminalHandlers | undefined;
  slow = false;
  restored = 0;
  /** Everything that was written, for tests that look at the bytes. */
  written = "";
  private waiting: { text: string | Uint8Array; done?: () => void }[] = [];

  constructor(public cols: number, public rows: number) {
    this.emulator = new Emulator({ cols, rows, scrollback: 0 }, {
      reply: (bytes) =>
        this.handlers?.data(bytes), effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
    });
  }

  get pending(): number {
    return this.waiting.length;
  }

  start(handlers: TerminalHandlers): void {
    this.handlers = handlers;
  }

  write(text: string | Uint8Array, done?: () => void): void {
    this.written += typeof text === "string" ? text : new TextDecoder().decode(text);
    this.waiting.push({ text, done });
    if (!this.slow) this.take();
  }

  /** Takes what waits, or this many writes of it. */
  take(most = Infinity): void {
    for (let n = 0; n < most && this.waiting.length > 0; n++) {
      const { text, done } = this.waiting.shift()!;
      this.emulator.parse(typeof text === "string" ? new TextEncoder().encode(text) : text);
      done?.();
    }
  }

  ask(questions: string): void {
    this.write(questions);
  }

  answered(): void {}
  setMouse(): void {}
  setExtendedKeys(): void {}
  setMotion(): void {}
  suspend(): void {}
  resume(): void {}
  restore(): void {
    this.restored++;
  }
}

/** A TUI on a terminal in memory, tied to a daemon that a test plays itself. */
export class TuiAlone {
  readonly clock = new VirtualClock();
  readonly terminal = new FakeTerminal(60, 12);
  readonly tui: Tui;
  ended: TuiEnd | undefined;

  private constructor(daemon: FakeDaemon) {
    const servers = new Servers([{ name: "local", dial: async () => ({ duplex: await daemon.dial() }) }], HELLO, this.clock, seededRandom(1));
    const terminal = this.terminal as unknown as OuterTerminal;
    this.tui = new Tui(terminal, servers, this.clock, defaultConfig(), { TERM: "xterm-256color", COLORTERM: "truecolor" });
  }

  static async start(daemon: FakeDaemon): Promise<TuiAlone> {
    const rig = new TuiAlone(daemon);
    await rig.tui.open();
    void rig.tui.run().then((end) => (rig.ended = end));
    return rig;
  }

  type(text: string): void {
    this.terminal.handlers?.data(new TextEncoder().encode(text));
  }

  stop(): void {
    if (!this.ended) this.tui.finish({ status: 0 });
  }
}

export class TuiRig {
  readonly terminal: FakeTerminal;
  readonly tui: Tui;
  ended: TuiEnd | undefined;
  /** The daemon does not answer. */
  down = false;

  private constructor(
    readonly rig: DaemonRig, options: Partial<Options>, cols: number, rows: number, create: Attach["create"],
  ) {
    this.terminal = new FakeTerminal(cols, rows);
    const terminal = this.terminal as unknown as OuterTerminal;
    const dial = async () => {
      if (this.down) throw new Error("nobody answers");
      return { duplex: rig.dial() };
    };
    const servers = new Servers([{ name: "local", dial }], HELLO, rig.clock, seededRandom(1));
    const config = defaultConfig();
    this.tui = new Tui(
      terminal, servers, rig.clock, { ...config, options: { ...config.options, ...options } },
      { TERM: "xterm-256color", COLORTERM: "truecolor" }, { create },
    );
  }

  get link(): ServerLink {
    return this.tui.link;
  }

  static async start(
    options: Partial<Options> = {}, settings: Partial<ServerSettings> = {}, cols = 60, rows = 12,
  ): Promise<TuiRig> {
    const rig = new TuiRig(await DaemonRig.start(settings), options, cols, rows, { name: "work" });
    await rig.tui.open();
    void rig.tui.run().then((end) => (rig.ended = end));
    await rig.pass(50);
    return rig;
  }

  /** Types bytes. */
  type(text: string): void {
    this.terminal.handlers!.data(new TextEncoder().encode(text));
  }

  /** Time passes; commands that are loaded lazily get the real time that they need. */
  async pass(ms: number): Promise<void> {
    for (let n = 0; n < 3; n++) {
      await this.rig.pass(0);
      await Bun.sleep(0);
    }
    await this.rig.pass(ms);
    await Bun.sleep(0);
    await this.rig.pass(0);
  }

  /** Waits, in real time, until what was set going is done. */
  async until(what: string, condition: () => boolean): Promise<void> {
    await waitUntil(what, async () => {
      if (condition()) return true;
      await this.rig.pass(1);
      return condition();
    }, () => this.text);
  }

  get text(): string {
    return screenText(this.terminal.emulator).join("\n");
  }

  /** Rows of the window area. */
  get window(): string {
    return screenText(this.terminal.emulator).slice(0, -1).join("\n").trimEnd();
  }

  get status(): string {
    return screenText(this.terminal.emulator).at(-1)!;
  }

  /** What was typed into a pane's program. */
  typed(pane: number): string {
    return this.rig.keeper.pane(pane).written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.ended) this.tui.finish({ status: 0 });
    await this.rig[Symbol.asyncDispose]();
  }
}
