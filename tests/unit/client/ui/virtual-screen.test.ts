import { describe, expect, test } from "bun:test";
import { openVirtualScreen } from "../../../../src/client/ui/virtual-screen.ts";
import { paletteColor } from "../../../../src/terminal/grid.ts";
import { gridRows, isAligned } from "./harness.ts";

const nothing = (): void => {};

describe("the virtual screen", () => {
  test("is one for the process", async () => {
    expect(await openVirtualScreen()).toBe(await openVirtualScreen());
  });

  test("leaves the process's signals, exit and environment alone", async () => {
    const before = process.env.TMUX;
    process.env.TMUX = "/tmp/other,1,0";
    const signals = ["SIGINT", "SIGTERM", "SIGQUIT", "exit", "uncaughtException"];
    const counts = signals.map((name) => process.listenerCount(name));
    const { VirtualScreen } = await import("../../../../src/client/ui/virtual-screen.ts");
    const { Emulator } = await import("../../../../src/terminal/emulator.ts");
    const blessed = (await import("neo-blessed")).default;
    const events = {
      reply: nothing, effect: nothing, lineTrimmed: nothing, scrollbackCleared: nothing, synchronizedEnd: nothing,
    };
    new VirtualScreen(blessed, new Emulator({ cols: 80, rows: 24, scrollback: 0 }, events));
    expect(signals.map((name) => process.listenerCount(name))).toEqual(counts);
    expect(process.env.TMUX).toBe("/tmp/other,1,0");
    if (before === undefined) delete process.env.TMUX;
    else process.env.TMUX = before;
  });

  test("gives back colours, borders and characters of any width", async () => {
    const screen = await openVirtualScreen();
    const view = screen.openView(nothing, { border: "line", style: { border: { fg: 8 } } });
    const box = view.box({ left: 0, right: 0, top: 0, bottom: 0 });
    view.begin(20, 4);
    box.setContent(view.content([
      { left: [{ text: "漢字 {bold}", look: { fg: 2, bold: true } }], right: [{ text: "👩‍💻" }] },
      { left: [{ text: "e\u0301\x1b[31m" }], look: { fg: 0, bg: 200 } },
    ], 18));
    const grid = view.render(20, 4);
    expect(gridRows(grid)).toEqual([
      "┌──────────────────┐", "│漢字 {bold}     👩‍💻│", "│e\u0301\ufffd[31m            │", "└──────────────────┘",
    ]);
    expect(isAligned(grid)).toBe(true);
    expect(grid.styleAt(1, 1)).toMatchObject({ fg: paletteColor(2), attr: 1 });
    expect(grid.styleAt(18, 2)).toMatchObject({ fg: paletteColor(0), bg: paletteColor(200) });
    expect(grid.styleAt(0, 0).fg).toBe(paletteColor(8));
    view.close();
  });

  test("follows every size, also those too small for a frame", async () => {
    const screen = await openVirtualScreen();
    const view = screen.openView(nothing, { border: "line" });
    for (const [cols, rows] of [[40, 10], [1, 1], [2, 5], [200, 60], [3, 2], [40, 10]] as const) {
      view.begin(cols, rows);
      const grid = view.render(cols, rows);
      expect([grid.cols, grid.rows, grid.text(0)[0]]).toEqual([cols, rows, "┌"]);
    }
    view.close();
  });

  test("two views take turns without a trace of each other", async () => {
    const screen = await openVirtualScreen();
    const draw = (text: string, cols: number): { view: typeof first; rows: () => string[] } => {
      const view = screen.openView(nothing, {});
      const box = view.box({ left: 0, right: 0, top: 0, bottom: 0 });
      const rows = (): string[] => {
        view.begin(cols, 3);
        box.setContent(view.content([{ left: [{ text }] }], cols));
        return gridRows(view.render(cols, 3));
      };
      return { view, rows };
    };
    const first = screen.openView(nothing, {});
    const a = draw("aaaaaaaaaa", 12);
    const b = draw("b", 9);
    for (let i = 0; i < 3; i++) {
      expect(a.rows()).toEqual(["aaaaaaaaaa", "", ""]);
      expect(b.rows()).toEqual(["b", "", ""]);
    }
    for (const view of [first, a.view, b.view]) view.close();
  });

  test("forgets the elements of closed views", async () => {
    const screen = await openVirtualScreen();
    const before = screen.elements;
    for (let i = 0; i < 50; i++) {
      const view = screen.openView(nothing, { border: "line" });
      view.box({ top: 0, left: 0, right: 0, height: 1 }).on("mouse", nothing);
      view.begin(20, 5);
      view.render(20, 5);
      view.close();
      view.close();
    }
    expect(screen.elements).toBe(before);
  });

  test("still tells characters apart when more of them were shown than there are stand-ins", async () => {
    const screen = await openVirtualScreen();
    const view = screen.openView(nothing, {});
    const box = view.box({ left: 0, right: 0, top: 0, bottom: 0 });
    for (let page = 0; page < 200; page++) {
      const text = String.fromCodePoint(...Array.from({ length: 40 }, (_, i) => 0x4e00 + page * 40 + i));
      view.begin(80, 2);
      box.setContent(view.content([{ left: [{ text }] }, { left: [{ text: "漢字" }] }], 80));
      expect(gridRows(view.render(80, 2))).toEqual([text, "漢字"]);
    }
    view.close();
  });
});
