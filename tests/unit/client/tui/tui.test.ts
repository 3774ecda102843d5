/** The TUI from bytes to bytes, over a whole daemon whose programs a test plays. */
import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../../src/base/random.ts";
import { tellSaving } from "../../../../src/server/saved-panes.ts";
import { TuiRig } from "../../../support/tui-rig.ts";

const PREFIX = "\x02";

describe("the screen", () => {
  test("shows the pane, the status line and the cursor", async () => {
    await using t = await TuiRig.start();
    t.rig.keeper.print(1, "\x1b[31mhello\x1b[0m\r\n$ ");
    await t.pass(50);
    expect(t.window).toBe("hello\n$");
    expect(t.status).toContain("work");
    expect(t.terminal.emulator.cursor()).toMatchObject({ x: 2, y: 1 });
    expect(t.terminal.emulator.modes().cursorVisible).toBeTrue();
  });

  test("shows panes side by side after a split, and follows the terminal's size", async () => {
    await using t = await TuiRig.start();
    t.type(`${PREFIX}%`);
    await t.until("the split", () => t.rig.keeper.panes.size === 2);
    t.rig.keeper.print(1, "left");
    t.rig.keeper.print(2, "right");
    await t.until("both", () => /left\s+│right/.test(t.text));
    t.terminal.cols = 40;
    t.terminal.rows = 8;
    t.terminal.emulator.resize(40, 8);
    t.terminal.handlers!.resized(40, 8);
    await t.until("the new size", () => t.rig.keeper.pane(2).cols === 20 && t.rig.keeper.pane(2).rows === 7);
    await t.pass(50);
    expect(t.window.split("\n")[0]).toMatch(/^left {15}│right$/);
  });

  test("of a slow terminal is skipped, not queued: the newest is painted when it takes something again", async () => {
    await using t = await TuiRig.start();
    t.terminal.slow = true;
    for (let n = 0; n < 200; n++) {
      t.rig.keeper.print(1, `\rnumber ${n}`);
      await t.rig.pass(20);
    }
    expect(t.terminal.pending).toBeLessThan(4);
    t.terminal.slow = false;
    t.terminal.take();
    await t.pass(100);
    expect(t.window).toBe("number 199");
  });

  test("without a status line shows messages over the window, until they go", async () => {
    for (const [statusPosition, row] of [["bottom", 11], ["top", 0]] as const) {
      await using t = await TuiRig.start({ status: false, statusPosition });
      const lines = () => t.text.split("\n");
      for (let n = 0; n < 12; n++) t.rig.keeper.print(1, `${n === 0 ? "" : "\r\n"}row ${n}`);
      await t.until("all rows", () => lines()[11]!.trim() === "row 11");
      tellSaving(t.rig.daemon, "ENOSPC");
      await t.until("the warning", () => lines()[row]!.startsWith("state can't be saved: ENOSPC"));
      // what is printed below it does not show through
      t.rig.keeper.print(1, "\x1b[H\x1b[Kfirst\x1b[12H\x1b[Klast");
      await t.pass(100);
      expect([lines()[row]!.trim(), lines()[11 - row]!.trim()]).toEqual(["state can't be saved: ENOSPC", row === 0 ? "last" : "first"]);
      await t.pass(5000);
      expect([lines()[0]!.trim(), lines()[11]!.trim()]).toEqual(["first", "last"]);
    }
  });

  test("comes back as it was when it is drawn anew", async () => {
    await using t = await TuiRig.start();
    t.rig.keeper.print(1, "content");
    await t.pass(50);
    const before = t.text;
    t.terminal.emulator.parse(new TextEncoder().encode("\x1b[2J\x1b[Hrubbish\x1b[31m"));
    t.type(`${PREFIX}r`);
    await t.pass(50);
    expect(t.text.split("\n")[0]).toBe(before.split("\n")[0]!);
  });
});

