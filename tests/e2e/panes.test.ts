/** Panes as a tmux user knows them: split, walk, zoom, swap, rotate, arrange, resize, break, join, end. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelled, labelledPanes, waitForPlaces } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

test("from nothing to a shell, and % and \" split it", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell();
  expect(terminal.bar).toMatch(/^\[0\] 0:\S+\*/);
  terminal.prefix("%");
  await terminal.waitUntil(
    "a border in the middle",
    () => terminal.row(0).startsWith("$") && terminal.row(0)[40] === "│" && terminal.row(0)[41] === "$",
  );
  terminal.prefix('"');
  await terminal.waitUntil(
    "a border below the right half",
    () => terminal.row(11).slice(41, 45) === "────" && terminal.row(12).slice(41) === "$",
  );
  terminal.line("echo in-$((1+2))");
  await terminal.waitUntil("the newest pane to have the focus", () => terminal.row(13).slice(41) === "in-3");
  const { sessions } = await home.json("ls", "--tree");
  expect(
    sessions[0].windows[0].panes.map((pane: { cols: number; rows: number }) => [pane.cols, pane.rows]),
  ).toEqual([[40, 23], [39, 11], [39, 11]]);
});

test("o, ; and arrows move the focus, and repeat without the prefix", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB", "CCC"]);
  terminal.prefix("o");
  await expectFocus(terminal, "AAA", "one");
  terminal.prefix(";");
  await expectFocus(terminal, "CCC", "two");
  terminal.prefix("\x1b[D\x1b[D");
  await expectFocus(terminal, "AAA", "three");
  terminal.prefix("\x1b[C");
  await expectFocus(terminal, "BBB", "four");
});

test("z lets a pane fill the window and gives the others back", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("z");
  await terminal.waitUntil(
    "only BBB, marked as zoomed",
    () => !terminal.find("AAA") && terminal.find("BBB")?.x === 0 && /\*Z/.test(terminal.bar),
  );
  terminal.prefix("z");
  await waitForPlaces(terminal, { AAA: { x: 0, y: 0 }, BBB: { x: 41, y: 0 } });
  expect(terminal.bar).not.toMatch(/\*Z/);
});

test("{ and } swap, C-o rotates", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("{");
  await waitForPlaces(terminal, { BBB: { x: 0, y: 0 }, AAA: { x: 41, y: 0 } });
  await expectFocus(terminal, "BBB", "stays");
  terminal.prefix("}");
  await waitForPlaces(terminal, { AAA: { x: 0, y: 0 }, BBB: { x: 41, y: 0 } });
  terminal.prefix("\x0f");
  await waitForPlaces(terminal, { BBB: { x: 0, y: 0 }, AAA: { x: 41, y: 0 } });
});

test("M-1 to M-5, Space and E arrange the panes", async () => {
  await using home = new E2eHome();
  const others = ["BBB", "CCC", "DDD"];
  const terminal = await labelledPanes(home, ["AAA", ...others], "--right", { cols: 120, rows: 50 });
  const place = (label: string) => terminal.find(label) ?? { x: -1, y: -1 };
  const columns = () => ["AAA", ...others].map((label) => place(label).x).join();
  const rows = () => ["AAA", ...others].map((label) => place(label).y).join();
  const arranged = (key: string, what: string, x: RegExp, y: RegExp) => {
    terminal.prefix(key);
    return terminal.waitUntil(what, () => x.test(columns()) && y.test(rows()));
  };
  await arranged("\x1b1", "side by side", /^0,30,60,9\d$/, /^0,0,0,0$/);
  await arranged("\x1b2", "one above the other", /^0,0,0,0$/, /^0,1\d,2\d,3\d$/);
  await arranged("\x1b3", "AAA above the others", /^0,0,4\d,8\d$/, /^0,25,25,25$/);
  await arranged("\x1b4", "AAA left of the others", /^0,81,81,81$/, /^0,0,1\d,3\d$/);
  await arranged(" ", "two by two", /^0,60,0,60$/, /^0,0,25,25$/);
  await arranged("\x1b1", "side by side again", /^0,30,60,9\d$/, /^0,0,0,0$/);
  terminal.prefix("\x1b[1;3D");
  await terminal.waitUntil("unequal panes", () => /^0,30,60,8\d$/.test(columns()));
  await arranged("E", "equal panes", /^0,30,60,9\d$/, /^0,0,0,0$/);
});

