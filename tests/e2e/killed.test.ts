/** SIGKILL of the daemon: programs go on, clients come back by themselves, nothing is lost or doubled. */
import { expect } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { executable } from "../support/e2e-executable.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { isAlive, kill } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";
import { styledScreen } from "../support/e2e-cells.ts";

test("programs keep running, the client reconnects by itself, and the screen is the same", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB", "CCC"]);
  await expectFocus(terminal, "CCC", "before");
  terminal.prefix("c");
  await terminal.waitUntil("a prompt in window 1", () => /1:\S+\*/.test(terminal.bar) && terminal.row(0) === "$");
  terminal.line("printf '\\033[1;31mred\\033[0m \\033[4:3;58:2::1:2:3mcurly\\033[0m\\n'");
  await terminal.waitFor(/^red curly/m);
  await terminal.waitForBar('"sh"');
  const before = styledScreen(terminal.emulator);
  const pids = home.processes().filter(({ command }) => /^(cat|-?sh)/.test(command)).map(({ pid }) => pid);
  expect(pids.length).toBe(4);
  await home.killDaemon();
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  terminal.line("echo back-$((20+22))");
  await terminal.waitFor("back-42");
  expect(pids.every(isAlive)).toBe(true);
  expect(styledScreen(terminal.emulator).slice(0, 2)).toEqual(before.slice(0, 2));
  terminal.prefix("0");
  await expectFocus(terminal, "CCC", "after");
  await terminal.waitFor("before");
});

test("what is typed while there is no daemon arrives, in order, once", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const { daemon } = await home.pids();
  const words: string[] = [];
  const type = () => {
    words.push(`w${words.length}`);
    terminal.write(`w${words.length - 1}\r`);
  };
  for (let i = 0; i < 3; i++) type();
  kill(daemon);
  while (words.length < 8) type();
  await home.waitUntil("another daemon", async () => (await home.cli(["status"])).status === 0);
  type();
  await home.fugue("wait", "work", "--text", `^${words.at(-1)}$`, "--timeout", "10s");
  // each word twice: echoed by the terminal, and written by the program
  // (an echo may come into the middle of a line that the program writes: words are counted, not lines)
  const shown = async () => (await home.fugue("capture", "work")).match(/w\d/g) ?? [];
  await home.waitUntil(
    "the last word twice", async () => (await shown()).filter((word) => word === words.at(-1)).length === 2,
  );
  const all = await shown();
  expect([...all].sort()).toEqual([...words, ...words].sort());
  expect([...new Set(all)]).toEqual(words);
});

test("killed again and again under output: every line is there once", async () => {
  await using home = new E2eHome();
  const script = "i=0; while [ $i -lt 4000 ]; do echo \"line $i\"; i=$((i+1)); "
    + "[ $((i % 400)) -eq 0 ] && sleep 0.15; done; echo all-printed; exec cat";
  await home.fugue("new", "work", "-d", "--size", "80x24", "--", "sh", "-c", script);
  for (let i = 0; i < 3; i++) {
    await home.killDaemon();
    await Bun.sleep(100);
  }
  await home.fugue("wait", "work", "--text", "all-printed", "--timeout", "20s");
  const lines = (await home.fugue("capture", "work", "--history", "all")).split("\n");
  expect(lines.filter((line) => line.startsWith("line "))).toEqual(Array.from({ length: 4000 }, (_, i) => `line ${i}`));
  expect((await home.json("status")).status[0].keeper.restarts).toBe(3);
}, 40_000);

