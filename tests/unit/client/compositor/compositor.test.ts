import { describe, expect, test } from "bun:test";
import {
  Compositor, drawText, windowOffset, type Layer, type Scene,
} from "../../../../src/client/compositor/compositor.ts";
import { LinkTable } from "../../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../../src/client/mirror/pane-mirror.ts";
import type { View, ViewLeaf } from "../../../../src/protocol/messages.ts";
import type { Random } from "../../../../src/base/random.ts";
import { leaf, rectsOf, splitPane, type Node } from "../../../../src/server/model/layout.ts";
import { ATTR, Grid, PLAIN, paletteColor } from "../../../../src/terminal/grid.ts";
import { encodeGridRow } from "../../../../src/terminal/row-codec.ts";
import { cellDifference, gridCells } from "../../../support/cells.ts";
import { between, fuzzRounds, pick } from "../../../support/fuzz.ts";
import { charsOf } from "../../../support/grid-chars.ts";

const noLink = () => undefined;
const links = new LinkTable();
const BORDERS = {
  lines: "single", style: { ...PLAIN, fg: paletteColor(8) }, active: { ...PLAIN, fg: paletteColor(2) },
} as const;

function view(leaves: ViewLeaf[], cols: number, rows: number, focus = leaves[0]?.pane ?? 0): View {
  return {
    revision: 1, session: { id: 1, name: "s" }, windows: [], focus: { window: 1, pane: focus }, cols, rows, leaves,
    panes: leaves.map(({ pane }, index) => ({ id: pane, index, title: "", program: "" })), sessions: [],
  };
}

/** A grid with these lines; wide characters take two columns. */
function textGrid(lines: string[], cols: number, rows = lines.length): Grid {
  const grid = new Grid(cols, rows);
  lines.forEach((line, y) => drawText(grid, 0, y, line, PLAIN));
  return grid;
}

function fill(mirror: PaneMirror, grid: Grid, cursor = { x: 0, y: 0, visible: true, shape: 0 }): void {
  const rows = Array.from({ length: grid.rows }, (_, y) => [y, encodeGridRow(grid, y, noLink)] as [number, Uint8Array]);
  mirror.apply({ pane: mirror.pane, cols: grid.cols, rows: grid.rows, full: true, lines: rows, cursor });
}

function mirrorOf(pane: number, lines: string[], cols: number, rows = lines.length): PaneMirror {
  const mirror = new PaneMirror(pane, links);
  fill(mirror, textGrid(lines, cols, rows));
  return mirror;
}

function scene(more: Partial<Scene> & Pick<Scene, "cols" | "rows">): Scene {
  return {
    view: undefined, top: 0, height: more.rows, mirrors: new Map(), replaced: new Map(), borders: BORDERS, layers: [],
    dimmed: () => false, ...more,
  };
}

const shown = (grid: Grid) => Array.from({ length: grid.rows }, (_, y) => grid.text(y).trimEnd());

/** Two panes of 4x3 side by side in a window of 9x3. */
function twoPanes(more: Partial<Scene> = {}): Scene {
  const leaves = [{ pane: 1, x: 0, y: 0, cols: 4, rows: 3 }, { pane: 2, x: 5, y: 0, cols: 4, rows: 3 }];
  const mirrors = new Map([
    [1, mirrorOf(1, ["aaaa", "bbbb", "cccc"], 4)], [2, mirrorOf(2, ["1111", "2222", "3333"], 4)],
  ]);
  return scene({ cols: 9, rows: 3, view: view(leaves, 9, 3), mirrors, ...more });
}

/** Every left half of a wide character has its right half, and no right half is alone. */
function expectSound(grid: Grid): void {
  for (let y = 0; y < grid.rows; y++) {
    for (let x = 0; x < grid.cols; x++) {
      const width = grid.widths[y * grid.cols + x];
      if (width === 2 && (x + 1 >= grid.cols || grid.widths[y * grid.cols + x + 1] !== 0))
        throw new Error(`a left half alone at ${x},${y}`);
      if (width === 0 && (x === 0 || grid.widths[y * grid.cols + x - 1] !== 2))
        throw new Error(`a right half alone at ${x},${y}`);
    }
  }
}

