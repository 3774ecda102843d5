import { describe, expect, test } from "bun:test";
import { copyText } from "../../../../src/client/copy/clipboard.ts";
import type { ClipboardOptions } from "../../../../src/client/copy/clipboard.ts";
import { encodedLength, nestingOf, osc52 } from "../../../../src/client/copy/osc52.ts";
import { HandClock, settled } from "./copy-fixture.ts";

/** A machine without terminal and programs, unless told otherwise, that records what it is asked to do. */
class FakeMachine {
  readonly clock = new HandClock();
  readonly written: string[] = [];
  readonly runs: { argv: readonly string[]; stdin: Buffer; signal: AbortSignal }[] = [];
  /** Exit statuses by program; "hangs" never ends, "throws" cannot be run. */
  programs: Record<string, number | "hangs" | "throws"> = {};

  copy(text: string, options: Partial<ClipboardOptions> = {}): Promise<string> {
    return copyText(text, {
      osc52: false,
      clock: this.clock,
      env: {},
      platform: "linux",
      write: (bytes) => void this.written.push(Buffer.from(bytes).toString("latin1")),
      which: (program) => program in this.programs,
      spawn: (argv, stdin, signal) => this.run(argv, stdin, signal),
      ...options,
    });
  }

  private async run(argv: readonly string[], stdin: Uint8Array, signal: AbortSignal): Promise<number> {
    this.runs.push({ argv, stdin: Buffer.from(stdin), signal });
    const outcome = this.programs[argv[0]!];
    if (outcome === "throws" || outcome === undefined) throw new Error("no such program");
    return outcome === "hangs" ? new Promise(() => {}) : outcome;
  }
}

function decoded(sequence: string): string {
  return Buffer.from(/52;c;([A-Za-z0-9+/=]*)\x07/.exec(sequence)![1]!, "base64").toString("utf8");
}

