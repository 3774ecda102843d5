import { describe, expect, test } from "bun:test";
import { hostname } from "node:os";
import { clipboardReply, type TerminalEffect } from "../../../src/terminal/effects.ts";
import { Emulator } from "../../../src/terminal/emulator.ts";
import { logEvents, LoggedEmulator } from "../../support/emulator-log.ts";

const ST = "\x1b\\";

/** The effects that a text has on a new terminal. */
function effects(text: string): TerminalEffect[] {
  const seen: TerminalEffect[] = [];
  const emulator = new Emulator({ cols: 80, rows: 24, scrollback: 10 },
    { ...logEvents([]), effect: (effect) => void seen.push(effect) });
  emulator.parse(new TextEncoder().encode(text));
  expect(emulator.errors).toBe(0);
  return seen;
}

test("the bell rings, but not at the end of a string", () => {
  expect(effects("a\x07\x07\x1b]0;t\x07").filter(({ kind }) => kind === "bell")).toHaveLength(2);
});

test("screen's window name is told, shown nowhere, and cut by nothing but its end", () => {
  expect(effects(`a\x1bkmy window${ST}b`)).toEqual([{ kind: "windowName", name: "my window" }]);
  expect(effects(`\x1bk${ST}`)).toEqual([{ kind: "windowName", name: "" }]);
  const terminal = new LoggedEmulator();
  for (const byte of `a\x1bkna\u202eme${ST}b\x1bkcancelled\x18c`) terminal.send(byte);
  expect(terminal.row(0)).toBe("abc");
  expect(terminal.log).toEqual([expect.stringContaining("name")]);
});

describe("titles", () => {
  test("OSC 0 sets both names, 1 the icon's, 2 the window's", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b]0;both\x07");
    expect([terminal.emulator.title, terminal.emulator.iconName]).toEqual(["both", "both"]);
    terminal.send(`\x1b]1;icon${ST}\x1b]2;window${ST}`);
    expect([terminal.emulator.title, terminal.emulator.iconName]).toEqual(["window", "icon"]);
  });

  test("are told only when they change", () => {
    expect(effects("\x1b]2;a\x07\x1b]2;a\x07\x1b]2;b\x07")).toEqual([{ kind: "title", title: "a" },
      { kind: "title", title: "b" }]);
  });

  test("hold neither control characters nor overrides of direction, and end at a bound", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b]2;a\x7f\u202eb\u2066c\x07");
    expect(terminal.emulator.title).toBe("abc");
    terminal.send(`\x1b]2;${"x".repeat(3000)}\x07`);
    expect(terminal.emulator.title.length).toBe(1024);
    terminal.send(`\x1b]2;${"x".repeat(1023)}\u{1f600}\x07`);
    expect(terminal.emulator.title).toBe("x".repeat(1023));
  });

  test("can be put on a stack of bounded height", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b]2;one\x07\x1b[22;2t\x1b]2;two\x07\x1b[22t\x1b]2;three\x07");
    terminal.send("\x1b[23t");
    expect(terminal.emulator.title).toBe("two");
    terminal.send("\x1b[23;2t\x1b[23t\x1b[23t");
    expect(terminal.emulator.title).toBe("one");
    terminal.send("\x1b[22t".repeat(1000));
    expect(terminal.parts.titles.titleStack.length).toBeLessThanOrEqual(10);
  });
});

describe("the folder (OSC 7)", () => {
  const cwd = (url: string): string | undefined => {
    const terminal = new LoggedEmulator();
    terminal.send(`\x1b]7;${url}\x07`);
    return terminal.emulator.cwd;
  };

  test("is taken from file URLs of this machine", () => {
    expect(cwd("file:///home/me")).toBe("/home/me");
    expect(cwd(`file://${hostname()}/x`)).toBe("/x");
    expect(cwd("file://LOCALHOST/x")).toBe("/x");
    expect(cwd("file:///with%20blank/%C3%A9")).toBe("/with blank/é");
    expect(cwd("kitty-shell-cwd:///100%")).toBe("/100%");
  });

  test("is not taken from others, nor from what is malformed", () => {
    for (const url of ["file://elsewhere.example/x", "http:///x", "/x", "file://", "file:///%zz", "file:///a%00b",
      "file:///a%0ab"]) {
      expect(cwd(url)).toBeUndefined();
    }
  });

  test("is told when it changes", () => {
    expect(effects("\x1b]7;file:///a\x07\x1b]7;file:///a\x07")).toEqual([{ kind: "cwd", cwd: "/a" }]);
  });
});

