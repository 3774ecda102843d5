/** Clients: detach and attach, several of different sizes, what becomes of the terminal whatever ends the client. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { kill } from "../support/e2e-processes.ts";
import { OuterTmux } from "../support/e2e-tmux.ts";
import { test, testWith } from "../support/e2e-test.ts";
import type { TestTerminal } from "../support/e2e-terminal.ts";

/** What the terminal was like before fugue, as far as programs after it would notice. */
function terminalState(terminal: TestTerminal): unknown {
  const {
    kittyFlags,
    modifyOtherKeys,
    bracketedPaste,
    focusEvents,
    mouseTracking,
    mouseEncoding,
    alternateScreen,
    cursorVisible,
    cursorShape,
  } = terminal.emulator.modes();
  return {
    kittyFlags,
    modifyOtherKeys,
    bracketedPaste,
    focusEvents,
    mouseTracking,
    mouseEncoding,
    alternateScreen,
    cursorVisible,
    cursorShape,
  };
}

/** Waits until BBB stands at the beginning of the right half of a window. */
function rightHalf(terminal: TestTerminal, cols: number): Promise<void> {
  return terminal.waitUntil(
    `AAA and BBB share ${cols} columns`,
    () => terminal.find("AAA")?.x === 0 && Math.abs((terminal.find("BBB")?.x ?? 0) - cols / 2) <= 1,
  );
}

/** A shell in a terminal that starts fugue by hand, so that one can see what it leaves behind. */
async function outerShell(home: E2eHome): Promise<TestTerminal> {
  const terminal = home.terminal(["sh"]);
  await terminal.waitUntil("a prompt", () => terminal.row(0) === "$");
  return terminal;
}

async function expectTyped(terminal: TestTerminal): Promise<void> {
  terminal.line("echo typed-$((20+1))");
  await terminal.waitFor("typed-21");
}

async function expectRestored(terminal: TestTerminal, before: unknown): Promise<void> {
  await terminal.waitUntil("the modes as before", () => Bun.deepEquals(terminalState(terminal), before));
  terminal.line("stty -a | grep -c -- ' icanon'; echo typed-$((40+2))");
  await terminal.waitFor("typed-42");
  expect(terminal.screen()).toMatch(/^(\$ )?1$/m);
}

test("d detaches, programs go on, and a smaller terminal attaches and shows all of it anew", async () => {
  await using home = new E2eHome();
  const first = await labelledPanes(home, ["AAA", "BBB"]);
  await expectFocus(first, "BBB", "before");
  first.prefix("d");
  expect(await first.ended()).toBe(0);
  expect(first.screen()).toContain("[detached (from session work)]");
  await home.fugue("send", "work/0.1", "--enter", "alone");
  const second = home.tui(["attach"], { cols: 50, rows: 12 });
  await rightHalf(second, 50);
  await second.waitUntil(
    "what was printed before and meanwhile", () => second.shows("before") && second.shows("alone"),
  );
  await expectFocus(second, "BBB", "after");
  second.resize(100, 30);
  await rightHalf(second, 100);
});

test("two clients of different sizes: the window follows the one that types, each has its own focus", async () => {
  await using home = new E2eHome();
  const large = await labelledPanes(home, ["AAA", "BBB"], "--right", { cols: 100, rows: 30 });
  const small = home.tui(["attach", "work/0.0"], { cols: 60, rows: 15 });
  await small.waitAt("AAA", 0, 0);
  await expectFocus(small, "AAA", "from-small");
  await rightHalf(small, 60);
  await rightHalf(large, 60);
  await expectFocus(large, "BBB", "from-large");
  await rightHalf(large, 100);
  small.prefix("c");
  await small.waitForBar(/1:\S+\*/);
  await large.waitForBar(/0:\S+\*.* 1:/);
  await expectFocus(large, "BBB", "still-here");
});

test("when the client goes whose size a window had, it takes that of one that still shows it", async () => {
  await using home = new E2eHome();
  await labelledPanes(home, ["AAA"], "--right", { cols: 60, rows: 15 });
  const width = (cols: number) => home.waitUntil(
    `${cols} columns`, async () => (await home.json("ls")).sessions[0].windows[0].cols === cols,
  );
  for (const leave of ["detach", "kill", "window"]) {
    const second = home.tui(["attach"], { cols: 100, rows: 30 });
    await width(100);
    if (leave === "detach") second.prefix("d");
    else if (leave === "window") second.prefix("c");
    else kill(second.process.pid);
    await width(60);
  }
});