describe("a scene", () => {
  test("without a view is empty, and shows no cursor", () => {
    const { grid, cursor } = new Compositor().compose(scene({ cols: 5, rows: 2 }), 1);
    expect([shown(grid), cursor.visible]).toEqual([["", ""], false]);
  });

  test("has the panes and the borders between them, the active pane's in its style", () => {
    const { grid, cursor } = new Compositor().compose(twoPanes(), 1);
    expect(shown(grid)).toEqual(["aaaa│1111", "bbbb│2222", "cccc│3333"]);
    expect(grid.styleAt(4, 1)).toEqual(BORDERS.active);
    expect(cursor).toEqual({ x: 0, y: 0, visible: true, shape: 0 });
  });

  test("of a window smaller than the screen is padded, of a single pane has no borders", () => {
    const leaves = [{ pane: 1, x: 0, y: 0, cols: 4, rows: 2 }];
    const mirrors = new Map([[1, mirrorOf(1, ["aaaa", "bbbb"], 4)]]);
    expect(shown(
      new Compositor().compose(scene({ cols: 7, rows: 4, view: view(leaves, 4, 2), mirrors }), 1).grid,
    )).toEqual(["aaaa", "bbbb", "", ""]);
  });

  test("below a status line lies one row lower", () => {
    const { grid, cursor } = new Compositor().compose(twoPanes({ rows: 4, top: 1, height: 3 }), 1);
    expect(shown(grid)).toEqual(["", "aaaa│1111", "bbbb│2222", "cccc│3333"]);
    expect(cursor.y).toBe(1);
  });

  test("shows a pane whose picture has not come yet, or is too small, as blank", () => {
    const s = twoPanes();
    (s.mirrors as Map<number, PaneMirror>).delete(1);
    (s.mirrors as Map<number, PaneMirror>).set(2, mirrorOf(2, ["11"], 2, 1));
    expect(shown(new Compositor().compose(s, 1).grid)).toEqual(["    │11", "    │", "    │"]);
  });

  test("crops a pane whose picture is too large, and no half of a wide character stays", () => {
    const s = twoPanes();
    (s.mirrors as Map<number, PaneMirror>).set(1, mirrorOf(1, ["abc日x", "日本語", "x", "y", "z"], 8));
    const { grid } = new Compositor().compose(s, 1);
    expect(shown(grid)).toEqual(["abc │1111", "日本│2222", "x   │3333"]);
    expectSound(grid);
  });

  test("shows what takes a pane's place, with its cursor", () => {
    const replaced = new Map([[1, { grid: textGrid(["copy", "mode"], 4), cursor: { x: 3, y: 1 } }]]);
    const { grid, cursor } = new Compositor().compose(twoPanes({ replaced }), 1);
    expect(shown(grid)).toEqual(["copy│1111", "mode│2222", "    │3333"]);
    expect(cursor).toEqual({ x: 3, y: 1, visible: true, shape: 0 });
  });

  test("reversed by its program or out of reach looks so, and only there", () => {
    const s = twoPanes();
    s.mirrors.get(2)!.modes = { ...s.mirrors.get(2)!.modes, reverse: true };
    const { grid } = new Compositor().compose(s, 1);
    expect([grid.styleAt(0, 0).attr, grid.styleAt(4, 0).attr, grid.styleAt(5, 0).attr]).toEqual([0, 0, ATTR.inverse]);
    const dim = new Compositor().compose(twoPanes({ dimmed: () => true }), 1).grid;
    expect([dim.styleAt(0, 0).attr, dim.styleAt(8, 2).attr]).toEqual([ATTR.dim, ATTR.dim]);
  });
});

