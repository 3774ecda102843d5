/** Windows and sessions as a tmux user knows them: make, walk, name, move, find, end; marks for bells and activity. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { labelled, labelledPanes } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

test("c makes windows; n, p, l and numbers walk through them", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("c");
  await terminal.waitUntil("a shell in window 1", () => terminal.row(0) === "$" && / 1:\S+\*/.test(terminal.bar));
  terminal.prefix("c");
  await terminal.waitForBar(/ 2:\S+\*/);
  terminal.prefix("n");
  await terminal.waitForBar(/ 0:\S+\*/);
  await terminal.waitFor("AAA");
  terminal.prefix("p");
  await terminal.waitForBar(/ 2:\S+\*/);
  terminal.prefix("1");
  await terminal.waitForBar(/ 1:\S+\*/);
  terminal.prefix("l");
  await terminal.waitForBar(/1:\S+- 2:\S+\*/);
  terminal.prefix("'0\r");
  await terminal.waitForBar(/ 0:\S+\*/);
});

test("windows are named after their program unless a person names them", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell();
  await terminal.waitForBar("0:sh*");
  terminal.line("sleep 1000");
  await terminal.waitForBar("0:sleep*");
  terminal.write("\x03");
  await terminal.waitForBar("0:sh*");
  terminal.prefix(",");
  await terminal.waitForBar("(rename window) sh");
  terminal.write("\x15logs\r");
  await terminal.waitForBar("0:logs*");
  terminal.line("sleep 1000");
  await home.waitUntil(
    "sleep to run", async () => (await home.json("ls")).sessions[0].windows[0].panes[0].program === "sleep",
  );
  expect(terminal.bar).toContain("0:logs*");
});

test("a program that prints nothing names its window too", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sleep", "1000");
  await home.waitUntil("the name", async () => (await home.json("ls")).sessions[0].windows[0].name === "sleep");
});

test("$ renames the session, with the old name as a start", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell(["new", "work"]);
  terminal.prefix("$");
  await terminal.waitForBar("(rename session) work");
  terminal.write("-2\r");
  await terminal.waitForBar("[work-2]");
  expect((await home.json("ls")).sessions[0].name).toBe("work-2");
});

test("& asks and ends the window; the last one ends the session and the client", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  terminal.prefix("c");
  await terminal.waitForBar(/ 1:\S+\*/);
  terminal.prefix("&");
  await terminal.waitForBar(/kill window \S+\? \(y\/n\)/);
  terminal.write("y");
  await terminal.waitForBar(/ 0:\S+\*/);
  terminal.prefix("&");
  await terminal.waitForBar("kill window");
  terminal.write("y");
  expect(await terminal.ended()).toBe(0);
  expect(terminal.screen()).toContain("[exited]");
  expect((await home.json("ls")).sessions).toEqual([]);
});

test(". moves a window to another number, and refuses a taken one with a reason", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.prefix("c");
  await terminal.waitForBar(/ 1:\S+\*/);
  terminal.prefix(".");
  await terminal.waitForBar("(move window to)");
  terminal.write("7\r");
  await terminal.waitForBar(/ 7:\S+\*/);
  terminal.prefix(".0\r");
  await terminal.waitForBar(/0/);
  expect((await home.json("ls")).sessions[0].windows.map((window: { index: number }) => window.index)).toEqual([0, 7]);
});

test("f finds a window by the text that it shows", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("window", "new", "work", "--", ...labelled("needle"));
  await home.fugue("window", "new", "work", "--", ...labelled("BBB"));
  terminal.prefix("fneedle\r");
  await terminal.waitUntil("the window with the text", () => / 1:\S+\*/.test(terminal.bar) && terminal.shows("needle"));
});

test("a bell marks its window, reaches the terminal, and looking there clears the mark", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("window", "new", "work", "-n", "noisy", "--", "sh", "-c", "read x; printf '\\a'; exec cat");
  await terminal.waitForBar("1:noisy");
  await home.fugue("send", "work/noisy", "--enter", "now");
  await terminal.waitForBar("1:noisy!");
  await terminal.waitUntil("the bell", () => terminal.effects.some(({ kind }) => kind === "bell"));
  terminal.prefix("1");
  await terminal.waitForBar("1:noisy*");
  terminal.prefix("0");
  await terminal.waitForBar(/1:noisy-? /);
});

test("activity is marked where the option asks for it", async () => {
  await using home = new E2eHome({ config: "[options]\nmonitor-activity = true\n" });
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue("window", "new", "work", "-n", "busy", "--", "sh", "-c", "read x; echo done; exec cat");
  await terminal.waitForBar("1:busy");
  await home.fugue("send", "work/busy", "--enter", "now");
  await terminal.waitForBar("1:busy#");
});

test("programs name their pane's title; the line shows it, control characters and all made harmless", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell();
  terminal.line("printf '\\033]2;my title\\007'; read x");
  await terminal.waitForBar('"my title"');
  await home.fugue("window", "new", "0", "-n", "two");
  await terminal.waitForBar("1:two");
});

test("base-index, renumber-windows and the status line's contents are options", async () => {
  const config = `[options]
base-index = 1
renumber-windows = true
status-left = "<#S> "
status-right = "END"
status-style = "fg=white,bg=blue"
`;
  await using home = new E2eHome({ config });
  const terminal = await home.shell(["new", "work"]);
  expect(terminal.bar).toMatch(/^<work> 1:\S+\* +END$/);
  terminal.prefix("c");
  await terminal.waitForBar(/2:\S+\*/);
  terminal.prefix("1");
  await terminal.waitForBar(/1:\S+\*/);
  terminal.line("exit");
  await terminal.waitForBar(/^<work> 1:\S+\* +END$/);
});

test("( and ) and L walk through the sessions", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "alpha", "-d", "--", ...labelled("AAA"));
  await home.fugue("new", "beta", "-d", "--", ...labelled("BBB"));
  const terminal = home.tui(["attach", "alpha"]);
  await terminal.waitFor("AAA");
  terminal.prefix(")");
  await terminal.waitUntil("beta", () => terminal.shows("BBB") && terminal.bar.startsWith("[beta]"));
  terminal.prefix("(");
  await terminal.waitUntil("alpha", () => terminal.shows("AAA") && terminal.bar.startsWith("[alpha]"));
  terminal.prefix("L");
  await terminal.waitForBar("[beta]");
});