test("names, layout, zoom, focus, buffers, titles and modes come back", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA", "BBB"]);
  await home.fugue("rename", "work/0", "named");
  await home.fugue("buffer", "set", "-b", "kept", "the text");
  await home.fugue(
    "window",
    "new",
    "work",
    "-n",
    "modes",
    "--",
    "sh",
    "-c",
    "printf '\\033]2;a title\\007\\033[?2004h\\033[?1000h\\033[?1006hREADY'; stty raw -echo; exec cat -v",
  );
  await home.fugue("wait", "work/modes", "--text", "READY", "--timeout", "10s");
  terminal.prefix("z");
  await terminal.waitForBar("0:named*Z");
  // a pane that names itself nothing shows its program, once that has been looked up
  const passing = (key: string, value: unknown) => ["usedAt", "attached", "cursor", "program"].includes(key)
    || (key === "title" && ["", "cat"].includes(value as string));
  const shape = async () => JSON.parse(
    JSON.stringify(await home.json("ls"), (key, value) => (passing(key, value) ? undefined : value)),
  );
  const before = await shape();
  await home.killDaemon();
  expect(await shape()).toEqual(before);
  expect(await home.fugue("buffer", "show", "kept")).toBe("the text");
  await terminal.waitForBar("0:named*Z");
  terminal.prefix("1");
  await terminal.waitForBar('"a title"');
  await terminal.waitFor("READY");
  terminal.click(2, 2);
  await terminal.waitFor("^[[<0;3;3M^[[<0;3;3m");
  terminal.write("\x1b[200~x\x1b[201~");
  await terminal.waitFor("^[[200~x^[[201~");
});

test("a wait and a send from a script during the restart say what happened", async () => {
  await using home = new E2eHome();
  await labelledPanes(home, ["AAA"]);
  const waiting = home.cli(["wait", "work", "--text", "never", "--timeout", "20s"]);
  await home.waitUntil(
    "the wait to be there", () => home.processes().some(({ command }) => command.includes(" wait ")),
  );
  await Bun.sleep(100);
  await home.killDaemon();
  const { status, stderr } = await waiting;
  expect(status).toBe(4);
  expect(stderr).toMatch(/^fugue: .+\n$/);
});

test("copy mode and popups that were open when the daemon died do not hang", async () => {
  await using home = new E2eHome();
  const terminal = await labelledPanes(home, ["AAA"]);
  const { daemon } = await home.pids();
  process.kill(daemon, "SIGSTOP");
  terminal.prefix("[");
  terminal.prefix("s");
  await Bun.sleep(50);
  kill(daemon);
  await home.waitUntil("another daemon", async () => (await home.cli(["status"])).status === 0);
  await terminal.waitUntil("a connection", () => !terminal.bar.includes("reconnecting"));
  terminal.write("q");
  // Esc as kitty's protocol has it, which no key behind it can change
  terminal.write("\x1b[27u");
  terminal.write("typed\r");
  await terminal.waitFor("typed");
});

test("a daemon that was killed leaves the terminal to a client whose terminal goes as well", async () => {
  await using home = new E2eHome();
  const outer = home.terminal(["sh"]);
  await outer.waitUntil("a prompt", () => outer.row(0) === "$");
  outer.line(executable());
  await outer.waitForBar(/^\[0\] 0:/);
  const { keeper, daemon } = await home.pids();
  // with the keeper gone nobody starts another daemon: the client says so, and Ctrl-C-like keys get it out
  process.kill(keeper, "SIGKILL");
  kill(daemon);
  await outer.waitForBar(/reconnecting/);
  outer.prefix("d");
  await outer.waitUntil("the shell again", () => !outer.emulator.modes().alternateScreen);
  outer.line("echo out-$((1+1))");
  await outer.waitFor("out-2");
  // looking on is no reason to start a server anew
  expect(home.role("keeper")).toEqual([]);
});

test("the keeper killed: programs end, and the next fugue brings back what was saved", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d");
  const { keeper } = await home.pids();
  await home.waitUntil("the state to be saved", () => existsSync(join(home.paths.state, "model")));
  kill(keeper);
  await home.waitUntil("everything to end", () => home.processes().length === 0);
  expect(await home.fugue("new", "other", "-d")).toBe("other");
  expect(await home.fugue("ls")).toMatch(/work/);
});
