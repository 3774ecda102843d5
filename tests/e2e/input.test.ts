/** What is typed reaches the program in front as it expects it: prefix, kitty keys, pastes, focus, modes, queries. */
import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { expectFocus, labelledPanes } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

/** A program that shows the bytes that it is sent, after it has written `setup`. */
function bytesOf(setup: string): string[] {
  return ["sh", "-c", `stty raw -echo; printf '${setup}READY'; exec cat -v`];
}

test("the prefix doubled sends itself, in both encodings of the terminal's keyboard", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("")]);
  await terminal.waitFor("READY");
  terminal.write("\x02\x02");
  await terminal.waitFor("READY^B");
  // with the keyboard protocol that was asked for, a terminal writes Ctrl-b like this
  expect(terminal.emulator.modes().kittyFlags & 1).toBe(1);
  terminal.write("\x1b[98;5u\x1b[98;5u");
  await terminal.waitFor("READY^B^B");
  terminal.write("\x1b[98;5u%");
  await terminal.waitUntil("a split", () => terminal.row(0)[40] === "│");
});

test("another prefix, a second one, bindings with and without it, and none for a key that is unbound", async () => {
  const config = `[options]
prefix = "C-a"
prefix2 = "C-q"

[keys]
"%" = ""
v = "split --right"

[keys.root]
F5 = "window new"
`;
  await using home = new E2eHome({ config });
  const terminal = home.tui(["new", "work", "--", ...bytesOf("")]);
  await terminal.waitFor("READY");
  terminal.write("\x02x");
  await terminal.waitFor("READY^Bx");
  terminal.write("\x01%");
  terminal.write("y");
  await terminal.waitFor("READY^Bxy");
  terminal.write("\x01v");
  await terminal.waitUntil("a split", () => terminal.row(0)[40] === "│");
  terminal.write("\x1b[15~");
  await terminal.waitForBar(/1:\S+\*/);
  terminal.write("\x11&y");
  await terminal.waitForBar(/0:\S+\*/);
});

test("Shift+Enter and other keys arrive as kitty keys where a program asks, and as legacy keys elsewhere", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("\\033[>1u")]);
  await terminal.waitFor("READY");
  terminal.write("\x1b[13;2u\x1b[105;5u\x1b[27u");
  await terminal.waitFor("READY^[[13;2u^[[105;5u^[[27u");
  await home.fugue("window", "new", "work", "--", ...bytesOf("legacy-"));
  terminal.prefix("n");
  await terminal.waitFor("legacy-READY");
  terminal.write("\x1b[13;2u\x1b[101;5u");
  await terminal.waitFor("legacy-READY^M^E");
});

test("a lone Escape arrives by itself, soon, and Escape with a letter as Alt", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("")]);
  await terminal.waitFor("READY");
  terminal.write("\x1b");
  await terminal.waitFor("READY^[");
  terminal.write("\x1bx\x1b[1;5A");
  await terminal.waitFor("READY^[^[x^[[1;5A");
});

test("a bracketed paste of 1 MB arrives complete, in brackets for a program that wants them", async () => {
  await using home = new E2eHome();
  const file = join(home.home, "pasted");
  const program = `stty raw -echo; printf '\\033[?2004hREADY'; exec head -c SIZE > ${file}`;
  const lines = Array.from(
    { length: 20_000 }, (_, i) => `${String(i).padStart(6, "0")} some text that is pasted, ünïcödé, 日本`,
  );
  // a terminal writes the line ends of a paste as Enter does
  const text = `${lines.join("\r")}\r`;
  expect(Buffer.byteLength(text)).toBeGreaterThan(1_000_000);
  const expected = Buffer.from(`\x1b[200~${text}\x1b[201~`);
  const terminal = home.tui(["new", "work", "--", "sh", "-c", program.replace("SIZE", String(expected.length))]);
  await terminal.waitFor("READY");
  await terminal.waitUntil("bracketed paste asked of the terminal", () => terminal.emulator.modes().bracketedPaste);
  terminal.write(`\x1b[200~${text}\x1b[201~`);
  expect(await terminal.ended()).toBe(0);
  const got = readFileSync(file);
  expect(got.length).toBe(expected.length);
  expect(createHash("sha256").update(got).digest("hex")).toBe(createHash("sha256").update(expected).digest("hex"));
}, 30_000);

test("a paste to a program that did not ask for brackets comes without them, and never runs a binding", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("")]);
  await terminal.waitFor("READY");
  terminal.write("\x1b[200~one\x02%two\x1b[201~");
  await terminal.waitFor(/READYone(\^B)?%two/);
  expect(terminal.row(0)[40]).not.toBe("│");
});

