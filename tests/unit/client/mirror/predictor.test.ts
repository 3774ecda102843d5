import { describe, expect, test } from "bun:test";
import { LinkTable } from "../../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../../src/client/mirror/pane-mirror.ts";
import { Predictor } from "../../../../src/client/mirror/predictor.ts";
import type { InputEvent } from "../../../../src/protocol/input.ts";
import type { Frame } from "../../../../src/protocol/messages.ts";
import { encodeXtermRow } from "../../../../src/terminal/row-codec.ts";
import { silentEmulator, write } from "../../../support/cells.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

const COLS = 20;
const [FAR_MS, SETTLED_MS] = [50, 251];
const ENTER: InputEvent = { kind: "key", key: { name: "Enter", mods: 0 } };
const BACKSPACE: InputEvent = { kind: "key", key: { name: "Backspace", mods: 0 } };

/** A pane of a far server: what is typed is guessed at once, and reaches the program when the test says so. */
function far(prompt = "$ ") {
  const clock = new VirtualClock();
  const emulator = silentEmulator(COLS, 4);
  const mirror = new PaneMirror(1, new LinkTable());
  let changes = 0;
  const predictor = new Predictor(mirror, clock, () => void changes++);
  let sequence = 0;
  /** A frame of all rows, after the program has printed this. */
  const print = (text: string, more: Partial<Frame> = {}) => {
    write(emulator, text);
    const lines = Array.from({ length: 4 }, (_, y): [number, Uint8Array] => [y, encodeXtermRow(emulator.screenRow(y), COLS, () => undefined)]);
    const { x, y } = emulator.cursor();
    const frame: Frame = { pane: 1, cols: COLS, rows: 4, lines, cursor: { x, y, visible: true, shape: 0 }, ...more };
    mirror.apply(frame);
    predictor.applied(frame);
  };
  print(prompt, { full: true });
  const type = (...events: (string | InputEvent)[]) => {
    for (const event of events) predictor.typed(++sequence, typeof event === "string" ? { kind: "text", text: event } : event);
  };
  /** All that was typed reaches the program, which prints this. */
  const echo = (text: string, reached = sequence) => {
    clock.advance(FAR_MS);
    predictor.acknowledged(reached);
    print(text, { input: reached });
  };
  const shown = () => predictor.cells.map(({ char }) => char).join("");
  const rig = { clock, mirror, predictor, print, type, echo, shown, changes: () => changes };
  return rig;
}

/** The same with a first letter typed, whose echo has come and has settled. */
function proven() {
  const rig = far();
  rig.type("a");
  rig.echo("a");
  rig.clock.advance(SETTLED_MS);
  rig.type("b");
  rig.echo("b");
  rig.clock.advance(SETTLED_MS);
  return rig;
}

describe("what is typed", () => {
  test("is shown at once when the program is known to echo, with the cursor behind it", () => {
    const r = proven();
    expect([r.shown(), r.mirror.shownCursor.x]).toEqual(["", 4]);
    r.type("c", "de");
    expect([r.shown(), r.mirror.shownCursor]).toEqual(["cde", { x: 7, y: 0, visible: true, shape: 0 }]);
    expect(r.predictor.cells.map(({ x, y }) => [x, y])).toEqual([[4, 0], [5, 0], [6, 0]]);
    expect([...r.mirror.dirty]).toContain(0);
    r.echo("cde");
    expect([r.shown(), r.mirror.shownCursor.x, r.mirror.grid.text(0).trimEnd()]).toEqual(["", 7, "$ abcde"]);
  });

  test("is shown until its own echo has come", () => {
    const r = proven();
    r.type("c", "d", "e");
    r.echo("c", 3);
    expect([r.shown(), r.mirror.shownCursor.x]).toEqual(["de", 7]);
    r.echo("d", 4);
    expect(r.shown()).toBe("e");
  });

  test("is not shown before the first echo, and then all of it", () => {
    const r = far();
    r.type("x");
    r.echo("x");
    r.clock.advance(SETTLED_MS);
    r.type("a", "b", "c");
    expect(r.shown()).toBe("");
    r.echo("a", 2);
    expect(r.shown()).toBe("bc");
  });

  test("is not guessed before it is known where the cursor is: what was typed earlier may be on its way", () => {
    const r = far();
    r.type("a", "b", "c");
    r.echo("a", 1);
    expect(r.shown()).toBe("");
    // once the first has settled the others are found their places
    r.clock.advance(SETTLED_MS);
    expect(r.shown()).toBe("");
    r.echo("b", 2);
    expect([r.shown(), r.predictor.cells[0]]).toMatchObject(["c", { x: 4, y: 0 }]);
  });

  test("is never shown where nothing echoes", () => {
    const r = far("Password: ");
    for (const char of "secret") {
      r.type(char);
      r.echo("");
      r.clock.advance(SETTLED_MS);
      expect([r.shown(), r.predictor.cursor]).toEqual(["", undefined]);
    }
  });

  test("is not even guessed where the terminal says that it keeps lines to itself", () => {
    const r = proven();
    r.print("", { tty: { echo: false, canonical: true } });
    r.type("c");
    expect(r.shown()).toBe("");
    r.print("", { tty: { echo: true, canonical: true } });
    r.clock.advance(FAR_MS);
    r.predictor.acknowledged(3);
    r.clock.advance(SETTLED_MS);
    r.type("d");
    r.echo("d");
    r.clock.advance(SETTLED_MS);
    r.type("e");
    expect(r.shown()).toBe("e");
  });

  test("is not guessed where the cursor is hidden: the program draws one of its own", () => {
    const r = proven();
    r.print("", { cursor: { x: 4, y: 0, visible: false, shape: 0 } });
    r.type("c");
    expect([r.shown(), r.predictor.cursor]).toEqual(["", undefined]);
  });

  test("at another key waits for an echo anew", () => {
    const r = proven();
    r.type("c", ENTER, "s", "e");
    expect(r.shown()).toBe("c");
    r.echo("c\r\nPassword: ");
    r.clock.advance(SETTLED_MS);
    r.type("c", "r");
    expect(r.shown()).toBe("");
    r.echo("");
    r.clock.advance(SETTLED_MS);
    expect(r.shown()).toBe("");
  });

  test("in the middle of a line, in the last column, and of another width is not guessed", () => {
    const r = proven();
    r.print("cd\x1b[2D");
    r.type("x");
    expect(r.shown()).toBe("");
    const wide = proven();
    wide.type("宽");
    expect(wide.shown()).toBe("");
    const end = proven();
    end.print("\x1b[19G");
    end.type("x");
    expect(end.shown()).toBe("x");
    end.type("y");
    expect(end.shown()).toBe("x");
  });
});

