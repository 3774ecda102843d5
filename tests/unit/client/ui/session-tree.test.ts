import { describe, expect, test } from "bun:test";
import { drawText } from "../../../../src/client/ui/cell-text.ts";
import { SessionTree, type SessionTreeOptions } from "../../../../src/client/ui/session-tree.ts";
import type { TreeTarget } from "../../../../src/client/ui/session-rows.ts";
import { Grid, PLAIN, rgbColor } from "../../../../src/terminal/grid.ts";
import {
  isAligned, keys, mouse, NOW, pane, rowsOf, selectedText, session, stage, type, window,
} from "./harness.ts";
import { cpuMs } from "../../../support/cpu-time.ts";
import { charsOf } from "../../../support/grid-chars.ts";

const two = [pane(7, { program: "vim", active: false }), pane(8, { index: 1, program: "claude", title: "✳ busy 👩‍💻" })];
const SESSIONS = [
  session(1, "api", {
    attached: 2, tags: ["prod"],
    windows: [window(10, 0, "edit", { panes: two }), window(11, 1, "logs", { bell: true })],
  }),
  session(2, "漢字", { createdAt: NOW - 5000, windows: [window(20, 0, "main", { activity: true, zoomed: true })] }),
  session(3, "web"),
];

function name({ server, session: s, window: w, pane: p }: TreeTarget): string {
  return [server, s?.name, w?.name, p?.id].filter((part) => part !== undefined).join("/");
}

async function open(options: SessionTreeOptions = {}, preview?: (server: string, pane: number) => Grid | undefined) {
  const { context, host } = await stage();
  const done: string[] = [];
  const tree = new SessionTree(context, {
    choose: (target) => done.push(`${host.closes} choose ${name(target)}`),
    kill: (target) => done.push(`kill ${name(target)}`),
    rename: (target, to) => done.push(`rename ${name(target)} to ${to}`),
    create: (server, to) => done.push(`create ${to} on ${server}`),
    ...(preview ? { preview } : {}),
  }, options);
  host.overlay = tree;
  tree.setSessions([{ server: "local", sessions: SESSIONS }]);
  return { tree, host, done, context };
}

