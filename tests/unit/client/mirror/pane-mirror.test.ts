import { describe, expect, test } from "bun:test";
import { LinkTable } from "../../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../../src/client/mirror/pane-mirror.ts";
import type { Frame } from "../../../../src/protocol/messages.ts";
import { encodeXtermRow } from "../../../../src/terminal/row-codec.ts";
import { silentEmulator, write } from "../../../support/cells.ts";
import { codeThrownBy } from "../../../support/thrown.ts";

/** A packed row with this text. */
function row(text: string, cols = 10): Uint8Array {
  const emulator = silentEmulator(cols, 1);
  write(emulator, text);
  return encodeXtermRow(emulator.screenRow(0), cols, () => undefined);
}

function frame(lines: [number, string][], more: Partial<Frame> = {}): Frame {
  return { pane: 1, cols: 10, rows: 3, lines: lines.map(([y, text]) => [y, row(text)]), ...more };
}

const textOf = (mirror: PaneMirror) => Array.from(
  { length: mirror.grid.rows }, (_, y) => mirror.grid.text(y).trimEnd(),
);

describe("a mirror", () => {
  test("is empty, with a hidden cursor, until something comes", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    expect([mirror.empty, mirror.cursor.visible]).toEqual([true, false]);
    mirror.apply(frame([[0, "a"]], { full: true, cursor: { x: 1, y: 0, visible: true, shape: 3 } }));
    expect([mirror.empty, mirror.cursor]).toEqual([false, { x: 1, y: 0, visible: true, shape: 3 }]);
  });

  test("keeps what a frame leaves out, and forgets it at a full one", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    const modes = {
      mouse: true, motion: false, alternate: true, bracketedPaste: false, focusEvents: false, reverse: true, kitty: 1,
    };
    mirror.apply(frame([[0, "a"], [1, "b"]], { full: true, modes, cursor: { x: 1, y: 1, visible: true, shape: 0 } }));
    mirror.apply(frame([[1, "B"]]));
    expect(textOf(mirror)).toEqual(["a", "B", ""]);
    expect([mirror.modes, mirror.cursor.y]).toEqual([modes, 1]);
    mirror.apply(frame([[2, "c"]], { full: true }));
    expect(textOf(mirror)).toEqual(["", "", "c"]);
  });

  test("scrolls before it takes rows, in both directions and by too much", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    mirror.apply(frame([[0, "a"], [1, "b"], [2, "c"]], { full: true }));
    mirror.apply(frame([[2, "d"]], { scroll: 1 }));
    expect(textOf(mirror)).toEqual(["b", "c", "d"]);
    mirror.apply(frame([[0, "x"]], { scroll: -2 }));
    expect(textOf(mirror)[2]).toBe("b");
    for (const scroll of [3, 99, -99, 2 ** 50]) mirror.apply(frame([[0, "1"], [1, "2"], [2, "3"]], { scroll }));
    expect(textOf(mirror)).toEqual(["1", "2", "3"]);
  });

  test("takes another size as a new beginning", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    mirror.apply(frame([[0, "a"]], { full: true }));
    mirror.apply({ ...frame([[0, "b"]]), cols: 12, rows: 5 });
    expect([mirror.grid.cols, mirror.grid.rows, textOf(mirror)[0]]).toEqual([12, 5, "b"]);
  });

  test("passes over rows beyond its size and refuses malformed ones", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    mirror.apply(frame([[0, "a"], [3, "never"], [4_000_000_000, "never"]], { full: true }));
    expect(textOf(mirror)).toEqual(["a", "", ""]);
    expect(codeThrownBy(() => mirror.apply({ ...frame([]), lines: [[0, new Uint8Array([0, 255])]] }))).toBe("protocol");
  });

  test("says which rows changed since it was asked, and whether parts are missing", () => {
    const mirror = new PaneMirror(1, new LinkTable());
    mirror.apply(frame([[0, "a"]], { full: true, more: true }));
    expect([[...mirror.takeDirty()], mirror.partial]).toEqual([[0, 1, 2], true]);
    mirror.apply(frame([[2, "c"]]));
    mirror.apply(frame([[1, "b"]]));
    expect([[...mirror.takeDirty()].sort(), mirror.partial]).toEqual([[1, 2], false]);
    expect([...mirror.takeDirty()]).toEqual([]);
    mirror.apply(frame([], { scroll: 1 }));
    expect([...mirror.takeDirty()]).toEqual([0, 1, 2]);
    mirror.apply(frame([], { modes: { ...mirror.modes, kitty: 1 } }));
    expect([...mirror.takeDirty()]).toEqual([]);
    mirror.apply(frame([], { modes: { ...mirror.modes, reverse: true } }));
    expect([...mirror.takeDirty()]).toEqual([0, 1, 2]);
  });
});

describe("the table of links", () => {
  test("gives a text one number, and the text for it", () => {
    const links = new LinkTable();
    const a = links.intern(";http://a");
    expect(links.intern(";http://a")).toBe(a);
    expect(links.intern(";http://b")).not.toBe(a);
    expect([links.text(a), links.text(0), links.text(99)]).toEqual([";http://a", undefined, undefined]);
  });

  test("takes no text that a terminal would obey, and none without end", () => {
    const links = new LinkTable();
    for (const text of ["a\x07b", "\x1b]52;c;x", "a\u009cb", "\n", "x".repeat(4097)])
      expect(links.intern(text)).toBe(0);
  });

  test("never has a cell show a link that it was not given", () => {
    const links = new LinkTable();
    const first = links.intern(";http://first");
    for (let n = 0; n < 100_000; n++) links.intern(`;http://x/${n}`);
    expect([";http://first", undefined]).toContain(links.text(first));
    expect(links.text(links.intern(";http://x/99999"))).toBe(";http://x/99999");
  });

  test("is bounded in bytes, whatever a daemon sends", () => {
    const links = new LinkTable();
    for (let n = 0; n < 20_000; n++) links.intern(`;http://x/${n}/${"y".repeat(4000)}`);
    const held = [
      ...(links as unknown as { texts: Map<number, string> }).texts.values(),
    ].reduce((sum, text) => sum + text.length, 0);
    expect(held).toBeLessThan(20 << 20);
  });

  test("has numbers that fit a cell", () => {
    const links = new LinkTable();
    let most = 0;
    for (let n = 0; n < 70_000; n++) most = Math.max(most, links.intern(`;${n}`));
    expect(most).toBeLessThan(2 ** 20);
  });
});
