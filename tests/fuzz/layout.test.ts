/** Properties of layouts over random sequences of everything that changes them. */
import { expect, test } from "bun:test";
import {
  leaf, mapPanes, neighbour, panesOf, removePane, resizeNode, resizePane, setPaneSize, splitPane, splitWhole,
  type Direction, type Node,
} from "../../src/server/model/layout.ts";
import { exportLayout, importLayout } from "../../src/server/model/layout-export.ts";
import { LAYOUT_NAMES, arrange } from "../../src/server/model/presets.ts";
import { FugueError } from "../../src/base/errors.ts";
import type { Random } from "../../src/base/random.ts";
import { checkLayout, describeLayout } from "../support/layout-checks.ts";
import { between, fuzzRounds, pick } from "../support/fuzz.ts";

const DIRECTIONS: Direction[] = ["left", "right", "up", "down"];

/** A window that lives through random changes, with what must hold after each of them. */
class Window {
  cols: number;
  rows: number;
  tree: Node;
  panes = [1];
  private next = 2;
  readonly did: string[] = [];

  constructor(private readonly random: Random) {
    this.cols = between(random, 1, 200);
    this.rows = between(random, 1, 60);
    this.tree = leaf(1, this.cols, this.rows);
  }

  private size() {
    return pick(
      this.random, [undefined, { cells: between(this.random, -2, 90) }, { percent: between(this.random, 0, 100) }],
    );
  }

  /** The tree is always brought to the window's size, as the model does it. */
  private set(tree: Node): void {
    this.tree = resizeNode(tree, this.cols, this.rows);
  }

  private split(): void {
    const id = this.next;
    const kind = pick(this.random, ["row", "column"] as const);
    const before = this.random.integer(2) === 0;
    const whole = this.random.integer(5) === 0;
    const untouched = JSON.stringify(this.tree);
    try {
      this.set(
        whole ? splitWhole(this.tree, id, kind, this.size(), before) : splitPane(
          this.tree, pick(this.random, this.panes), id, kind, this.size(), before,
        ),
      );
    } catch (error) {
      if (!(error instanceof FugueError) || error.code !== "failed") throw error;
      expect(JSON.stringify(this.tree)).toBe(untouched);
      return;
    }
    this.next++;
    this.panes.push(id);
  }

  private remove(): void {
    if (this.panes.length === 1) return;
    const pane = pick(this.random, this.panes);
    const rest = removePane(this.tree, pane)!;
    checkLayout(rest, this.panes.filter((p) => p !== pane), this.tree.cols, this.tree.rows);
    this.panes = this.panes.filter((p) => p !== pane);
    this.set(rest);
  }

  private resizeWindow(): void {
    const tiny = this.random.integer(4) === 0;
    this.cols = tiny ? between(this.random, 1, 4) : between(this.random, 1, 300);
    this.rows = tiny ? between(this.random, 1, 4) : between(this.random, 1, 100);
    this.set(this.tree);
  }

  private swap(): void {
    const [a, b] = [pick(this.random, this.panes), pick(this.random, this.panes)];
    const before = describeLayout(this.tree).replace(/\d+:/g, "");
    this.set(mapPanes(this.tree, (p) => (p === a ? b : p === b ? a : p)));
    expect(describeLayout(this.tree).replace(/\d+:/g, "")).toBe(before);
  }

  private exportAndBack(): void {
    const before = describeLayout(this.tree);
    const order = panesOf(this.tree);
    const back = importLayout(
      JSON.parse(JSON.stringify(exportLayout(this.tree))), order, this.tree.cols, this.tree.rows,
    );
    expect(describeLayout(back)).toBe(before);
  }

  /** Neighbours are panes of the window, never the pane itself, and there is one wherever a border is. */
  private look(): void {
    const pane = pick(this.random, this.panes);
    for (const direction of DIRECTIONS) {
      const found = neighbour(this.tree, pane, direction, []);
      if (found !== undefined) expect(found !== pane && this.panes.includes(found)).toBeTrue();
    }
  }

  step(): void {
    const actions: [string, () => void][] = [
      ["split", () => this.split()], ["split", () => this.split()], ["split", () => this.split()], [
        "remove", () => this.remove(),
      ],
      ["window", () => this.resizeWindow()], ["swap", () => this.swap()], [
        "export", () => this.exportAndBack(),
      ], ["look", () => this.look()],
      [
        "border",
        () => this.set(resizePane(
          this.tree, pick(this.random, this.panes), pick(this.random, DIRECTIONS), between(this.random, -5, 60),
        )),
      ],
      [
        "size",
        () => this.set(setPaneSize(
          this.tree, pick(this.random, this.panes),
          { cols: between(this.random, 0, 90), rows: pick(this.random, [undefined, 0, 3, 50]) },
        )),
      ],
      [
        "arrange",
        () => this.set(arrange(
          pick(this.random, LAYOUT_NAMES), panesOf(this.tree), this.cols, this.rows,
          { cols: between(this.random, 0, 100), rows: between(this.random, 0, 30) },
        )),
      ],
    ];
    const [name, run] = pick(this.random, actions);
    this.did.push(name);
    try {
      run();
      checkLayout(this.tree, this.panes);
      if (this.tree.cols < this.cols || this.tree.rows < this.rows)
        throw new Error("the tree does not fill its window");
    } catch (error) {
      throw new Error(`after ${this.did.join(" ")}: ${String(error)}`, { cause: error });
    }
  }
}

test("whatever is done to a window, its panes tile it without overlap", () => {
  const rounds = fuzzRounds("layout", 2000, 700, (random) => {
    const window = new Window(random);
    for (let n = 0; n < 60; n++) window.step();
  });
  expect(rounds).toBeGreaterThan(5);
});

test("moving a border moves it by what was asked, or as far as it goes, and nothing beyond its split", () => {
  fuzzRounds("borders", 3000, 300, (random) => {
    let tree: Node = leaf(1, between(random, 20, 120), between(random, 10, 50));
    for (let id = 2; id < 9; id++) {
      try {
        tree = splitPane(tree, between(random, 1, id - 1), id, pick(random, ["row", "column"] as const));
      } catch {
        tree = splitWhole(resizeNode(tree, 200, 90), id, "row");
      }
    }
    const pane = between(random, 1, 8);
    const after = setPaneSize(tree, pane, { cols: between(random, 1, 40) });
    checkLayout(after, panesOf(tree), tree.cols, tree.rows);
    const again = setPaneSize(after, pane, {});
    expect(again).toEqual(after);
  });
});