describe("the clipboard (OSC 52)", () => {
  test("is written with decoded bytes", () => {
    expect(effects("\x1b]52;c;aGVsbG8=\x07")).toEqual([{ kind: "clipboardWrite", selection: "c",
      data: new TextEncoder().encode("hello") }]);
    expect(effects(`\x1b]52;;aGk=${ST}`)).toMatchObject([{ kind: "clipboardWrite", selection: "c" }]);
    expect(effects("\x1b]52;pz!;\x07")).toEqual([{ kind: "clipboardWrite", selection: "p", data: new Uint8Array(0) }]);
  });

  test("is asked for, and an answer is made with clipboardReply", () => {
    expect(effects("\x1b]52;s0;?\x07")).toEqual([{ kind: "clipboardRead", selection: "s0" }]);
    expect(new TextDecoder().decode(clipboardReply("c",
      new TextEncoder().encode("hello")))).toBe(`\x1b]52;c;aGVsbG8=${ST}`);
  });

  test("takes a megabyte, and nothing longer or malformed", () => {
    const sized = (bytes: number): string => `\x1b]52;c;${Buffer.alloc(bytes, 65).toString("base64")}\x07`;
    const [write] = effects(sized(1024 * 1024));
    expect(write?.kind === "clipboardWrite" && write.data.length).toBe(1024 * 1024);
    expect(effects(sized(1024 * 1024 + 300))).toEqual([]);
    for (const bad of ["c;a*b", "c;aG Vs", "nothing", "c;a===="]) expect(effects(`\x1b]52;${bad}\x07`)).toEqual([]);
  });
});

describe("notifications", () => {
  const note = (body: string, more: object = {}) => ({ kind: "notification", id: "", title: "", body, urgency: "normal",
    ...more });

  test("OSC 9 has a text", () => {
    expect(effects("\x1b]9;done\x07")).toEqual([note("done")] as TerminalEffect[]);
    expect(effects("\x1b]9;\x07\x1b]9;1;500\x07\x1b]9;9;/tmp\x07")).toEqual([]);
  });

  test("OSC 777 has a title and a text with semicolons", () => {
    expect(effects("\x1b]777;notify;T;a;b\x07")).toEqual([note("a;b", { title: "T" })] as TerminalEffect[]);
    expect(effects("\x1b]777;preexec\x07")).toEqual([]);
  });

  test("OSC 99 comes in parts, encoded or not, with its urgency", () => {
    expect(effects(`\x1b]99;;Hello${ST}`)).toEqual([note("", { title: "Hello" })] as TerminalEffect[]);
    const title = `\x1b]99;i=1:d=0;He${ST}\x1b]99;i=1:d=0;llo${ST}`;
    expect(effects(`${title}\x1b]99;i=1:p=body:e=1:u=2;${btoa("body")}${ST}`)).toEqual([
      note("body", { id: "1", title: "Hello", urgency: "critical" }),
    ] as TerminalEffect[]);
    expect(effects(`\x1b]99;i=1:p=close;${ST}`)).toEqual([{ kind: "notificationClosed", id: "1" }]);
  });

  test("OSC 99 tells what it can do", () => {
    const answer = `\x1b]99;i=q:p=?;p=title,body,?,close:u=0,1,2${ST}`;
    expect(new LoggedEmulator().ask(`\x1b]99;i=q:p=?;${ST}`)).toEqual([answer]);
  });

  test("unfinished ones are bounded in number and length, and texts are clean", () => {
    const terminal = new LoggedEmulator();
    for (let i = 0; i < 100; i++) terminal.send(`\x1b]99;i=${i}:d=0;${"x".repeat(1000)}${ST}`);
    expect(terminal.parts.notifications.pending.size).toBeLessThanOrEqual(8);
    expect([...terminal.parts.notifications.pending.values()].every(({ title }) => title.length <= 256)).toBe(true);
    const [shown] = effects(`\x1b]9;a\u202eb\x7f${"y".repeat(4000)}\x07`);
    expect(shown).toEqual(note(`ab${"y".repeat(2046)}`) as TerminalEffect);
  });
});

test("progress (OSC 9;4) is kept and told when it changes", () => {
  const terminal = new LoggedEmulator();
  terminal.send("\x1b]9;4;1;42\x07");
  expect(terminal.emulator.progress).toEqual({ state: "normal", percent: 42 });
  expect(terminal.send("\x1b]9;4;1;42\x07")).toEqual([]);
  terminal.send("\x1b]9;4;2;300\x07");
  expect(terminal.emulator.progress).toEqual({ state: "error", percent: 100 });
  terminal.send("\x1b]9;4;3\x07");
  expect(terminal.emulator.progress).toEqual({ state: "busy", percent: 0 });
  terminal.send("\x1b]9;4;0;50\x07");
  expect(terminal.emulator.progress).toEqual({ state: "none", percent: 0 });
  expect(terminal.send("\x1b]9;4;7;1\x07")).toEqual([]);
});