describe("keys", () => {
  test("reach the program as its modes want them", async () => {
    await using t = await TuiRig.start();
    t.type("ls\r\x1b[A\x03é");
    await t.pass(50);
    expect(t.typed(1)).toBe(`ls\r\x1b[A\x03${Buffer.from("é").toString("latin1")}`);
    t.rig.keeper.print(1, "\x1b[?1h");
    await t.pass(50);
    t.type("\x1b[A");
    await t.pass(50);
    expect(t.typed(1).endsWith("\x1bOA")).toBeTrue();
  });

  test("after the prefix are ours, the prefix twice is the program's, and an unknown key is nobody's", async () => {
    await using t = await TuiRig.start();
    t.type(`${PREFIX}${PREFIX}a${PREFIX}\x1b[24~b`);
    await t.pass(50);
    expect(t.typed(1)).toBe(`${PREFIX}ab`);
  });

  test("of a lone Esc wait no longer than the escape time", async () => {
    await using t = await TuiRig.start();
    t.type("\x1b");
    await t.rig.pass(5);
    expect(t.typed(1)).toBe("");
    await t.rig.pass(30);
    expect(t.typed(1)).toBe("\x1b");
    t.type("\x1b");
    t.type("[A");
    await t.pass(50);
    expect(t.typed(1)).toBe("\x1b\x1b[A");
  });

  test("of a paste stay one paste, with nothing in it taken for a key of ours", async () => {
    await using t = await TuiRig.start();
    t.rig.keeper.print(1, "\x1b[?2004h");
    await t.pass(50);
    t.type(`\x1b[200~one\r${PREFIX}dtwo\x1b[201~`);
    await t.pass(50);
    expect(t.ended).toBeUndefined();
    expect(t.typed(1)).toMatch(/^\x1b\[200~one[\r\n].*dtwo\x1b\[201~$/s);
  });
});

describe("typing ahead", () => {
  test("of a key that moves the focus lands in the new pane, not in the old one", async () => {
    await using t = await TuiRig.start();
    t.type(`before${PREFIX}%after`);
    await t.until("the split", () => t.rig.keeper.panes.size === 2 && t.typed(2) !== "");
    expect([t.typed(1), t.typed(2)]).toEqual(["before", "after"]);
    t.type(`${PREFIX}ohome\r`);
    await t.until("the other pane", () => t.typed(1).includes("home"));
    expect([t.typed(1), t.typed(2)]).toEqual(["beforehome\r", "after"]);
  });

  test("of several such keys keeps its order, whatever pieces the bytes come in", async () => {
    const random = seededRandom(11);
    for (let round = 0; round < 6; round++) {
      await using t = await TuiRig.start();
      const script = `a${PREFIX}%b${PREFIX}oc${PREFIX}od${PREFIX}oe`;
      for (let at = 0; at < script.length; ) {
        const length = 1 + random.integer(6);
        t.type(script.slice(at, at + length));
        at += length;
        if (random.integer(3) === 0) await t.pass(random.integer(5));
      }
      await t.until("all of it", () => t.rig.keeper.panes.size === 2 && (t.typed(1) + t.typed(2)).length === 5);
      expect([t.typed(1), t.typed(2)]).toEqual(["ace", "bd"]);
    }
  });
});

describe("a daemon that is killed", () => {
  test("is waited for; what was typed meanwhile arrives once and in order", async () => {
    await using t = await TuiRig.start();
    t.rig.keeper.print(1, "before");
    t.type("a");
    await t.pass(50);
    t.down = true;
    await t.rig.restart();
    await t.pass(1500);
    expect(t.status).toContain("reconnecting");
    t.type("b");
    t.type("c");
    await t.pass(500);
    expect(t.typed(1)).toBe("a");
    t.down = false;
    await t.pass(3000);
    await t.until("the connection", () => t.link.state === "connected" && t.typed(1) === "abc");
    t.rig.keeper.print(1, " after");
    await t.until("the screen", () => t.window === "before after");
    expect(t.status).not.toContain("reconnecting");
  });

  test("between the key and its acknowledgement does not double the key", async () => {
    await using t = await TuiRig.start();
    for (let n = 0; n < 5; n++) {
      t.type(String(n));
      // the key is on its way, or written, or acknowledged
      for (let step = 0; step < n; step++) await Promise.resolve();
      await t.rig.restart();
      await t.pass(200);
      await t.until("the connection", () => t.link.state === "connected");
      await t.pass(50);
    }
    expect(t.typed(1)).toBe("01234");
  });
});

describe("the end", () => {
  test("of the session, of the client, and of the terminal give the terminal back", async () => {
    await using ended = await TuiRig.start();
    ended.rig.keeper.end(1, 0);
    await ended.until("the end", () => ended.ended !== undefined);
    expect([ended.ended, ended.terminal.restored > 0]).toMatchObject([{ status: 0, message: "[exited]" }, true]);

    await using detached = await TuiRig.start();
    detached.type(`${PREFIX}d`);
    await detached.until("the end", () => detached.ended !== undefined);
    expect(detached.ended).toMatchObject({ status: 0, message: expect.stringContaining("detached") });
    expect(detached.rig.keeper.panes.size).toBe(1);

    await using gone = await TuiRig.start();
    gone.terminal.handlers!.gone();
    await gone.until("the end", () => gone.ended !== undefined);
    expect(gone.rig.keeper.panes.size).toBe(1);
  });

  test("leaves no timer of the client's behind", async () => {
    await using t = await TuiRig.start();
    await t.pass(5000);
    t.type("\x1b");
    t.tui.say("something");
    const before = t.rig.clock.timers;
    t.tui.finish({ status: 0 });
    await t.pass(10_000);
    expect(t.rig.clock.timers).toBeLessThan(before);
    expect(t.rig.clock.timers).toBe(0);
  });
});

test("a bell of the program rings, a notification is shown, and nothing of it is obeyed by the terminal", async () => {
  await using t = await TuiRig.start();
  const { bells } = t.terminal.emulator;
  t.rig.keeper.print(1, "\x07");
  await t.pass(50);
  expect(t.terminal.emulator.bells).toBe(bells + 1);
  t.rig.keeper.print(1, "\x1b]9;done: \u0001build\x1b\\");
  await t.until("the notification", () => t.status.includes("build"));
});

test("random keys do not stop it, and programs get what is theirs", async () => {
  const random = seededRandom(99);
  await using t = await TuiRig.start();
  const keys = [
    "a", "\r", "\x1b[A", "\x1b", PREFIX, "%", '"', "o", "n", "c", "z", " ", "\t", "\x1b[200~x\x1b[201~", "\x1b[<0;5;3M",
    "\x1b[<0;5;3m", "\x1b[<64;5;3M", "q", "\x1b[6~", "[", "l", ";", "{", "}", "!",
  ];
  for (let n = 0; n < 300 && !t.ended; n++) {
    t.type(keys[random.integer(keys.length)]!);
    if (random.integer(10) === 0) await t.pass(random.integer(60));
    if (random.integer(30) === 0) for (const id of t.rig.keeper.panes.keys()) t.rig.keeper.print(id, `output ${n}\r\n`);
  }
  await t.pass(500);
  // back to where keys are the program's: out of every overlay and mode
  for (let n = 0; n < 10; n++) {
    t.type("\x1b");
    await t.pass(100);
    t.type("q");
    await t.pass(100);
  }
  expect(t.ended).toBeUndefined();
  expect(t.rig.errors).toEqual([]);
  const pane = t.tui.focus.pane;
  t.type("MARK");
  await t.until("the mark", () => t.typed(pane).includes("MARK"));
});

describe("the mouse", () => {
  test("works on after the pane in which a button went down is gone", async () => {
    await using t = await TuiRig.start();
    t.type(`${PREFIX}%`);
    await t.until("the split", () => t.tui.view?.leaves.length === 2);
    t.type("\x1b[<0;45;3M");
    await t.pass(50);
    t.rig.keeper.end(2);
    await t.until("the pane is gone", () => t.tui.view?.leaves.length === 1);
    t.type(`${PREFIX}%`);
    await t.until("another split", () => t.tui.view?.leaves.length === 2 && t.tui.focus.pane === 3);
    t.type("\x1b[<0;5;3M\x1b[<0;5;3m");
    await t.until("the click selects", () => t.tui.focus.pane === 1);
  });

  test("on a window in the status line that has just gone does nothing", async () => {
    await using t = await TuiRig.start();
    const { statusLine } = t.tui.screen;
    statusLine!.spans = [{ window: 99, from: 0, to: 20 }];
    t.type("\x1b[<0;5;12M");
    await t.pass(50);
    expect(t.ended).toBeUndefined();
  });
});