describe("a window larger than the screen", () => {
  function large(cursor: { x: number; y: number }): Scene {
    const leaves = [{ pane: 1, x: 0, y: 0, cols: 10, rows: 4 }];
    const mirror = new PaneMirror(1, links);
    fill(
      mirror, textGrid(["0123456789", "abcdefghij", "ABCDEFGHIJ", "!@#$%^&*()"], 10),
      { ...cursor, visible: true, shape: 0 },
    );
    return scene({ cols: 4, rows: 2, view: view(leaves, 10, 4), mirrors: new Map([[1, mirror]]) });
  }

  test.each([
    [{ x: 0, y: 0 }, ["0123", "abcd"]], [{ x: 3, y: 1 }, ["0123", "abcd"]], [{ x: 4, y: 1 }, ["1234", "bcde"]],
    [{ x: 9, y: 3 }, ["GHIJ", "&*()"]], [{ x: 2, y: 2 }, ["abcd", "ABCD"]],
  ])(
    "is cropped so that the cursor at %j is seen",
    (cursor, expected) => {
      const picture = new Compositor().compose(large(cursor), 1);
      expect(shown(picture.grid)).toEqual(expected);
      expect(picture.cursor.visible).toBeTrue();
      expect(picture.cursor.x).toBeLessThan(4);
    },
  );

  test("is drawn anew when the cursor leaves what is seen", () => {
    const compositor = new Compositor();
    const s = large({ x: 0, y: 0 });
    compositor.compose(s, 1);
    s.mirrors.get(1)!.apply({ pane: 1, cols: 10, rows: 4, lines: [], cursor: { x: 9, y: 0, visible: true, shape: 0 } });
    const picture = compositor.compose(s, 1);
    expect([shown(picture.grid), picture.rows]).toEqual([["6789", "ghij"], undefined]);
  });

  test("of several panes is cropped with its borders", () => {
    const s = twoPanes({ cols: 6, rows: 2, height: 2 });
    s.view!.focus.pane = 2;
    s.mirrors.get(2)!.cursor = { x: 3, y: 2, visible: true, shape: 0 };
    expect(windowOffset(s)).toEqual({ x: 3, y: 1 });
    expect(shown(new Compositor().compose(s, 1).grid)).toEqual(["b│2222", "c│3333"]);
  });
});

describe("a layer", () => {
  const layer = (x: number, y: number, lines: string[], cols: number, more: Partial<Layer> = {}): Layer => ({
    x, y, grid: textGrid(lines, cols), modal: false, ...more,
  });

  test("covers what is below it, and its cursor counts if it takes the keyboard", () => {
    const popup = layer(2, 1, ["PPPP"], 4, { modal: true, cursor: { x: 1, y: 0 } });
    const { grid, cursor } = new Compositor().compose(twoPanes({ layers: [layer(0, 0, ["status"], 6), popup] }), 1);
    expect(shown(grid)).toEqual(["status111", "bbPPPP222", "cccc│3333"]);
    expect(cursor).toEqual({ x: 3, y: 1, visible: true, shape: 0 });
    expect(
      new Compositor().compose(twoPanes({ layers: [layer(0, 0, ["x"], 1, { modal: true })] }), 1).cursor.visible,
    ).toBeFalse();
  });

  test("that covers half of a wide character leaves a blank of it", () => {
    const s = twoPanes();
    (s.mirrors as Map<number, PaneMirror>).set(1, mirrorOf(1, ["日本", "日本", "日本"], 4));
    for (let x = 0; x < 4; x++) {
      for (const text of ["X", "XY", "語"]) {
        const { grid } = new Compositor().compose(
          { ...s, layers: [layer(x, 1, [text], drawText(new Grid(9, 1), 0, 0, text, PLAIN))] }, x,
        );
        expectSound(grid);
        expect(grid.text(1)).toContain(text);
      }
    }
  });

  test("that sticks out of the screen is cut at its edges, also through its wide characters", () => {
    for (let x = -4; x < 10; x++) {
      const { grid } = new Compositor().compose(
        twoPanes({ layers: [layer(x, 2, ["語語"], 4), layer(x, -1, ["x"], 1), layer(0, 9, ["x"], 1)] }), x,
      );
      expectSound(grid);
      expect(shown(grid).slice(0, 2)).toEqual(["aaaa│1111", "bbbb│2222"]);
    }
  });

  test("with its cursor outside of the screen shows none", () => {
    const popup = layer(7, 1, ["PPPP"], 4, { modal: true, cursor: { x: 3, y: 0 } });
    expect(new Compositor().compose(twoPanes({ layers: [popup] }), 1).cursor.visible).toBeFalse();
  });

  test("that goes uncovers what was below it", () => {
    const compositor = new Compositor();
    const s = twoPanes({ layers: [layer(2, 1, ["PPPP"], 4)] });
    compositor.compose(s, 1);
    expect(shown(compositor.compose({ ...s, layers: [] }, 1).grid)).toEqual(["aaaa│1111", "bbbb│2222", "cccc│3333"]);
  });
});