describe("the session tree", () => {
  test("shows marks, clients, tags and age, all in their columns", async () => {
    const { tree } = await open();
    keys(tree, "l", "G", "k", "l");
    const rows = rowsOf(tree, 70, 12);
    expect(rows.slice(0, 7)).toEqual([
      "┌─ sessions (3) ─────────────────────────────────────────────────────┐",
      "│▾ api  2 windows ! #prod                             attached 2   3h│",
      "│  ▸ 0: edit*  2 panes                                          80x24│",
      "│    1: logs!  bash /home/ann                                   80x24│",
      "│▾ 漢字  1 window #                                                5s│",
      "│    0: main*Z#  bash /home/ann                                 80x24│",
      "│▸ web  2 windows  bash /home/ann                                  3h│",
    ]);
    expect(isAligned(tree.draw())).toBe(true);
    tree.dispose();
  });

  test("walks with arrows, letters and pages, and chooses after it has closed", async () => {
    const { tree, done } = await open();
    expect(selectedText(tree)).toContain("api");
    keys(tree, "Down", "j", "j");
    expect(selectedText(tree)).toContain("web");
    keys(tree, "Up");
    expect(selectedText(tree)).toContain("漢字");
    keys(tree, "g", "PageDown", "PageUp", "C-n", "C-p", "G", "Enter");
    expect(done).toEqual(["1 choose local/web"]);
    keys(tree, "k", "Enter");
    expect(done.length).toBe(1);
  });

  test("unfolds down to panes and folds back", async () => {
    const { tree, done } = await open();
    keys(tree, "Right", "Right", "Right", "Right", "j");
    expect(selectedText(tree)).toContain("1: claude*");
    expect(rowsOf(tree, 70, 14).join("\n")).toContain("\"✳ busy 👩‍💻\"");
    keys(tree, "Left", "Left", "Left");
    expect(selectedText(tree)).toMatch(/^▾ api/);
    keys(tree, "Space");
    expect(selectedText(tree)).toMatch(/^▸ api/);
    keys(tree, "*", "j", "j", "j", "Enter");
    expect(done).toEqual(["1 choose local/api/edit/8"]);
  });

  test("filters while the filter is typed, and selects a match, not its parents", async () => {
    const { tree, done } = await open();
    keys(tree, "/");
    type(tree, "cla");
    expect(rowsOf(tree, 60, 10).slice(1, 6).map((row) => row.slice(1, 20).trim())).toEqual([
      "▾ api  2 windows !", "▾ 0: edit*  2 pan", "1: claude*  \"", "", "",
    ]);
    expect(selectedText(tree)).toContain("claude");
    expect(tree.cursor()).toEqual({ x: 5, y: 20 });
    keys(tree, "Up");
    expect(selectedText(tree)).toContain("edit");
    keys(tree, "Backspace", "Backspace", "Backspace");
    type(tree, "web");
    keys(tree, "Enter");
    expect(tree.cursor()).toBeUndefined();
    expect(rowsOf(tree, 60, 10)[0]).toContain("(web)");
    keys(tree, "Enter");
    expect(done).toEqual(["1 choose local/web"]);
  });

  test("Esc takes the filter back, then closes; q closes", async () => {
    const { tree, host } = await open();
    keys(tree, "/");
    type(tree, "web");
    keys(tree, "Enter", "Escape");
    expect([rowsOf(tree, 60, 10)[0], host.closes]).toEqual([expect.stringContaining("(3)"), 0]);
    keys(tree, "Escape");
    expect(host.closes).toBe(1);
    const other = await open();
    keys(other.tree, "q");
    expect(other.host.closes).toBe(1);
  });

  test("kills only after a yes", async () => {
    const { tree, done } = await open();
    keys(tree, "x");
    expect(rowsOf(tree, 60, 10)[8]).toContain("kill session api? (y/n)");
    keys(tree, "n", "x", "Enter", "j", "x");
    mouse(tree, 5, 1);
    keys(tree, "y");
    expect(done).toEqual(["kill local/漢字"]);
  });

  test("a burst of keys is answered once: the rest of it is dropped", async () => {
    const { tree, done, host } = await open();
    keys(tree, "x");
    type(tree, "yq");
    expect(done).toEqual(["kill local/api"]);
    expect(host.closes).toBe(0);
    type(tree, "jjx");
    type(tree, "y");
    expect(done).toEqual(["kill local/api", "kill local/web"]);
  });

  test("renames what is selected and makes sessions", async () => {
    const { tree, done } = await open();
    keys(tree, ",");
    expect(rowsOf(tree, 60, 10)[8]).toContain("rename session: api");
    keys(tree, "C-u");
    type(tree, "漢,q");
    keys(tree, "Enter");
    keys(tree, "l", "j", ",", "C-a");
    type(tree, "my-");
    keys(tree, "Enter", ",", "Escape", ",", "Enter");
    keys(tree, "c");
    type(tree, "fresh");
    keys(tree, "Enter", "c", "Enter");
    expect(done).toEqual([
      "rename local/api to 漢,q", "rename local/api/edit to my-edit",
      "create fresh on local", "create undefined on local",
    ]);
  });

  test("the wheel moves, a press selects, a press on the selection chooses, one on the mark folds", async () => {
    const { tree, done } = await open();
    rowsOf(tree, 60, 12);
    mouse(tree, 10, 2, 5);
    expect(selectedText(tree, 60, 12)).toContain("web");
    mouse(tree, 10, 2, 4);
    expect(selectedText(tree, 60, 12)).toContain("api");
    mouse(tree, 1, 1);
    expect(selectedText(tree, 60, 12)).toMatch(/^▾ api/);
    mouse(tree, 10, 2);
    expect(selectedText(tree, 60, 12)).toContain("edit");
    mouse(tree, 10, 8);
    mouse(tree, 70, 2);
    mouse(tree, -4, 2);
    expect(done).toEqual([]);
    mouse(tree, 10, 2);
    expect(done).toEqual(["1 choose local/api/edit"]);
  });

  test("begins where the user is", async () => {
    const { tree } = await open({ windows: true, current: { server: "local", session: 1, window: 11 } });
    expect(selectedText(tree)).toContain("logs");
    const folded = await open({ current: { server: "local", session: 3 } });
    expect(selectedText(folded.tree)).toContain("web");
    folded.tree.dispose();
    tree.dispose();
  });

  test("keeps the selection when the sessions change, also when it is gone", async () => {
    const { tree } = await open();
    keys(tree, "j");
    tree.setSessions([{ server: "local", sessions: [session(9, "new"), ...SESSIONS] }]);
    expect(selectedText(tree)).toContain("漢字");
    tree.setSessions([{ server: "local", sessions: [SESSIONS[0]!] }]);
    expect(selectedText(tree)).toContain("api");
    tree.setSessions([{ server: "local", sessions: [] }]);
    expect(rowsOf(tree).join("\n")).toContain("no sessions");
    keys(tree, "Enter", "x", "y", "l");
    tree.dispose();
  });

  test("shows servers when there are several; they are neither killed nor renamed", async () => {
    const { tree, done } = await open();
    const other = { server: "pole{cats}", sessions: [session(1, "api")] };
    tree.setSessions([{ server: "local", sessions: SESSIONS }, other]);
    keys(tree, "g");
    expect(selectedText(tree)).toBe("▾ local");
    keys(tree, "x", "y", ",", "Enter");
    expect(selectedText(tree)).toBe("▸ local");
    keys(tree, "j", "c");
    expect(rowsOf(tree).join("\n")).toContain("new session on pole{cats}:");
    keys(tree, "Enter");
    expect(done).toEqual(["create undefined on pole{cats}"]);
    tree.dispose();
  });

  test("begins at the server of a session that is not listed, and goes to it once it is", async () => {
    const { tree } = await open({ current: { server: "gpu", session: 9 } });
    const lists = (sessions: ReturnType<typeof session>[]) => [{ server: "local", sessions: SESSIONS }, { server: "gpu", sessions }];
    tree.setSessions(lists([]));
    expect(selectedText(tree)).toContain("gpu");
    tree.setSessions(lists([session(8, "old"), session(9, "new")]));
    expect(selectedText(tree)).toContain("new");
    tree.dispose();
  });

  test("makes a session on a server that is named, by its beginning if that is enough", async () => {
    const { tree, done } = await open();
    tree.setSessions(["local", "prod", "polecats"].map((server) => ({ server, state: "connected", sessions: [] })));
    const last = () => rowsOf(tree, 70, 12).join("\n");
    keys(tree, "g");
    type(tree, "C");
    type(tree, "nope");
    keys(tree, "Enter");
    expect(last()).toContain("no server 'nope'; new session on server:");
    type(tree, "p");
    keys(tree, "Enter");
    expect(last()).toContain("prod or polecats? new session on server:");
    type(tree, "po");
    keys(tree, "Enter");
    expect(last()).toContain("new session on polecats:");
    type(tree, "build");
    keys(tree, "Enter");
    expect(done).toEqual(["create build on polecats"]);
    type(tree, "C");
    keys(tree, "Enter");
    expect(last()).not.toContain("new session");
    tree.dispose();
  });

  test("previews the pane that stands for the selection, in its own colours and without its links", async () => {
    const asked: string[] = [];
    const style = { ...PLAIN, fg: rgbColor(0x123456), attr: 1 | (5 << 12) };
    const { tree } = await open({}, (server, id) => {
      asked.push(`${server} ${id}`);
      const grid = new Grid(80, 24);
      for (let y = 0; y < 20; y++) drawText(grid, 0, y, `漢 row ${y} of ${id}`, style);
      return grid;
    });
    const rows = rowsOf(tree, 60, 24);
    expect(asked).toEqual(["local 8"]);
    expect(rows.find((row) => row.includes("──"))).toBeDefined();
    const last = rows.findIndex((row) => row.includes("row 19 of 8"));
    expect(last).toBe(rows.length - 3);
    expect(tree.draw().styleAt(1, last)).toEqual({ ...style, attr: 1 });
    expect(isAligned(tree.draw())).toBe(true);
    expect(rowsOf(tree, 60, 12).join("\n")).not.toContain("row 19");
    tree.dispose();
  });

  test("fits any size", async () => {
    const { tree } = await open({}, () => new Grid(10, 3));
    for (const [cols, rows] of [[1, 1], [2, 2], [3, 3], [10, 4], [300, 100], [5, 40], [80, 24]] as const) {
      const rect = tree.place(cols, rows);
      const grid = tree.draw();
      expect([grid.cols, grid.rows]).toEqual([rect.cols, rect.rows]);
      expect(rect.x + rect.cols <= cols && rect.y + rect.rows <= rows).toBe(true);
      keys(tree, "j", "/", "x", "Escape", "k");
    }
    tree.dispose();
  });

  test("control characters and tags in names stay text", async () => {
    const { tree } = await open();
    const hostile = [session(1, "\x1b]0;x\x07{red-fg}\u202e\n"), session(2, "\ue000\uf8ff")];
    tree.setSessions([{ server: "local", sessions: hostile }]);
    const grid = (tree.place(80, 24), tree.draw());
    expect(charsOf(grid).some((char) => /[\u0000-\u001f\u007f-\u009f\u202e]/.test(char))).toBe(false);
    expect(rowsOf(tree).join("\n")).toContain("\ufffd]0;x\ufffd{red-fg}\ufffd\ufffd");
    expect(rowsOf(tree).join("\n")).toContain("\ue000\uf8ff");
    tree.dispose();
  });
});

describe("5,000 sessions", () => {
  // a guard against the absurd; how long it takes is measured by the bench of the tree
  test("a key is on the grid at once", async () => {
    const { tree } = await open({ windows: true });
    const many = Array.from({ length: 5000 }, (_, i) => session(i, `session-${i}-漢字`, {
      windows: [window(i * 10, 0, "edit", { panes: two }), window(i * 10 + 1, 1, `logs-${i}`)],
    }));
    tree.setSessions([{ server: "local", sessions: many }]);
    tree.place(200, 60);
    tree.draw();
    const time = (run: () => void): number => {
      let best = Infinity;
      for (let i = 0; i < 7; i++) {
        best = Math.min(best, cpuMs(() => {
          run();
          tree.draw();
        }));
      }
      return best;
    };
    const times = {
      down: time(() => keys(tree, "j")),
      page: time(() => keys(tree, "PageDown")),
      end: time(() => keys(tree, "g", "G")),
      fold: time(() => keys(tree, "Space")),
      filter: time(() => keys(tree, "/", "c", "C-u", "Escape")) / 4,
    };
    for (const [what, ms] of Object.entries(times)) expect([what, ms < 400]).toEqual([what, true]);
    tree.dispose();
  });
});
