/** Copy mode: scrolling, searching, selecting; what is copied reaches the clipboard (OSC 52), a buffer and a paste. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";
import type { TestTerminal } from "../support/e2e-terminal.ts";

const VI = '[options]\nmode-keys = "vi"\n';
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** A pane that has printed numbered lines and then echoes. */
async function numbered(home: E2eHome, count: number, size = { cols: 80, rows: 24 }): Promise<TestTerminal> {
  const script = `i=1; while [ $i -le ${count} ]; do echo "line $i word-$i"; i=$((i+1)); done; exec cat`;
  const terminal = home.tui(["new", "work", "--", "sh", "-c", script], size);
  await terminal.waitUntil(
    "the last line", () => terminal.shows(new RegExp(`line ${count} word-${count}$`, "m")) && terminal.cursor().x === 0,
  );
  return terminal;
}

test("[ enters, keys scroll through the history, q leaves", async () => {
  await using home = new E2eHome({ config: VI });
  const terminal = await numbered(home, 500);
  terminal.prefix("[");
  await terminal.waitFor(/\[0\/4\d\d\]/);
  terminal.write("g");
  await terminal.waitUntil(
    "the first line at the top",
    () => terminal.row(0).startsWith("line 1 word-1 ") && terminal.row(1) === "line 2 word-2",
  );
  terminal.write("\x04\x04");
  await terminal.waitUntil("a screen further", () => /^line 2\d /.test(terminal.row(0)));
  terminal.write("q");
  await terminal.waitUntil("the end again", () => terminal.row(21) === "line 500 word-500");
  await terminal.waitUntil("no mark of copy mode", () => !terminal.shows(/\[\d+\/\d+\]/));
});

test("PageUp after the prefix scrolls at once, with emacs keys to search and leave", async () => {
  await using home = new E2eHome();
  const terminal = await numbered(home, 300);
  terminal.prefix("\x1b[5~");
  await terminal.waitFor(/\[2\d\/2\d\d\]/);
  terminal.write("\x12word-123\r");
  await terminal.waitUntil("the cursor on the match", () => {
    const place = terminal.find("word-123");
    const cursor = terminal.cursor();
    return place !== undefined && cursor.x === place.x && cursor.y === place.y;
  });
  terminal.write("\x1b");
  await terminal.waitUntil("the end again", () => terminal.shows("line 300 word-300"));
});

test("vi: search, select and yank go to OSC 52 and to a buffer, ] pastes", async () => {
  await using home = new E2eHome({ config: VI });
  const terminal = await numbered(home, 200);
  terminal.prefix("[");
  await terminal.waitFor("[0/");
  terminal.write("?word-57\r");
  await terminal.waitUntil("the match", () => terminal.shows("word-57"));
  terminal.write(" ey");
  await terminal.waitUntil("the clipboard", () => terminal.clipboard !== undefined);
  // e ends a word before the separator, as in tmux
  expect(terminal.clipboard).toMatch(/^word/);
  const yanked = terminal.clipboard!;
  expect(await home.fugue("buffer", "show")).toBe(yanked);
  terminal.prefix("]");
  terminal.write("-end\r");
  await terminal.waitFor(`${yanked}-end`);
});

test("a line that was wrapped is copied as one line; V takes whole lines; a rectangle takes columns", async () => {
  await using home = new E2eHome({ config: VI });
  const long = "x".repeat(100);
  const terminal = home.tui(["new", "work", "--", "sh", "-c", `echo ${long}; echo short; echo other; exec cat`]);
  await terminal.waitFor("other");
  terminal.prefix("[");
  await terminal.waitFor("[0/0]");
  terminal.write("gVy");
  await terminal.waitUntil("the long line", () => terminal.clipboard?.trimEnd() === long);
  terminal.prefix("[");
  await terminal.waitFor("[0/0]");
  terminal.write("gjj");
  await terminal.waitUntil("the cursor on `short`", () => terminal.cursor().y === 2);
  terminal.write(" v0jlly");
  await terminal.waitUntil("three columns of two lines", () => terminal.clipboard?.trimEnd() === "sho\noth");
});

test("keys typed ahead of copy mode reach it, and none of them reach the program", async () => {
  await using home = new E2eHome({ config: VI });
  const terminal = await numbered(home, 100);
  terminal.write("\x02[gVy");
  await terminal.waitUntil("the first line", () => terminal.clipboard?.trimEnd() === "line 1 word-1");
  await expectFocus(terminal, "line 100", "only-this");
  expect(terminal.shows("gVy")).toBe(false);
});

test("the wheel scrolls, and back at the bottom copy mode ends", async () => {
  await using home = new E2eHome();
  const terminal = await numbered(home, 100);
  terminal.mouse("press", WHEEL_UP, 5, 5);
  await terminal.waitFor(/\[3\/\d+\]/);
  terminal.mouse("press", WHEEL_UP, 5, 5);
  await terminal.waitFor(/\[6\/\d+\]/);
  terminal.mouse("press", WHEEL_DOWN, 5, 5);
  terminal.mouse("press", WHEEL_DOWN, 5, 5);
  await terminal.waitUntil("no copy mode", () => !terminal.shows(/\[\d+\/\d+\]/));
  await expectFocus(terminal, "line 100", "typed");
});