test("fugue attach --detach-others takes a session over", async () => {
  await using home = new E2eHome();
  const first = await labelledPanes(home, ["AAA"]);
  const second = home.tui(["attach", "work", "--detach-others"]);
  await second.waitFor("AAA");
  expect(await first.ended()).toBe(0);
  expect(first.screen()).toContain("another client took over");
});

test("fugue in a pane of its own is refused clearly, and its commands work there", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell(["new", "work"]);
  const { executable } = await import("../support/e2e-executable.ts");
  terminal.line(`${executable()}; echo status-$?`);
  await terminal.waitUntil("the refusal", () => terminal.shows("inside fugue already") && terminal.shows("status-5"));
  terminal.line(`clear; ${executable()} split --right`);
  await terminal.waitUntil("the shell beside this one", () => terminal.row(0)[40] === "│");
});

test("the terminal is as it was after exit, detach, SIGTERM, and the end of the daemon", async () => {
  await using home = new E2eHome();
  const { executable } = await import("../support/e2e-executable.ts");
  const terminal = await outerShell(home);
  const before = terminalState(terminal);
  const enter = async (): Promise<void> => {
    terminal.line(`clear; ${executable()}`);
    await terminal.waitForBar(/^\[0\] 0:/);
    expect(terminalState(terminal)).toMatchObject({ alternateScreen: true, kittyFlags: 1, mouseTracking: "drag" });
  };
  await enter();
  terminal.prefix("d");
  await expectRestored(terminal, before);
  await enter();
  const [client] = (await home.json("clients")).clients;
  kill(client.pid, "SIGTERM");
  await expectRestored(terminal, before);
  await enter();
  await home.fugue("stop", "--yes");
  await expectRestored(terminal, before);
  await enter();
  terminal.line("exit");
  await expectRestored(terminal, before);
});

test("Ctrl-Z after the prefix leaves the terminal to the shell, and fg brings fugue back", async () => {
  await using home = new E2eHome();
  const { executable } = await import("../support/e2e-executable.ts");
  const terminal = home.terminal(["bash", "--norc", "--noprofile", "-i"]);
  await terminal.waitUntil("a prompt", () => terminal.row(0) === "$");
  const before = terminalState(terminal);
  terminal.line(executable());
  await terminal.waitForBar(/^\[0\] 0:/);
  terminal.prefix("\x1a");
  await terminal.waitFor("Stopped");
  // the shell asks for bracketed pastes once more with its next prompt
  const again = { ...(before as object), bracketedPaste: true };
  await terminal.waitUntil("the modes of a prompt", () => Bun.deepEquals(terminalState(terminal), again));
  terminal.line("fg");
  await terminal.waitForBar(/^\[0\] 0:/);
  terminal.line("echo back-$((1+1))");
  await terminal.waitFor("back-2");
});

test("SIGKILL of a client harms nothing", async () => {
  await using home = new E2eHome();
  const first = await labelledPanes(home, ["AAA"]);
  const other = home.tui(["attach", "work"]);
  await other.waitFor("AAA");
  kill(first.process.pid);
  await first.ended();
  await expectFocus(other, "AAA", "goes-on");
  await home.waitUntil("one client", async () => (await home.json("clients")).clients.length === 1);
});

test("a terminal closed under the client ends the client and nothing else", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  terminal.close();
  await terminal.ended();
  await home.waitUntil("no client", async () => (await home.json("clients")).clients.length === 0);
  expect((await home.json("ls")).sessions[0].windows[0].panes[0].program).toBe("cat");
});

test("a plain fugue shows the session used last; without sessions it makes one", async () => {
  await using home = new E2eHome();
  const first = await home.shell();
  expect(first.bar).toMatch(/^\[0\]/);
  await home.fugue("new", "second", "-d");
  first.prefix(")");
  await first.waitForBar("[second]");
  first.prefix("(");
  await first.waitForBar("[0]");
  await expectTyped(first);
  first.prefix("d");
  await first.ended();
  const again = home.tui();
  await again.waitForBar(/^\[0\]/);
});

