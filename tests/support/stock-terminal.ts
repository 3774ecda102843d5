/** A stock xterm.js terminal to compare with, freed of the mistakes that the emulator corrects on purpose. */
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { Terminal, type ITerminalAddon } from "@xterm/headless";
import { correctRows, correctSavedCursor } from "../../src/terminal/xterm/corrections.ts";
import type { XtermCore } from "../../src/terminal/xterm/internals.ts";
import { cutRows } from "../../src/terminal/xterm/scrollback.ts";

export class StockTerminal {
  readonly core: XtermCore;
  private readonly terminal: Terminal;

  constructor(cols: number, rows: number, scrollback: number) {
    this.terminal = new Terminal({ cols, rows, scrollback, allowProposedApi: true, logLevel: "off" });
    this.terminal.loadAddon(new UnicodeGraphemesAddon() as unknown as ITerminalAddon);
    this.core = (this.terminal as unknown as { _core: XtermCore })._core;
    this.core._inputHandler._parser.setErrorHandler((state) => state);
    correctSavedCursor(this.core);
    correctRows(this.core);
    const service = this.core._bufferService;
    const scroll = service.scroll.bind(service);
    // the saved cursor stays in its row of the screen
    service.scroll = (attributes, wrapped) => {
      const { buffer } = service;
      const before = buffer.ybase;
      scroll(attributes, wrapped);
      buffer.savedY += buffer.ybase - before;
    };
  }

  /** Whole characters, at most 128 KB: xterm's decoder garbles what a piece boundary cuts. */
  parse(bytes: Uint8Array): void {
    (this.core._inputHandler as unknown as { parse(data: Uint8Array): void }).parse(bytes);
  }

  resize(cols: number, rows: number): void {
    this.core.resize(cols, rows);
    const { alt } = this.core._bufferService.buffers;
    cutRows(alt, this.core.cols);
    if (alt.lines.length === 0) alt.lines.maxLength = rows;
  }

  dispose(): void {
    this.terminal.dispose();
  }
}
