import { describe, expect, test } from "bun:test";
import { ClockOverlay } from "../../../../src/client/ui/clock.ts";
import { PaneNumbers, type NumberedPane } from "../../../../src/client/ui/pane-numbers.ts";
import { drawText } from "../../../../src/client/ui/cell-text.ts";
import { Grid, paletteColor, PLAIN } from "../../../../src/terminal/grid.ts";
import { gridRows, isAligned, keys, mouse, paste, StillClock, TestHost } from "./harness.ts";

/** Filled cells as `#`. */
function blocks(grid: Grid, color: number): string[] {
  return Array.from({ length: grid.rows }, (_, y) =>
    Array.from({ length: grid.cols }, (_, x) => (grid.styleAt(x, y).bg === color ? "#" : " ")).join("").trimEnd());
}

describe("the clock", () => {
  const open = (hours: "12" | "24", area = { x: 3, y: 2, cols: 44, rows: 7 }) => {
    const host = new TestHost();
    const clock = new StillClock();
    const overlay = new ClockOverlay(host, clock, { area: () => area, color: paletteColor(4), hours });
    host.overlay = overlay;
    const now = new Date(clock.wall());
    return { host, clock, overlay, now };
  };

  test("draws hours and minutes over its pane, in the middle", () => {
    const { overlay, clock } = open("24");
    // 12:34 in UTC: in all zones the minutes are 34, 04 or 19.
    expect(overlay.place(100, 50)).toEqual({ x: 3, y: 2, cols: 44, rows: 7 });
    const rows = blocks(overlay.draw(), paletteColor(4));
    expect([rows[0], rows[6]]).toEqual(["", ""]);
    expect(rows.every((row) => row.length <= 7 + 29)).toBe(true);
    const minutes = rows.slice(1, 6).map((row) => row.padEnd(36).slice(7 + 18));
    const shapes: Record<string, string[]> = {
      "34": ["##### #   #", "    # #   #", "##### #####", "    #     #", "#####     #"],
      "04": ["##### #   #", "#   # #   #", "#   # #####", "#   #     #", "#####     #"],
      "19": ["    # #####", "    # #   #", "    # #####", "    #     #", "    # #####"],
    };
    const shape = shapes[String(new Date(clock.wall()).getMinutes()).padStart(2, "0")];
    expect(minutes).toEqual(shape!);
    overlay.dispose();
  });

  test("writes the time small where big digits have no room", () => {
    const { overlay, now } = open("12", { x: 0, y: 0, cols: 20, rows: 3 });
    overlay.place(20, 3);
    const hour = now.getHours() % 12 === 0 ? 12 : now.getHours() % 12;
    expect(gridRows(overlay.draw())[1]!.trim()).toBe(
      `${hour}:${String(now.getMinutes()).padStart(2, "0")} ${now.getHours() < 12 ? "AM" : "PM"}`,
    );
    overlay.dispose();
  });

  test("is drawn anew when the minute changes, and leaves no timer behind", () => {
    const { overlay, clock, host } = open("24");
    clock.advance(3999);
    expect(host.changes).toBe(0);
    clock.advance(1);
    expect(host.changes).toBe(1);
    clock.advance(120_000);
    expect(host.changes).toBe(3);
    overlay.dispose();
    expect(clock.waiting).toBe(0);
  });

  test("any key or press ends it, a move or a release does not", () => {
    const { overlay, host } = open("24");
    overlay.input({ kind: "mouse", action: "move", button: 3, mods: 0, x: 1, y: 1 });
    overlay.input({ kind: "key", key: { name: "a", mods: 0 }, event: 3 });
    overlay.input({ kind: "focus", focused: true });
    expect(host.closes).toBe(0);
    keys(overlay, "Escape");
    overlay.input(paste("x"));
    expect(host.closes).toBe(1);
  });
});

describe("pane numbers", () => {
  const PANES: NumberedPane[] = [
    { id: 70, index: 0, active: true, rect: { x: 0, y: 0, cols: 20, rows: 10 } },
    { id: 71, index: 1, active: false, rect: { x: 21, y: 0, cols: 19, rows: 10 } },
    { id: 72, index: 12, active: false, rect: { x: 0, y: 11, cols: 40, rows: 3 } },
  ];
  const open = (backdrop?: () => Grid) => {
    const host = new TestHost();
    const clock = new StillClock();
    const done: string[] = [];
    const overlay = new PaneNumbers(host, clock, {
      panes: () => PANES,
      select: (id) => done.push(`${host.closes} ${id}`),
      color: paletteColor(4), activeColor: paletteColor(1), ms: 1000,
      ...(backdrop ? { backdrop } : {}),
    });
    host.overlay = overlay;
    overlay.place(40, 14);
    return { host, clock, overlay, done };
  };

  test("stand in the middle of each pane with its size, small where there is no room", () => {
    const { overlay } = open();
    const grid = overlay.draw();
    expect(blocks(grid, paletteColor(1)).slice(2, 7)).toEqual([
      "       #####", "       #   #", "       #   #", "       #   #", "       #####",
    ]);
    expect(blocks(grid, paletteColor(4))[2]).toBe(`${" ".repeat(21 + 7 + 4)}#`);
    expect(grid.text(0)).toBe("               20x10               19x10");
    expect(grid.text(11).trim()).toBe("40x3");
    expect(grid.text(12)).toBe(`${" ".repeat(19)}12${" ".repeat(18)}c`);
    overlay.dispose();
  });

  test("leave the panes to be seen, without halves of wide characters", () => {
    const { overlay } = open(() => {
      const grid = new Grid(40, 14);
      for (let y = 0; y < 14; y++) drawText(grid, y % 2, y, "漢".repeat(20), PLAIN);
      return grid;
    });
    const grid = overlay.draw();
    expect(grid.text(1)).toContain("漢漢漢");
    expect(isAligned(grid)).toBe(true);
    overlay.dispose();
  });

  test("the key of a pane selects it, after closing", () => {
    for (const [key, want] of [["1", ["1 71"]], ["c", ["1 72"]], ["5", []], ["Escape", []]] as const) {
      const { overlay, done, host } = open();
      keys(overlay, key);
      keys(overlay, "0");
      expect([key, done, host.closes]).toEqual([key, [...want], 1]);
    }
    const { overlay, done } = open();
    mouse(overlay, 25, 3);
    expect(done).toEqual(["1 71"]);
  });

  test("go away by themselves", () => {
    const { host, clock, overlay } = open();
    clock.advance(999);
    expect(host.closes).toBe(0);
    clock.advance(1);
    expect(host.closes).toBe(1);
    const other = open();
    other.overlay.dispose();
    expect(other.clock.waiting).toBe(0);
    overlay.dispose();
  });
});