test("dragging selects and copies; two clicks take a word", async () => {
  await using home = new E2eHome();
  const terminal = await numbered(home, 10);
  const place = terminal.find("line 4")!;
  terminal.mouse("press", 0, place.x, place.y);
  terminal.mouse("move", 0, place.x + 3, place.y);
  // with the keys of emacs the selection ends before the cursor, as in tmux
  terminal.mouse("move", 0, place.x + 6, place.y);
  terminal.mouse("release", 0, place.x + 6, place.y);
  await terminal.waitUntil("the dragged text", () => terminal.clipboard === "line 4");
  await terminal.waitUntil("no copy mode", () => !terminal.shows(/\[\d+\/\d+\]/));
  const word = terminal.find("word-7")!;
  terminal.click(word.x + 1, word.y);
  terminal.click(word.x + 1, word.y);
  await terminal.waitUntil("the word", () => terminal.clipboard === "word");
});

test("a copy too large for the terminal says so and is in the buffer all the same", async () => {
  await using home = new E2eHome({ config: VI });
  const terminal = home.tui(["new", "work", "--", "sh", "-c", "seq 1000000 1019999; exec cat"]);
  await terminal.waitFor("1019999");
  terminal.prefix("[");
  await terminal.waitFor("[0/");
  terminal.write("g");
  await terminal.waitUntil("the top", () => /^\d+/.test(terminal.row(0)) && !terminal.shows("1019999"));
  terminal.write("VGy");
  await terminal.waitForBar(/too large|larger|KB|MB/);
  await home.waitUntil(
    "the buffer", async () => (await home.cli(["buffer", "show"])).stdout.trimEnd().endsWith("1019999"),
  );
  expect(terminal.clipboard === undefined || terminal.clipboard.length < 100_000).toBe(true);
});

test("emoji, wide and combining characters are copied as they are", async () => {
  await using home = new E2eHome({ config: VI });
  const text = "日本語 e\u0301 👩‍👩‍👧‍👦 🏳️‍🌈 ok";
  const terminal = home.tui(["new", "work", "--", "sh", "-c", `printf '%s\\n' '${text}'; exec cat`]);
  await terminal.waitFor("ok");
  terminal.prefix("[");
  await terminal.waitFor("[0/0]");
  terminal.write("gVy");
  await terminal.waitUntil("the text", () => terminal.clipboard?.trimEnd() === text);
});

test("copy-command is given what is copied", async () => {
  await using home = new E2eHome();
  const tool = home.write("bin/clip", `#!/bin/sh\ncat > ${home.home}/clipped\n`, 0o755);
  home.configure(`${VI}copy-command = "${tool}"\n`);
  const terminal = await numbered(home, 10);
  terminal.write("\x02[gVy");
  await home.waitUntil("the file", () => Bun.file(`${home.home}/clipped`).size > 0);
  expect(home.read("clipped").trimEnd()).toBe("line 1 word-1");
});

test("a key may have its own command of the shell, as in tmux", async () => {
  await using home = new E2eHome({ config: `${VI}[keys.copy-vi]\ny = 'copy-pipe-and-cancel "tr a-z A-Z | cat > ~/piped"'\n` });
  const terminal = await numbered(home, 10);
  terminal.write("\x02[gVy");
  await terminal.waitFor(/copied 14 bytes with tr; copied 14 bytes to the clipboard/);
  expect(home.read("piped").trimEnd()).toBe("LINE 1 WORD-1");
});

test("output goes on under copy mode, and is there when it ends", async () => {
  await using home = new E2eHome({ config: VI });
  const terminal = home.tui(["new", "work", "--", "sh", "-c", "seq 1 50; read x; seq 1001 1400; exec cat"]);
  await terminal.waitUntil("the last number", () => terminal.shows(/^50$/m) && terminal.cursor().x === 0);
  terminal.prefix("[");
  await terminal.waitFor("[0/");
  terminal.write("g");
  await terminal.waitUntil("the top", () => /^1 /.test(terminal.row(0)));
  await home.fugue("send", "work", "--enter", "go");
  await home.fugue("wait", "work", "--text", "^1400$", "--timeout", "10s");
  expect(terminal.row(1)).toBe("2");
  terminal.write("q");
  await terminal.waitFor("1400");
});

test("M-p and M-n go from prompt to prompt of a shell that marks them", async () => {
  await using home = new E2eHome();
  const command = (name: string) => `printf '\\033]133;A\\007$ ${name}\\n\\033]133;C\\007'; seq 1 30`;
  const script = `${command("first")}; ${command("second")}; printf '\\033]133;A\\007$ last'; exec cat`;
  const terminal = home.tui(["new", "work", "--", "sh", "-c", script]);
  await terminal.waitFor("$ last");
  terminal.prefix("[");
  terminal.write("\x1bp");
  await terminal.waitFor("$ second");
  terminal.write("\x1bp");
  await terminal.waitFor("$ first");
  terminal.write("\x1bn\x1bn");
  await terminal.waitUntil("the last one", () => terminal.shows("$ last") && !terminal.shows("$ first"));
});