describe("what changed", () => {
  test("is the rows of panes that changed, where they lie on the screen", () => {
    const compositor = new Compositor();
    const s = twoPanes({ rows: 4, top: 1, height: 3 });
    expect(compositor.compose(s, 1).rows).toBeUndefined();
    expect(compositor.compose(s, 1).rows).toEqual([]);
    s.mirrors.get(2)!.apply({
      pane: 2, cols: 4, rows: 3, lines: [[1, encodeGridRow(textGrid(["XXXX"], 4), 0, noLink)]],
    });
    const picture = compositor.compose(s, 1);
    expect([picture.rows, shown(picture.grid)[2]]).toEqual([[2], "bbbb│XXXX"]);
  });

  test("is drawn below layers that cover panes; one beside them is left as it is", () => {
    const compositor = new Compositor();
    const over = { x: 0, y: 1, grid: textGrid(["message"], 7), modal: false };
    const s = twoPanes({ rows: 4, layers: [over, { x: 0, y: 3, grid: textGrid(["status"], 6), modal: false, beside: true }] });
    compositor.compose(s, 1);
    s.mirrors.get(1)!.apply({ pane: 1, cols: 4, rows: 3, lines: [[1, encodeGridRow(textGrid(["XXXX"], 4), 0, noLink)]] });
    const picture = compositor.compose(s, 1);
    expect([shown(picture.grid), picture.rows]).toEqual([["aaaa│1111", "message22", "cccc│3333", "status"], [1]]);
  });

  test("of a pane that became smaller is all of its cells", () => {
    const compositor = new Compositor();
    const s = twoPanes();
    compositor.compose(s, 1);
    fill(s.mirrors.get(1)!, textGrid(["zz"], 2));
    const picture = compositor.compose(s, 1);
    expect(shown(picture.grid)).toEqual(["zz  │1111", "    │2222", "    │3333"]);
    expect(picture.rows!.sort()).toEqual([0, 1, 2]);
  });

  test("is everything when something other than panes' content did", () => {
    const compositor = new Compositor();
    compositor.compose(twoPanes(), 1);
    expect(compositor.compose(twoPanes(), 2).rows).toBeUndefined();
  });
});

describe("borders", () => {
  test("join where they meet", () => {
    let tree: Node = leaf(1, 9, 7);
    tree = splitPane(tree, 1, 2, "row");
    tree = splitPane(tree, 2, 3, "column");
    tree = splitPane(tree, 1, 4, "column");
    const s = scene({ cols: 9, rows: 7, view: view(rectsOf(tree), 9, 7) });
    expect(shown(new Compositor().compose(s, 1).grid)).toEqual([
      "    │", "    │", "    │", "────┼────", "    │", "    │", "    │",
    ]);
    const unequal = view(
      rectsOf(splitPane(
        splitPane(splitPane(leaf(1, 9, 7), 1, 2, "row"), 2, 3, "column"), 1, 4, "column", { cells: 1 },
      )),
      9, 7,
    );
    expect(shown(new Compositor().compose({ ...s, view: unequal }, 1).grid)).toEqual([
      "    │", "    │", "    │", "    ├────", "    │", "────┤", "    │",
    ]);
    for (const [lines, joint] of [["heavy", "╋"], ["double", "╬"], ["rounded", "┼"], ["simple", "+"]] as const) {
      expect(new Compositor().compose({ ...s, borders: { ...BORDERS, lines } }, 1).grid.text(3)[4]).toBe(joint);
    }
  });
});

