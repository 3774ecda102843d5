/** Programs on a bad day: whatever they print, the others go on, the person can still type, and nothing is lost. */
import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelled, labelledPanes } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";
import type { TestTerminal } from "../support/e2e-terminal.ts";

/** Longest time that typing may take to come back while another pane misbehaves, on a busy machine. */
const ECHO_PATIENCE_MS = 2000;
const MEGABYTE = 1024 * 1024;

/** AAA beside a pane that runs a script once it is told to; AAA has the focus. */
async function besides(home: E2eHome, script: string): Promise<TestTerminal> {
  await home.fugue("new", "work", "-d", "--size", "80x23", "--", ...labelled("AAA"));
  await home.fugue("split", "work", "--right", "--", "sh", "-c", `read go; ${script}`);
  const terminal = home.tui(["attach", "work/0.0"]);
  await terminal.waitFor("AAA");
  await home.fugue("send", "work/0.1", "--enter", "go");
  return terminal;
}

/** Types a word next door and waits for its echo, timed. */
async function expectEcho(terminal: TestTerminal, word: string): Promise<void> {
  const before = performance.now();
  await expectFocus(terminal, "AAA", word);
  expect(performance.now() - before).toBeLessThan(ECHO_PATIENCE_MS);
}

/** Resident memory of a process, in bytes. */
function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

test("a line of 100 MB: typing elsewhere goes on, memory stays bounded, and the end of the line is there", async () => {
  await using home = new E2eHome();
  const terminal = await besides(home, "head -c 104857600 /dev/zero | tr '\\0' x; echo; echo line-ended; exec cat");
  await expectEcho(terminal, "during");
  await home.fugue("wait", "work/0.1", "--text", "line-ended", "--timeout", "50s");
  await expectEcho(terminal, "after");
  const { daemon } = await home.pids();
  expect(memoryOf(daemon)).toBeLessThan(500 * MEGABYTE);
  expect(
    (await home.fugue("capture", "work/0.1")).split("\n").slice(-2),
  ).toEqual([expect.stringMatching(/^x*$/), "line-ended"]);
});

test("10,000 empty lines a second and more: typing elsewhere and Ctrl-C still work", async () => {
  await using home = new E2eHome();
  const terminal = await besides(home, "yes ''; exec cat");
  await expectEcho(terminal, "one");
  await expectEcho(terminal, "two");
  terminal.prefix("o");
  terminal.write("\x03");
  await home.waitUntil("yes to end", () => !home.processes().some(({ command }) => command.startsWith("yes")));
  expect(terminal.received).toBeLessThan(20 * MEGABYTE);
});

test("titles and strings without an end are dropped, and what follows is shown", async () => {
  await using home = new E2eHome();
  const filler = "head -c 3000000 /dev/zero | tr '\\0' t";
  const strings = [
    "\\033]2;", "\\033]52;c;", "\\033P", "\\033_G", "\\033^", "\\033X", "\\033]8;;http://", "\\033]1337;File=",
  ];
  const script = strings.map((start) => `printf '${start}'; ${filler}; printf '\\033\\\\'`).join("; ");
  const terminal = await besides(home, `${script}; printf '\\033]2;short\\007'; echo strings-ended; exec cat`);
  await expectEcho(terminal, "during");
  await terminal.waitFor("strings-ended");
  expect((await home.json("ls")).sessions[0].windows[0].panes[1].title).toBe("short");
  // one that never ends at all: nothing of it is shown, Ctrl-C and a reset bring the pane back
  await home.fugue("send", "work/0.1", "--keys", "C-c");
  await expectEcho(terminal, "after");
});

test("an OSC without end until the program dies, and the next one is fine", async () => {
  await using home = new E2eHome();
  await home.fugue(
    "new",
    "work",
    "-d",
    "--",
    "sh",
    "-c",
    "printf 'before\\n\\033]0;'; head -c 5000000 /dev/zero | tr '\\0' o; sleep 0.1; printf '\\033cclean'; exec cat",
  );
  await home.fugue("wait", "work", "--text", "clean", "--timeout", "20s");
  expect(await home.fugue("capture", "work")).toBe("clean");
});

test("ten thousand titles a second reach the status line at a bounded rate", async () => {
  await using home = new E2eHome();
  const terminal = await besides(
    home,
    "i=0; while [ $i -lt 20000 ]; do printf '\\033]2;title-%d\\007' $i; i=$((i+1)); done; echo titles-ended; exec cat",
  );
  terminal.prefix("o");
  await terminal.waitFor("titles-ended");
  await terminal.waitForBar("title-19999");
  expect(terminal.received).toBeLessThan(3 * MEGABYTE);
});

test("invalid UTF-8, control characters and random bytes do no harm", async () => {
  await using home = new E2eHome();
  const terminal = await besides(
    home,
    "printf 'a\\377b\\300\\200c\\355\\240\\200d\\xf8e\\xc3\\n'; head -c 300000 /dev/urandom; "
      + "printf '\\033c\\033\\\\'; stty sane; echo random-ended; exec cat",
  );
  await terminal.waitUntil("the end", () => terminal.shows("random-ended"), 30_000);
  await expectEcho(terminal, "fine");
  expect((await home.pids()).daemon).toBe(home.role("daemon")[0]!.pid);
  expect((await home.json("status")).status[0].keeper.restarts).toBe(0);
});

