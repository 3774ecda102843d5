/** Arbitrary and mutated texts: reading a configuration, a format or a .tmux.conf never throws and ends soon. */
import { expect, test } from "bun:test";
import type { Random } from "../../src/base/random.ts";
import { commandLanguage } from "../../src/commands/command-line.ts";
import { parseAddress } from "../../src/config/address.ts";
import { interpretConfig } from "../../src/config/config-file.ts";
import type { LoadedConfig } from "../../src/config/config-file.ts";
import { showConfig } from "../../src/config/config-text.ts";
import { defaultConfig } from "../../src/config/config.ts";
import { formatText } from "../../src/config/format-evaluation.ts";
import { parseFormat } from "../../src/config/format.ts";
import { importTmux } from "../../src/config/import-tmux.ts";
import { formatProblem, MOST_PROBLEMS, Problems } from "../../src/config/problem.ts";
import { readToml } from "../../src/config/toml-document.ts";
import { FugueError } from "../../src/base/errors.ts";
import { cpuMs } from "../support/cpu-time.ts";
import { fuzzRounds, pick } from "../support/fuzz.ts";

const BUDGET_MS = 800;
/** CPU time that no single text of the size used here may take; a quadratic step would. */
const SLOWEST_MS = 500;

const VALID = `${showConfig(defaultConfig())}
[keys]
"C-b" = "send-prefix"
'"' = { command = "split-window -h", repeat = true }
[keys.copy-vi]
v = false
[servers.build]
addr = "ssh://me@build:22"
default = true
[servers.two]
ssh_host = "box"
ssh_tunnel = true
[env]
A = """
long \\""" text
"""
[presets.p]
args = [
  "a", # comment
  'b',
]
`;
const TMUX = `set -g status-left "#{?client_prefix,^A ,}#S" ; bind -r x { new-window ; display "a" }
if-shell true {
  set -g mouse on
}
unbind '"'
bind y a \\; b # comment
%if #{x}
setenv -g A "b\\
c"
`;
const TOKENS = [
  "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\"", "'", "\"\"\"", "'''", "\\", "#", "\n", "\r\n", " ", "\t", "\0",
  "\ufeff", "\ud800", "\u00a0", "\v", "\u2028", "é", "漢", "options", "keys", "servers", "env", "mouse", "true", "1", "-",
  "1e400", "0x", "#{", "#[", "#{?", "}",
  "%H", "%", "fg=", "C-b", "__proto__", "constructor", ";", "$", "unix://", "ssh://", ":", "@",
];

function arbitrary(random: Random): string {
  const length = random.integer(60);
  let text = "";
  for (let i = 0; i < length; i++) {
    text += random.integer(8) === 0 ? String.fromCharCode(random.integer(0x10000)) : pick(random, TOKENS);
  }
  return text;
}

function mutated(random: Random, text: string): string {
  for (let changes = 1 + random.integer(6); changes > 0; changes--) {
    const at = random.integer(text.length + 1);
    const length = random.integer(4) === 0 ? random.integer(200) : random.integer(4);
    const from = random.integer(text.length + 1);
    const insert = pick(random, ["", pick(random, TOKENS), text.slice(from, from + random.integer(300))]);
    text = text.slice(0, at) + insert + text.slice(at + length);
  }
  return text;
}

function load(text: string): LoadedConfig {
  return interpretConfig("f", { kind: "text", text, badLine: 0 }, { HOME: "/h" }, (line) =>
    line.startsWith("s") ? undefined : new FugueError("usage", "unknown command", "use another"));
}

function checkLoaded(text: string, loaded: LoadedConfig): void {
  const lines = text.split("\n").length;
  expect(loaded.problems.length).toBeLessThanOrEqual(MOST_PROBLEMS + 1);
  for (const problem of loaded.problems) {
    expect(problem.line).toBeWithin(0, lines + 1);
    expect(problem.message).not.toBe("");
    expect(problem.hint).not.toBe("");
    expect(formatProblem(problem)).not.toMatch(/[\x00-\x1f\x7f]/);
    expect(formatProblem(problem).length).toBeLessThan(2000);
  }
  const again = load(showConfig(loaded.config));
  expect(again.problems).toEqual([]);
  expect(again.config).toEqual(loaded.config);
}