test("prompt marks (OSC 133) tell their row and the exit status", () => {
  const command = "\x1b]133;A\x07$ \x1b]133;B\x07ls\r\n\x1b]133;C;x=y\x07f\r\n\x1b]133;D;2\x07";
  expect(effects(`\r\n${command}\x1b]133;D\x07\x1b]133;Z\x07`)).toEqual([
    { kind: "prompt", mark: "A", row: 1, exitStatus: undefined },
    { kind: "prompt", mark: "B", row: 1, exitStatus: undefined },
    { kind: "prompt", mark: "C", row: 2, exitStatus: undefined },
    { kind: "prompt", mark: "D", row: 3, exitStatus: 2 },
    { kind: "prompt", mark: "D", row: 3, exitStatus: undefined },
  ]);
});

describe("strings", () => {
  test("without an end are forgotten when they get too long", () => {
    const terminal = new LoggedEmulator();
    terminal.send("\x1b]2;");
    const piece = "x".repeat(16_384);
    for (let i = 0; i < 500; i++) terminal.send(piece);
    terminal.send("\x07after");
    expect(terminal.emulator.title).toBe("");
    expect(terminal.row(0)).toBe("after");
  });

  test("of programs we do not know are passed over, whatever is in them", () => {
    const terminal = new LoggedEmulator();
    terminal.send(`a\x1b_Gf=100;é日本${ST}b\x1b^x${ST}c\x1bXy${ST}d\x1bP1;2qsixel${ST}`);
    terminal.send("e\x1b]1337;File=x:AAAA\x07f\x1b]31337;z\x07g");
    expect(terminal.row(0)).toBe("abcdefg");
    expect(terminal.log).toEqual([]);
  });

  test("are cut off by CAN, SUB and any other sequence", () => {
    for (const cut of ["\x18", "\x1a"]) {
      const terminal = new LoggedEmulator();
      terminal.send(`\x1b]2;no${cut}text`);
      expect([terminal.emulator.title, terminal.row(0)]).toEqual(["", "text"]);
    }
  });
});

describe("what programs ask of us by OSC fugue", () => {
  const asked = (payload: string): TerminalEffect => ({ kind: "sideband", payload });
  const st8 = "\u009c";

  test("is told with its payload, however it begins and ends, and shown nowhere", () => {
    for (const begin of ["\x1b]", "\u009d"]) {
      for (const end of [ST, "\x07", st8]) expect(effects(`a${begin}fugue;spawn;command=ls%20-l${end}b`)).toEqual([asked("spawn;command=ls%20-l")]);
    }
    const terminal = new LoggedEmulator();
    for (const byte of new TextEncoder().encode(`a\x1b]fugue;notify;title=\u00e9${ST}b`)) terminal.emulator.parse(Uint8Array.of(byte));
    expect([terminal.row(0), terminal.log]).toEqual(["ab", [expect.stringContaining("notify;title=\u00e9")]]);
  });

  test("comes from within synchronized updates as well", () => {
    expect(effects(`\x1b[?2026hx\x1b]fugue;title;text=a${ST}y\x1b[?2026l`)).toEqual([asked("title;text=a")]);
  });

  test("is nothing if it has another beginning, is cancelled, or is too long", () => {
    for (const text of ["\x1b]fugu;x\x07", "\x1b]fuguex;x\x07", "\x1b]fugue\x07", "\x1b]fug\x1b\\", "\x1b]fugue;x\x18", "\x1b]Fugue;x\x07", "\x1b]0fugue;x\x07", `\x1b]fugue;${"x".repeat(9000)}\x07`]) {
      expect([text, effects(text).filter(({ kind }) => kind === "sideband")]).toEqual([text, []]);
    }
    expect(effects(`\x1b]fugue;x\x1b]fugue;y${ST}`)).toContainEqual(asked("y"));
    const terminal = new LoggedEmulator();
    terminal.send(`\x1b]fug\x18a\x1b]fugue\x1b\\b\x1b]fu\x1b]2;title\x07c`);
    expect([terminal.row(0), terminal.emulator.title]).toEqual(["abc", "title"]);
  });
});