test("invalid bytes take nothing valid with them", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "printf 'a\\377b\\300\\200c\\n'; exec cat");
  await home.fugue("wait", "work", "--text", "c", "--timeout", "10s");
  expect(await home.fugue("capture", "work")).toMatch(/^a\ufffd*b\ufffd*c$/);
});

test("a synchronized update that never ends is shown all the same", async () => {
  await using home = new E2eHome();
  const terminal = await besides(home, "printf '\\033[?2026hheld-back'; exec cat");
  await terminal.waitFor("held-back");
  await home.fugue("send", "work/0.1", "--enter", "more");
  await terminal.waitFor("more");
});

test("names with control characters are refused from people, and made harmless from programs", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  for (const name of ["a\x1b[31mb", "a\tb", "a\nb", "-dash", "a/b", "", "x".repeat(500), "a\u202eb"]) {
    const { status, stderr } = await home.cli(["rename", "--", "work", name]);
    expect({ name, status }).toEqual({ name, status: 2 });
    expect(stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  }
  await home.fugue(
    "window",
    "new",
    "work",
    "--",
    "sh",
    "-c",
    "printf '\\033]2;evil\\r\\n\\033[41mred\\233\\177\\007\\033kwindow\\033[2J\\033\\\\'; exec cat",
  );
  terminal.prefix("1");
  await terminal.waitForBar("evil");
  expect(terminal.emulator.modes().alternateScreen).toBe(true);
  const listed = await home.fugue("ls", "--tree");
  expect(listed).toContain("evil");
  expect(listed).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  expect((await home.json("ls")).sessions[0].windows[1].panes[0].title).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
});

test("a program with a name full of control characters names its window harmlessly", async () => {
  await using home = new E2eHome();
  const terminal = await home.shell();
  home.write("bin/we\x1b[31mird", "#!/bin/sh\nexec sleep 1000\n", 0o755);
  terminal.line("./bin/we*ird");
  await home.waitUntil(
    "the program", () => home.processes().some(({ command }) => command.includes("ird") || command.includes("sleep")),
  );
  terminal.prefix("%");
  await terminal.waitUntil("a split", () => terminal.row(0)[40] === "│");
  expect(terminal.output.slice(-4000)).not.toContain("we\x1b[31m");
});

test("a program that ignores SIGHUP is ended all the same, and killing its pane takes no time", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  await home.fugue(
    "split", "work", "--right", "--", "sh", "-c", "trap '' HUP TERM; echo STUBBORN; while :; do sleep 1000; done",
  );
  await terminal.waitFor("STUBBORN");
  await home.fugue("kill", "work/0.1");
  await terminal.waitUntil("the pane gone", () => !terminal.shows("STUBBORN"), 1500);
  await home.waitUntil(
    "the program ended", () => home.processes().every(({ command }) => !command.includes("STUBBORN")),
  );
  await expectFocus(terminal, "AAA", "fine");
});

test("a client that does not read its terminal delays nobody, and catches up at once", async () => {
  await using home = new E2eHome();
  const terminal = await besides(home, "seq 1 2000000; echo flood-ended; exec cat");
  const slow = home.tui(["attach", "work"]);
  await slow.waitFor("AAA");
  process.kill(slow.process.pid, "SIGSTOP");
  await expectEcho(terminal, "quick");
  await home.fugue("wait", "work/0.1", "--text", "flood-ended", "--timeout", "40s");
  process.kill(slow.process.pid, "SIGCONT");
  await slow.waitFor("flood-ended");
  await expectEcho(terminal, "after");
});

test("a bell that rings without end does not drown the terminal", async () => {
  await using home = new E2eHome();
  const terminal = await besides(home, "yes \"$(printf '\\007')\" | head -n 200000; echo bells-ended; exec cat");
  await expectEcho(terminal, "during");
  await terminal.waitFor("bells-ended", 30_000);
  expect(terminal.effects.filter(({ kind }) => kind === "bell").length).toBeGreaterThan(0);
});

for (
  const [what, sequence] of [
    ["questions that nobody reads the answers of", "\\033[c\\033]4;1;?\\007"],
    ["copies to the clipboard", "\\033]52;c;YQ==\\007"],
    ["notifications", "\\033]9;hello\\007"],
    ["resets, cleared screens and other screens", "\\033c\\033[41m\\033[2J\\033[?1049h\\033#8\\033[?1049l"],
  ] as const
) {
  test(`${what} without end: typing elsewhere and commands go on`, async () => {
    await using home = new E2eHome();
    const terminal = await besides(home, `stty raw -echo; yes "$(printf '${sequence}')" | tr -d '\\n'`);
    await home.waitUntil("the flood", () => home.processes().some(({ command }) => command.startsWith("yes")));
    for (const word of ["one", "two", "three"]) await expectEcho(terminal, word);
    expect((await home.cli(["ls"])).status).toBe(0);
    await expectEcho(terminal, "four");
    await home.fugue("kill", "work/0.1");
    await home.waitUntil("its end", () => !home.processes().some(({ command }) => command.startsWith("yes")));
    await expectEcho(terminal, "five");
  });
}
