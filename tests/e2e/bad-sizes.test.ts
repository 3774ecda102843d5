/** Sizes that nobody wants and somebody has: one cell, very large terminals, many panes, resizing without a pause. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelled, labelledPanes } from "../support/e2e-labels.ts";
import { descriptorsOf } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";

const MANY_PANES = 500;
/** The key as kitty's protocol has it: a lone Esc would be Alt to whatever follows it at once. */
const ESCAPE = "\x1b[27u";
/** Making the panes must not take longer, or half of them are enough for the test's time. */
const MANY_PANES_MS = 20_000;

test("a terminal of 1x1: nothing breaks, and it can grow again", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  for (const [cols, rows] of [[1, 1], [2, 1], [1, 2], [3, 3], [80, 1], [1, 24]] as const) {
    terminal.resize(cols, rows);
    terminal.write("x");
    terminal.prefix("?");
    terminal.write("q");
    terminal.prefix(":");
    terminal.write(ESCAPE);
    terminal.prefix("q");
    terminal.write(ESCAPE);
    await Bun.sleep(20);
  }
  terminal.resize(80, 24);
  await terminal.waitUntil("both panes", () => terminal.find("AAA") !== undefined && terminal.bar.startsWith("[work]"));
  expect((await home.json("status")).status[0].keeper.restarts).toBe(0);
  const small = home.tui(["new", "tiny"], { cols: 1, rows: 1 });
  await home.waitUntil("a session", async () => (await home.json("ls")).sessions.length === 2);
  small.resize(40, 10);
  await small.waitForBar("[tiny]");
});

test("a terminal of 1000x500", async () => {
  await using home = new E2eHome();
  const script = "printf '\\033[500;1000Hcorner'; printf '\\033[1;1Htop'; exec cat";
  await home.fugue("new", "work", "-d", "--size", "1000x499", "--", "sh", "-c", `seq 1 3000; ${script}`);
  const terminal = home.tui(["attach", "work"], { cols: 1000, rows: 500 });
  await terminal.waitUntil(
    "the top and a status line", () => terminal.row(0).startsWith("top") && terminal.bar.startsWith("[work]"), 30_000,
  );
  expect(terminal.bar.length).toBeGreaterThan(900);
  terminal.prefix("%");
  await terminal.waitUntil(
    "a border in the middle", () => terminal.row(5)[500] === "│" || terminal.row(5)[499] === "│", 30_000,
  );
  terminal.resize(80, 24);
  await terminal.waitUntil("a small one", () => terminal.bar.startsWith("[work]"), 30_000);
});

test("a pane of --size 1x1 and one of the largest size", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "least", "-d", "--size", "1x1", "--", ...labelled("AAA"));
  await home.fugue("send", "least", "--enter", "x");
  await home.fugue("wait", "least", "--idle", "50ms", "--timeout", "5s");
  const { panes } = (await home.json("ls", "least")).sessions[0].windows[0];
  expect(panes[0].rows).toBe(1);
  for (const size of ["1001x10", "0x5", "10x0", "10x501x3", "-1x5"]) {
    expect((await home.cli(["new", "-d", "--size", size])).status).toBe(2);
  }
  await home.fugue("new", "most", "-d", "--size", "1000x1000", "--", ...labelled("BBB"));
  expect(await home.fugue("capture", "most")).toBe("BBB");
});

test("no room for another pane is said, and nothing is started", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size", "5x5", "--", ...labelled("A"));
  let refused = "";
  for (let i = 0; i < 8 && refused === ""; i++) refused = (
    await home.cli(["split", "work", "--right", "--", ...labelled("B")])
  ).stderr;
  expect(refused).toMatch(/no room/);
  const { panes } = (await home.json("ls")).sessions[0].windows[0];
  expect(home.processes().filter(({ command }) => command === "cat").length).toBe(panes.length);
});

test("a terminal that is resized without a pause ends up right", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB", "CCC"]);
  for (let i = 0; i < 60; i++) {
    terminal.resize(20 + ((i * 37) % 150), 5 + ((i * 13) % 50));
    if (i % 10 === 0) await Bun.sleep(5);
  }
  terminal.resize(90, 20);
  await terminal.waitUntil(
    "all three panes",
    () => ["AAA", "BBB", "CCC"].every((label) => terminal.find(label)?.y === 0) && terminal.bar.startsWith("[work]"),
  );
  await expectFocus(terminal, "CCC", "fine");
  const { panes } = (await home.json("ls")).sessions[0].windows[0];
  expect(panes.reduce((sum: number, pane: { cols: number }) => sum + pane.cols, 2)).toBe(90);
});

test("500 panes: made, listed, used and ended, with few descriptors each", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size", "200x50", "--", "cat");
  const begun = performance.now();
  let count = 1;
  while (count < MANY_PANES && (count < MANY_PANES / 2 || performance.now() - begun < MANY_PANES_MS)) {
    const batch = Array.from({ length: 10 }, () => home.cli(["window", "new", "work", "--detached", "--", "cat"]));
    for (const { status, stderr } of await Promise.all(batch)) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
    count += batch.length;
  }
  const terminal = home.tui(["attach", "work"]);
  await terminal.waitForBar("[work]");
  const windows = (await home.json("ls")).sessions[0].windows;
  expect(windows).toHaveLength(count);
  const last = windows.at(-1).index;
  terminal.prefix(`'${last}\r`);
  terminal.line("typed-into-the-last");
  await terminal.waitFor("typed-into-the-last");
  const { keeper, daemon } = await home.pids();
  expect(descriptorsOf(keeper)).toBeLessThan(8 * count);
  expect(descriptorsOf(daemon)).toBeLessThan(3 * count + 100);
  console.log(`${count} panes in ${Math.round(performance.now() - begun)} ms`);
  await home.fugue("kill", "work");
  await home.waitUntil("the programs to end", () => !home.processes().some(({ command }) => command === "cat"), 20_000);
  await home.waitUntil("the keeper to close what it held for them", () => descriptorsOf(keeper) < 100);
}, 90_000);

test("panes in one window to any depth, each with its own program", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size", "200x60", "--", ...labelled("p0"));
  let target = "%1";
  for (let i = 1; i < 9; i++) {
    const side = i % 2 === 0 ? "--down" : "--right";
    target = `%${(await home.json("split", target, side, "--", ...labelled(`p${i}`))).panes[0].id}`;
  }
  const terminal = home.tui(["attach", "work"], { cols: 200, rows: 61 });
  await terminal.waitUntil(
    "the first panes", () => ["p0", "p1", "p2", "p3", "p4", "p5"].every((label) => terminal.find(label)),
  );
  await home.fugue("layout", "work/0", "tiled");
  await terminal.waitUntil(
    "all panes", () => Array.from({ length: 9 }, (_, i) => `p${i}`).every((label) => terminal.find(label)),
  );
});