describe("erasing", () => {
  test("is shown at once, and what is typed after it", () => {
    const r = proven();
    r.type("x", BACKSPACE, BACKSPACE);
    expect([r.shown(), r.mirror.shownCursor.x]).toEqual(["x  ", 3]);
    r.type("q");
    expect([r.predictor.cells.at(-1), r.mirror.shownCursor.x]).toMatchObject([{ x: 3, char: "q" }, 4]);
    r.echo("x\b \b\b \bq");
    expect([r.shown(), r.mirror.grid.text(0).trimEnd()]).toEqual(["", "$ aq"]);
  });

  test("of a wide character is not guessed: the other half goes, too", () => {
    const r = proven();
    r.print("宽");
    r.type(BACKSPACE);
    expect([r.shown(), r.mirror.shownCursor.x]).toEqual(["", 6]);
  });
});

describe("a guess that is wrong", () => {
  test("is gone a moment after its key has reached the program, with all others", () => {
    const r = proven();
    r.type("c", "d");
    r.echo("X", 3);
    expect(r.shown()).toBe("cd");
    r.clock.advance(SETTLED_MS);
    expect([r.shown(), r.changes() > 0, r.mirror.shownCursor.x]).toEqual(["", true, 5]);
    // and nothing is shown until an echo has come again
    r.echo("", 4);
    r.clock.advance(SETTLED_MS);
    r.type("e");
    expect(r.shown()).toBe("");
    r.echo("e");
    r.clock.advance(SETTLED_MS);
    r.type("f");
    expect(r.shown()).toBe("f");
  });

  test("stays as long as its key is on its way: the line is cut", () => {
    const r = proven();
    r.type("c");
    r.clock.advance(60_000);
    expect([r.shown(), r.clock.timers]).toEqual(["c", 0]);
  });

  test("goes with the picture: it scrolls, or is a new one", () => {
    for (const more of [{ scroll: 1 }, { full: true }]) {
      const r = proven();
      r.type("c");
      r.print("", more);
      expect([r.shown(), r.predictor.cursor]).toEqual(["", undefined]);
    }
  });

  test("is not judged by half a picture", () => {
    const r = proven();
    r.type("c");
    r.clock.advance(FAR_MS);
    r.predictor.acknowledged(3);
    r.print("", { input: 3, more: true });
    r.clock.advance(1000);
    expect(r.shown()).toBe("c");
  });
});

test("whatever is typed and printed, what is remembered is bounded, and in the end nothing is shown that is not there", () => {
  const r = proven();
  for (let n = 0; n < 2000; n++) {
    r.type(n % 7 === 0 ? ENTER : n % 5 === 0 ? BACKSPACE : "z");
    expect(r.predictor.cells.length).toBeLessThanOrEqual(256);
  }
  r.echo("whatever");
  r.clock.advance(SETTLED_MS);
  expect([r.shown(), r.predictor.cursor, r.clock.timers]).toEqual(["", undefined, 0]);
});

test("guesses that are not wanted any more leave nothing behind", () => {
  const r = proven();
  r.type("c");
  r.predictor.acknowledged(3);
  r.mirror.dirty.clear();
  r.predictor.dispose();
  expect([r.mirror.guesses, r.mirror.shownCursor.x, [...r.mirror.dirty], r.clock.timers]).toEqual([undefined, 4, [0], 0]);
});