test("focus events reach a program that asks, when the terminal or the pane gains or loses the focus", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("\\033[?1004h")]);
  await terminal.waitFor("READY");
  terminal.write("\x1b[O");
  await terminal.waitFor(/\^\[\[O/);
  terminal.write("\x1b[I");
  await terminal.waitFor(/\^\[\[O\^\[\[I/);
  terminal.prefix("%");
  await terminal.waitFor(/\^\[\[O\^\[\[I\^\[\[O/);
  terminal.prefix("o");
  await terminal.waitFor(/\^\[\[O\^\[\[I\^\[\[O\^\[\[I/);
});

test("terminal queries are answered at once, also when nobody is attached", async () => {
  await using home = new E2eHome();
  const file = join(home.home, "answers");
  const ask = (query: string, bytes: number) => `printf '\\033[${query}'; head -c ${bytes} >> ${file}`;
  const script = `stty raw -echo; ${ask("6n", 6)}; ${ask(">q", 10)}; exec cat`;
  await home.fugue("new", "work", "-d", "--", "sh", "-c", script);
  await home.waitUntil("the answers", () => existsSync(file) && readFileSync(file).length === 16);
  expect(readFileSync(file, "latin1")).toMatch(/^\x1b\[1;1R\x1bP>\|fugue/);
});

test("a program that sets the clipboard (OSC 52) sets the terminal's; reading it is off", async () => {
  await using home = new E2eHome();
  const script = "stty raw -echo; printf READY; head -c 1 >/dev/null; "
    + "printf '\\033]52;c;aGVsbG8=\\007\\033]52;c;?\\007\\033[5nSET'; exec cat -v";
  const terminal = home.tui(["new", "work", "--", "sh", "-c", script]);
  await terminal.waitFor("READY");
  terminal.write("x");
  await terminal.waitUntil("the clipboard", () => terminal.clipboard === "hello");
  // the answer to the status query comes, one to the question for the clipboard does not
  await terminal.waitFor("SET^[[0n");
  terminal.write("end");
  await terminal.waitFor("SET^[[0nend");
});

test("arrows and the keypad follow the program's modes; typed UTF-8 arrives as it was typed", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("\\033[?1h\\033=")]);
  await terminal.waitFor("READY");
  terminal.write("\x1b[A\x1b[1;2B\x1b[H\x1b[3~\x1bOP");
  await terminal.waitFor("READY^[OA^[[1;2B^[OH^[[3~^[OP");
  const other = home.tui(["new", "plain", "--", "sh", "-c", "stty -echo; printf READY; exec cat"]);
  await other.waitFor("READY");
  other.write("ü 日本 e\u0301 👩‍👩‍👧 🇩🇪\r");
  await other.waitFor("ü 日本 e\u0301 👩‍👩‍👧 🇩🇪");
});

test("notifications of programs (OSC 9, 99, 777) are shown, and a bell is a bell", async () => {
  await using home = new E2eHome();
  const said = [
    "\\033]9;from-nine\\007", "\\033]777;notify;title;from-777\\033\\\\", "\\033]99;;from-99\\033\\\\", "\\007",
  ];
  const script = `${said.map((text) => `read x; printf '${text}'`).join("; ")}; exec cat`;
  const terminal = home.tui(["new", "work", "--", "sh", "-c", `printf READY; ${script}`]);
  await terminal.waitFor("READY");
  for (const text of ["from-nine", "title: from-777", "from-99"]) {
    terminal.write("\r");
    await terminal.waitForBar(text);
  }
  terminal.write("\r");
  await terminal.waitUntil("the bell", () => terminal.effects.some(({ kind }) => kind === "bell"));
});

test("read-only clients see everything and type nothing", async () => {
  await using home = new E2eHome();
  const writer = await labelledPanes(home, ["AAA", "BBB"]);
  const reader = home.tui(["attach", "work", "--read-only"]);
  await reader.waitFor("BBB");
  reader.write("from-reader\r");
  reader.prefix("%");
  reader.prefix(":kill work\r");
  await reader.waitForBar("read-only");
  await expectFocus(writer, "BBB", "from-writer");
  await reader.waitFor("from-writer");
  expect(reader.shows("from-reader")).toBe(false);
  expect((await home.json("ls")).sessions[0].windows[0].panes).toHaveLength(2);
  reader.prefix("d");
  expect(await reader.ended()).toBe(0);
});

test("input of many kinds at once keeps its order", async () => {
  await using home = new E2eHome();
  const terminal = home.tui(["new", "work", "--", ...bytesOf("")]);
  await terminal.waitFor("READY");
  const words = Array.from({ length: 60 }, (_, i) => `w${i}.`);
  terminal.write(words.map((word, i) => (i % 3 === 0 ? `\x1b[200~${word}\x1b[201~` : word)).join(""));
  await terminal.waitUntil(
    "all words in order", () => terminal.screen().replaceAll("\n", "").includes(`READY${words.join("")}`),
  );
});