describe("by the terminal", () => {
  test("a text is sent as OSC 52", async () => {
    const machine = new FakeMachine();
    expect(await machine.copy("日本 x\n", { osc52: true })).toBe("copied 9 bytes to the clipboard");
    expect(machine.written).toEqual([`\x1b]52;c;${Buffer.from("日本 x\n").toString("base64")}\x07`]);
  });

  test("one that is too large is left to the buffer or to a tool, and it is said", async () => {
    const machine = new FakeMachine();
    const text = "x".repeat(90_000);
    expect(await machine.copy(text, { osc52: true })).toBe("copied 88 KB to the buffer; too large for OSC 52");
    machine.programs = { "wl-copy": 0 };
    const env = { WAYLAND_DISPLAY: "wayland-0" };
    expect(await machine.copy(text, { osc52: true, env })).toBe("copied 88 KB with wl-copy; too large for OSC 52");
    expect(machine.written).toEqual([]);
    expect(await machine.copy("x".repeat(76_800), { osc52: true })).toBe("copied 75 KB to the clipboard");
    expect(await machine.copy("abcdef", { osc52: true, limitBytes: 7 })).toContain("too large");
    expect(await machine.copy("abcdef", { osc52: true, limitBytes: 8 })).toBe("copied 6 bytes to the clipboard");
  });

  test("within tmux it goes to tmux and through it", () => {
    const bytes = Buffer.from(osc52("hi", "tmux")).toString("latin1");
    expect(bytes).toBe("\x1b]52;c;aGk=\x07\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
  });

  test("within screen it goes in pieces that make up the sequence", () => {
    const text = "long ".repeat(400);
    const bytes = Buffer.from(osc52(text, "screen")).toString("latin1");
    const pieces = [...bytes.matchAll(/\x1bP([^]*?)\x1b\\/g)].map((match) => match[1]!);
    expect(pieces.every((piece) => piece.length <= 240)).toBe(true);
    expect(decoded(pieces.join(""))).toBe(text);
    expect(pieces.join("").startsWith("\x1b]52;c;")).toBe(true);
  });

  test("what it runs in is told by the environment", () => {
    expect(nestingOf({ TMUX: "/tmp/x,1,0", TERM: "screen-256color" })).toBe("tmux");
    expect(nestingOf({ TERM: "tmux-256color" })).toBe("tmux");
    expect(nestingOf({ STY: "1.x", TERM: "xterm" })).toBe("screen");
    expect(nestingOf({ TERM: "screen.xterm-256color" })).toBe("screen");
    expect(nestingOf({ TERM: "xterm-256color" })).toBe("none");
    expect(nestingOf({})).toBe("none");
  });

  test("the length in base64 is known beforehand", () => {
    for (let n = 0; n < 20; n++) expect(encodedLength(n)).toBe(Buffer.alloc(n).toString("base64").length);
  });
});

describe("by a tool", () => {
  const DISPLAYS = { WAYLAND_DISPLAY: "wayland-0", DISPLAY: ":0" };

  test("the one of the display is taken, with the text on its input", async () => {
    const machine = new FakeMachine();
    machine.programs = { "wl-copy": 0, xclip: 0 };
    expect(await machine.copy("日\n", { env: DISPLAYS })).toBe("copied 4 bytes with wl-copy");
    expect(machine.runs.map(({ argv }) => argv)).toEqual([["wl-copy"]]);
    expect(machine.runs[0]!.stdin.toString("utf8")).toBe("日\n");
  });

  test("each display and platform has its own", async () => {
    const machine = new FakeMachine();
    machine.programs = { "wl-copy": 0, xclip: 0, xsel: 0, pbcopy: 0, "clip.exe": 0 };
    await machine.copy("a", { env: { DISPLAY: ":0" } });
    await machine.copy("a", { platform: "darwin" });
    await machine.copy("日", { env: { WSL_DISTRO_NAME: "x" } });
    delete machine.programs.xclip;
    await machine.copy("a", { env: { DISPLAY: ":0" } });
    expect(machine.runs.map(({ argv }) => argv)).toEqual([
      ["xclip", "-selection", "clipboard", "-in"], ["pbcopy"], ["clip.exe"], ["xsel", "--clipboard", "--input"],
    ]);
    expect(machine.runs[2]!.stdin.toString("utf16le")).toBe("日");
  });

  test("the next one is tried when one fails or cannot be run", async () => {
    const machine = new FakeMachine();
    machine.programs = { "wl-copy": 1, xclip: "throws", xsel: 0 };
    expect(await machine.copy("a", { env: DISPLAYS })).toBe("copied 1 byte with xsel");
    machine.programs = { "wl-copy": 1, xclip: "throws" };
    expect(await machine.copy("a", { env: DISPLAYS })).toBe("copied 1 byte to the buffer; wl-copy and xclip failed");
  });

  test("one that hangs is ended after three seconds", async () => {
    const machine = new FakeMachine();
    machine.programs = { "wl-copy": "hangs", xclip: 0 };
    const copied = machine.copy("a", { env: DISPLAYS });
    machine.clock.advance(2999);
    await settled();
    expect(machine.runs).toHaveLength(1);
    machine.clock.advance(1);
    expect(await copied).toBe("copied 1 byte with xclip");
    expect([machine.runs[0]!.signal.aborted, machine.clock.pending]).toEqual([true, 0]);
  });

  test("without any it stays in the buffer, and it is said", async () => {
    expect(await new FakeMachine().copy("x".repeat(2048))).toBe("copied 2 KB to the buffer; no clipboard was found");
    expect(await new FakeMachine().copy("")).toBe("nothing to copy");
    expect(await new FakeMachine().copy("x".repeat(3 << 20))).toContain("copied 3.0 MB");
  });
});

describe("by the user's command", () => {
  test("it is run before anything else, by a shell", async () => {
    const machine = new FakeMachine();
    machine.programs = { "/bin/sh": 0 };
    const copyCommand = "tee -a '/tmp/my clips' | xclip";
    expect(await machine.copy("a", { osc52: true, copyCommand })).toBe("copied 1 byte with tee");
    expect(machine.runs[0]!.argv).toEqual(["/bin/sh", "-c", copyCommand]);
    expect(machine.written).toEqual([]);
  });

  test("that fails, it is said so", async () => {
    const machine = new FakeMachine();
    machine.programs = { "/bin/sh": 3 };
    expect(await machine.copy("a", { copyCommand: "tee" })).toBe("copied 1 byte to the buffer; tee failed");
    expect(machine.runs).toHaveLength(1);
  });
});