test("what can't be attached is said on the terminal as it was, with the status of the error", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d");
  for (
    const [args, status, says] of [
      [["attach", "wrok"], 3, "did you mean 'work'"],
      [["new", "work"], 1, "fugue new --attach"],
      [["attach", "work:0"], 3, "work/0"],
    ] as const
  ) {
    const terminal = home.tui(args);
    expect(await terminal.ended()).toBe(status);
    expect(terminal.screen().replaceAll("\n", "")).toContain(says);
    expect(terminal.emulator.modes().alternateScreen).toBe(false);
    expect(terminal.screen().split("\n").length).toBeLessThan(4);
  }
});

test("terminals of fewer colours get no more than they can show", async () => {
  await using home = new E2eHome();
  const script = "printf '\\033[38;2;250;10;10mtrue\\033[m \\033[38;5;200mpalette\\033[m '; "
    + "printf '\\033[4:3;58:2::1:2:3mcurly\\033[m READY'; exec cat";
  await home.fugue("new", "work", "-d", "--", "sh", "-c", script);
  for (const [term, colorterm, allowed, forbidden] of [
    ["xterm-256color", "truecolor", /38;2;250;10;10/, /never/],
    ["xterm-256color", "", /38;5;\d+/, /38;2/],
    ["xterm", "", /\x1b\[(9[15]|3[15])/, /38;[25]/],
    ["linux", "", /READY/, /38;[25]|\x1b\[[0-9;]*4:3/],
    ["vt100", "", /READY/, /38;[25]|\x1b\[3[1-7]m|\x1b\[[0-9;]*4:3/],
  ] as const) {
    const terminal = home.tui(["attach", "work"], { env: { TERM: term, COLORTERM: colorterm } });
    await terminal.waitFor("READY");
    expect({ term, colours: terminal.output.match(forbidden)?.[0] }).toEqual({ term, colours: undefined });
    expect(`${term}: ${terminal.output}`).toMatch(allowed);
    terminal.prefix("d");
    await terminal.ended();
  }
});

test("TERM unset or dumb is refused or served, but never leaves a broken terminal", async () => {
  await using home = new E2eHome();
  for (const TERM of ["dumb", ""]) {
    const terminal = home.tui(["new", "-A", "work"], { env: { TERM } });
    await terminal.waitUntil("an answer", () => terminal.status !== undefined || terminal.bar.startsWith("[work]"));
    if (terminal.status === undefined) terminal.prefix("d");
    await terminal.ended();
    expect(terminal.emulator.modes().alternateScreen).toBe(false);
  }
});

testWith(["tmux"], "inside tmux: full screen, keys through, back to tmux's own screen at the end", async () => {
  await using home = new E2eHome();
  const { executable } = await import("../support/e2e-executable.ts");
  await using tmux = await OuterTmux.start(home, 90, 25);
  const rightOf = (line: string) => line.slice(line.indexOf("│") + 1).trimEnd();
  await tmux.waitUntil("a prompt", (lines) => lines[0]!.startsWith("$"));
  await tmux.keys(executable(), "Enter");
  await tmux.waitUntil("fugue's status line", (lines) => /^\[0\] 0:\S+\*/.test(lines[24]!));
  await tmux.keys("C-b", "%");
  // a shell that has not shown its prompt yet would print it before the output of what was typed
  await tmux.waitUntil("a prompt right of a border", (lines) => lines[0]!.includes("│") && rightOf(lines[0]!) === "$");
  await tmux.keys("echo deep-$((1+1))", "Enter");
  await tmux.waitUntil("the output", (lines) => rightOf(lines[1]!) === "deep-2");
  await tmux.resize(70, 20);
  await tmux.waitUntil("the smaller size", (lines) => /^\[0\] 0:\S+\*/.test(lines[19] ?? ""));
  await tmux.keys("C-b", "d");
  await tmux.waitUntil(
    "the screen from before", (lines) => lines.some((line) => line.includes("[detached")) && !lines.join().includes("│"),
  );
});

test("a program that `new` starts has the size of its window from the beginning", async () => {
  await using home = new E2eHome();
  const program = 'trap "echo resized" WINCH; echo begins with $(stty size); while :; do sleep 0.1; done';
  const terminal = home.tui(["new", "sized", "--", "sh", "-c", program], { cols: 80, rows: 24 });
  await terminal.waitForBar("[sized]");
  await terminal.waitFor("begins with 23 80");
  // it is told of another size, and of no other before
  terminal.resize(70, 20);
  await terminal.waitFor("resized");
  expect(terminal.screen().split("resized")).toHaveLength(2);
});