function timed<T>(text: string, run: () => T): T {
  let result!: T;
  const took = cpuMs(() => (result = run()));
  if (took > SLOWEST_MS) throw new Error(`${took} ms for ${JSON.stringify(text.slice(0, 2000))}`);
  return result;
}

function repeatedly(what: string, run: (random: Random) => void): void {
  fuzzRounds(`config, ${what}`, 20_000, BUDGET_MS, run);
}

test("any text gives a configuration that shows and reads back, with bounded problems", () => {
  repeatedly("text", (random) => {
    const text = random.integer(3) === 0 ? arbitrary(random) : mutated(random, VALID);
    checkLoaded(text, timed(text, () => load(text)));
  });
});

test("putting statements together agrees with the whole parser wherever that one is content", () => {
  let agreed = 0;
  repeatedly("statements", (random) => {
    const text = mutated(random, random.integer(4) === 0 ? "a = 1\n[b]\nc = [1,\n2]\n" : VALID.slice(-400));
    let whole: unknown;
    try {
      whole = Bun.TOML.parse(text);
    } catch {
      return;
    }
    // a last line that is wrong sends the reader down the other way
    const problems = new Problems("f");
    const { root } = readToml(`${text}\n!`, problems);
    const own = problems.list().filter((p) => !p.message.includes("lists of tables"));
    if (own.length !== problems.list().length) return;
    expect({ text: JSON.stringify(text), problems: own.map((p) => p.line) }).toEqual(
      { text: JSON.stringify(text), problems: [text.split("\n").length + 1] },
    );
    expect(plain(root)).toEqual(plain(whole));
    agreed++;
  });
  expect(agreed).toBeGreaterThan(20);
});

/** The same tree without prototypes that differ. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function numbered(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

test("large hostile texts end soon", () => {
  const lines = 30_000;
  const texts = [
    "a = [\n".repeat(lines), "a = \"\"\"\n".repeat(lines), "[a]\n".repeat(lines), "x\n".repeat(lines), "a.".repeat(
      lines,
    ),
    numbered(lines, (i) => `k${i}=1`), `a = {${"b=1,".repeat(lines)}}`, `a = ${"[".repeat(lines)}`,
    `a = "${"\\\"".repeat(lines)}`, `"${"\\\"".repeat(lines)}`, `[options]\nstatus-left = "${"#{?".repeat(1000)}"`,
    `[keys]\n${numbered(lines, (i) => `k${i}="s"`)}`, `[servers]\n${numbered(lines, (i) => `s${i} = {}`)}`,
    "'''\n\"\"\"\n".repeat(lines), " ".repeat(900_000), `[${"a.".repeat(lines)}a]\nb=1\n`,
  ];
  for (const text of texts) {
    const took = cpuMs(() => expect(load(text).problems.length).toBeLessThanOrEqual(MOST_PROBLEMS + 1));
    expect({ text: text.slice(0, 20), slow: took > 2000 }).toEqual(
      { text: text.slice(0, 20), slow: false },
    );
  }
});

test("formats and addresses are read or refused, nothing else", () => {
  repeatedly("formats", (random) => {
    const text = random.integer(2) === 0 ? arbitrary(random) : mutated(
      random, "#{?zoomed,#[fg=red]#{=3:title},#{b:path}} %H",
    );
    const values = { title: text, path: text, zoomed: true };
    for (const run of [() => formatText(parseFormat(text), values, 0), () => parseAddress(text)]) {
      try {
        const result = run();
        if (typeof result === "string") expect(result.length).toBeLessThanOrEqual(8192 + 2000);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(FugueError);
      }
    }
  });
});

test("any .tmux.conf becomes a file that loads, and a list of what was skipped", () => {
  repeatedly("tmux", (random) => {
    const text = random.integer(3) === 0 ? arbitrary(random) : mutated(random, TMUX);
    const { toml, skipped } = timed(text, () => importTmux(text, commandLanguage));
    const { problems } = interpretConfig("f", { kind: "text", text: toml, badLine: 0 }, {}, commandLanguage.check);
    expect({ text, problems: problems.map((p) => p.message) }).toEqual({ text, problems: [] });
    for (const { line, why } of skipped) {
      expect(line).toBeWithin(1, text.split("\n").length + 1);
      expect(why).not.toBe("");
    }
  });
});