test("C-arrows and M-arrows move a border", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("\x1b[1;5D\x1b[1;5D");
  await terminal.waitAt("BBB", 39, 0);
  terminal.prefix("\x1b[1;3C");
  await terminal.waitAt("BBB", 44, 0);
});

test("! breaks a pane off, m and join-pane bring it back", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("!");
  await terminal.waitUntil(
    "BBB alone in window 1",
    () => terminal.find("BBB")?.x === 0 && !terminal.find("AAA") && / 1:\S+\*/.test(terminal.bar),
  );
  terminal.prefix("m");
  terminal.prefix("p");
  await terminal.waitAt("AAA", 0, 0);
  terminal.prefix(":join-pane -h\r");
  await waitForPlaces(terminal, { AAA: { x: 0, y: 0 }, BBB: { x: 41, y: 0 } });
  // the clock in the same line has digits and a colon too
  await terminal.waitUntil("one window", () => / 0:\S+\*/.test(terminal.bar) && !/ 1:\S/.test(terminal.bar));
});

test("x asks: n keeps the pane, y ends it", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("x");
  await terminal.waitForBar("kill pane 1? (y/n)");
  terminal.write("n");
  await terminal.waitForBar("work");
  await expectFocus(terminal, "BBB", "alive");
  terminal.prefix("x");
  await terminal.waitForBar("kill pane 1?");
  terminal.write("y");
  await terminal.waitUntil(
    "only AAA", () => !terminal.find("BBB") && terminal.find("AAA") !== undefined && terminal.row(0) === "AAA",
  );
  await home.waitUntil(
    "the program to end", () => home.processes().filter(({ command }) => command === "cat").length === 1,
  );
  await expectFocus(terminal, "AAA", "next");
});

test("a split begins in the folder of the pane beside it", async () => {
  await using home = new E2eHome();
  home.write("deep/er/file", "");
  const terminal = await home.shell();
  terminal.line("cd deep/er");
  await terminal.waitUntil("the next prompt", () => terminal.row(1) === "$");
  terminal.prefix('"');
  await terminal.waitUntil("a prompt below", () => terminal.row(12) === "$");
  terminal.line("pwd");
  await terminal.waitFor(`${home.home}/deep/er`);
});

test("what is typed ahead after a focus change lands in the new pane", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  // one write: the daemon can't have answered before the letters are read
  terminal.write("\x02oahead-1\r\x02oahead-2\r\x02oahead-3\r");
  await terminal.waitUntil(
    "each word in its pane",
    () => terminal.find("ahead-1")?.x === 0 && terminal.find("ahead-2")?.x === 41 && terminal.find("ahead-3")?.x === 0,
  );
});

test("synchronised input reaches every pane of the window, and stops when switched off", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB", "CCC"]);
  terminal.prefix(":setw synchronize-panes on\r");
  terminal.write("same\r");
  const columns = () => ["AAA", "BBB", "CCC"].map((label) => terminal.find(label)!.x);
  const has = (word: string, x: number) =>
    Array.from({ length: 20 }, (_, y) => terminal.row(y)).some((row) => row.slice(x, x + word.length) === word);
  await terminal.waitUntil("the word in all panes", () => columns().every((x) => has("same", x)));
  terminal.prefix(":setw synchronize-panes off\r");
  terminal.write("only\r");
  await terminal.waitUntil("the word in the last pane", () => has("only", columns()[2]!));
  expect(columns().map((x) => has("only", x))).toEqual([false, false, true]);
});

test("fugue split takes a size and a command, pane resize a size", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("split", "work", "--right", "--size", "25%", "--", ...labelled("BBB"));
  await terminal.waitAt("BBB", 60, 0);
  await home.fugue("pane", "resize", "work/0.1", "--cols", "30");
  await terminal.waitAt("BBB", 50, 0);
});
