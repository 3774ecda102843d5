/** Emulators whose answers, effects and other events are written down. */
import type { EmulatorEvents } from "../../src/terminal/effects.ts";
import { Emulator } from "../../src/terminal/emulator.ts";
import type { Parts } from "../../src/terminal/xterm/parts.ts";
import { wordsOf } from "./terminal-state.ts";

const text = new TextDecoder();
const utf8 = new TextEncoder();

function bytesAsText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? text.decode(value) : value;
}

/** Events as readable lines: replies as they are, effects as JSON, the rest by name. */
export function logEvents(log: string[]): EmulatorEvents {
  return {
    reply: (bytes) => void log.push(`reply ${text.decode(bytes)}`),
    effect: (effect) => void log.push(`effect ${JSON.stringify(effect, bytesAsText)}`),
    lineTrimmed: (line) => void log.push(`trimmed ${line.isWrapped} ${wordsOf(line).join()}`),
    scrollbackCleared: () => void log.push("cleared"),
    synchronizedEnd: () => void log.push("synchronized end"),
  };
}

/** An emulator and what it said. */
export class LoggedEmulator {
  readonly log: string[] = [];
  emulator: Emulator;

  constructor(cols = 80, rows = 24, scrollback = 100) {
    this.emulator = new Emulator({ cols, rows, scrollback }, logEvents(this.log));
  }

  /** Parses text and returns the events it caused. */
  send(text: string): string[] {
    const from = this.log.length;
    this.emulator.parse(utf8.encode(text));
    return this.log.slice(from);
  }

  /** The replies among the events that `text` causes. */
  ask(text: string): string[] {
    return this.send(text).filter((line) => line.startsWith("reply ")).map((line) => line.slice(6));
  }

  /** Text of row `y`, without blanks at the end. */
  row(y: number): string {
    return rowText(this.emulator.screenRow(y));
  }

  get parts(): Parts {
    return (this.emulator as unknown as { parts: Parts }).parts;
  }

  /** Replaces the emulator by its own checkpoint. */
  restart(): void {
    const bytes = this.emulator.checkpoint();
    this.emulator.dispose();
    this.emulator = Emulator.restore(bytes, logEvents(this.log));
  }
}

/** Characters of an xterm row, empty cells as blanks, trimmed at the end. */
export function rowText(line: { _data: Uint32Array; _combined: Record<number, string>; length: number }): string {
  let out = "";
  for (let x = 0; x < line.length; x++) {
    const content = line._data[x * 3]!;
    if (content >>> 22 === 0) continue;
    const code = content & 0x1fffff;
    out += content & 0x200000 ? line._combined[x] : code === 0 ? " " : String.fromCodePoint(code);
  }
  return out.trimEnd();
}