describe("text", () => {
  test("is drawn by columns, cut at its end, without what has no width or is obeyed by terminals", () => {
    const grid = new Grid(8, 1);
    expect(drawText(grid, 0, 0, "a\x1b[31m日\u0000\u009b\u202eé", PLAIN)).toBe(8);
    expect(/[\u0000-\u001f\u007f-\u009f\u202e]/.test(charsOf(grid).join(""))).toBeFalse();
    const narrow = new Grid(3, 1);
    expect(drawText(narrow, 0, 0, "ab日", PLAIN)).toBe(2);
    expect(narrow.text(0)).toBe("ab ");
    expectSound(narrow);
  });
});

/** A scene that lives: panes come and go, grow, are written to; layers open and close. */
class Life {
  readonly mirrors = new Map<number, PaneMirror>();
  scene: Scene;
  structure = 0;

  constructor(private readonly random: Random) {
    this.scene = this.build();
  }

  private build(): Scene {
    const { random } = this;
    const [cols, rows] = [between(random, 1, 30), between(random, 1, 10)];
    const [windowCols, windowRows] = [
      pick(random, [cols, between(random, 1, 40)]), pick(random, [rows, between(random, 1, 14)]),
    ];
    let tree: Node = leaf(1, windowCols, windowRows);
    for (let id = 2; id < 2 + random.integer(4); id++) {
      try {
        tree = splitPane(tree, between(random, 1, id - 1), id, pick(random, ["row", "column"] as const));
      } catch {
        break;
      }
    }
    const leaves = rectsOf(tree);
    for (const { pane } of leaves)
      if (!this.mirrors.has(pane) && random.integer(5)) this.mirrors.set(pane, new PaneMirror(pane, links));
    const top = rows > 1 ? random.integer(2) : 0;
    return scene({ cols, rows, top, height: Math.max(1, rows - (rows > 1 ? 1 : 0)), view: view(
      leaves, tree.cols, tree.rows, pick(random, leaves).pane,
    ), mirrors: this.mirrors, dimmed: always(random.integer(8) === 0),
      paneStatus: random.integer(3) ? undefined : {
        position: top ? "top" : "bottom", line: (pane, width) => textGrid([`${pane}日本語`], width),
      } });
  }

  private text(): string {
    return Array.from(
      { length: this.random.integer(20) }, () => pick(this.random, ["a", "b", " ", "日", "😀", "é", "👨‍👩‍👧"]),
    ).join("");
  }

  private draw(): void {
    const { random } = this;
    if (this.mirrors.size === 0) return;
    const mirror = pick(random, [...this.mirrors.values()]);
    const place = this.scene.view!.leaves.find((l) => l.pane === mirror.pane);
    const [cols, rows] = mirror.empty || random.integer(10) === 0 ? [
      pick(random, [place?.cols ?? 5, between(random, 1, 30)]),
      pick(random, [place?.rows ?? 3, between(random, 1, 12)]),
    ] : [mirror.grid.cols, mirror.grid.rows];
    const lines: [number, Uint8Array][] = [];
    for (let n = random.integer(4); n > 0; n--)
      lines.push([random.integer(rows), encodeGridRow(textGrid([this.text()], cols), 0, noLink)]);
    const cursor = random.integer(3) ? undefined : {
      x: random.integer(cols), y: random.integer(rows), visible: true, shape: 0,
    };
    const modes = random.integer(8) ? undefined : { ...mirror.modes, reverse: random.integer(2) === 0 };
    mirror.apply({
      pane: mirror.pane, cols, rows, lines, scroll: random.integer(6) ? undefined : between(random, 1, rows), cursor,
      modes,
    });
  }

  private layers(): void {
    const { random } = this;
    this.structure++;
    this.scene.layers = Array.from({ length: random.integer(3) }, () => ({
      x: between(random, -5, this.scene.cols), y: between(random, -2, this.scene.rows), grid: textGrid(
        [this.text(), this.text()], between(random, 1, 12),
      ), modal: true,
    }));
  }

  step(): void {
    const kind = this.random.integer(12);
    if (kind === 0) {
      this.structure++;
      const { layers } = this.scene;
      this.scene = { ...this.build(), layers };
    } else if (kind === 1) this.layers();
    else this.draw();
  }
}

test("drawing only what changed gives what drawing everything gives, and says which rows it touched", () => {
  fuzzRounds("compositor", 400, 700, (random) => {
    const life = new Life(random);
    const compositor = new Compositor();
    let before: string[][] | undefined;
    for (let n = 0; n < 25; n++) {
      for (let steps = random.integer(3); steps >= 0; steps--) life.step();
      const picture = compositor.compose(life.scene, life.structure);
      const actual = gridCells(picture.grid, noLink);
      const fresh = new Compositor().compose(life.scene, 1);
      const difference = cellDifference(actual, gridCells(fresh.grid, noLink));
      if (difference) throw new Error(difference);
      expect(picture.cursor).toEqual(fresh.cursor);
      expectSound(picture.grid);
      if (picture.rows && before) {
        const changed = actual.map((row, y) => (cellDifference([row], [before![y]!]) ? y : -1)).filter((y) => y >= 0);
        expect(changed.filter((y) => !picture.rows!.includes(y))).toEqual([]);
      }
      before = actual;
    }
  });
});

function always(value: boolean): () => boolean {
  return () => value;
}

describe("guesses of what is typed", () => {
  const guess = (mirror: PaneMirror, text: string, x: number, y: number, marked = false) => {
    mirror.guesses = { cells: [...text].map((char, i) => ({ x: x + i, y, char })), cursor: { x: x + text.length, y }, marked };
    for (let row = 0; row < mirror.grid.rows; row++) mirror.dirty.add(row);
  };

  test("are shown over what is known, with the cursor behind them, and gone when they are", () => {
    const both = twoPanes();
    const compositor = new Compositor();
    compositor.compose(both, 1);
    const mirror = both.mirrors.get(1)!;
    guess(mirror, "xy", 1, 1);
    const { grid, cursor } = compositor.compose(both, 1);
    expect([shown(grid)[1]!.slice(0, 4), cursor]).toEqual(["bxyb", { x: 3, y: 1, visible: true, shape: 0 }]);
    expect(grid.styleAt(1, 1)).toEqual(PLAIN);
    mirror.guesses = undefined;
    mirror.dirty.add(1);
    expect(shown(compositor.compose(both, 1).grid)[1]!.slice(0, 4)).toBe("bbbb");
  });

  test("are underlined if they are to be told apart", () => {
    const both = twoPanes();
    guess(both.mirrors.get(1)!, "x", 1, 1, true);
    const { grid } = new Compositor().compose(both, 1);
    expect([0, 1, 2].map((x) => (grid.styleAt(x, 1).attr & ATTR.underlineMask) !== 0)).toEqual([false, true, false]);
  });

  test("move with a window that is wider than the screen", () => {
    const both = { ...twoPanes(), cols: 6 };
    both.view = { ...both.view!, focus: { window: 1, pane: 2 } };
    const mirror = both.mirrors.get(2)!;
    mirror.cursor = { x: 3, y: 1, visible: true, shape: 0 };
    guess(mirror, "x", 0, 1);
    const { grid } = new Compositor().compose(both, 1);
    expect(shown(grid)[1]).toMatch(/^b.x222$/);
  });

  test("leave no half of a wide character beside them", () => {
    for (const x of [1, 2]) {
      const both = twoPanes();
      const mirror = mirrorOf(1, ["aaaa", "b宽b", "cccc"], 4);
      guess(mirror, "x", x, 1);
      expectSound(new Compositor().compose({ ...both, mirrors: new Map([[1, mirror]]) }, 1).grid);
    }
  });

  test("stay in their pane, and out of copy mode", () => {
    const both = twoPanes();
    guess(both.mirrors.get(1)!, "wxyz", 2, 1);
    expect(shown(new Compositor().compose(both, 1).grid)[1]).toMatch(/^bbwx.2222$/);
    const replaced = new Map([[1, { grid: textGrid(["copy", "mode", "here"], 4), cursor: { x: 0, y: 0 } }]]);
    expect(shown(new Compositor().compose({ ...both, replaced }, 2).grid)[1]).toMatch(/^mode/);
  });
});
