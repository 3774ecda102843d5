/** House rules that would decay without a test. Each ban names what to use instead. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const sources = [...new Bun.Glob("src/**/*.ts").scanSync(root)].sort().map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }));
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

const BANS: [name: string, pattern: RegExp, instead: string, allowed: RegExp][] = [
  ["Date.now", /\bDate\.now\b|\bnew Date\(\)/, "a Clock of base/clock.ts", /^src\/base\//],
  ["timers", /\b(setTimeout|setInterval)\(/, "Clock.after and Clock.every", /^src\/base\//],
  ["Math.random", /\bMath\.random\b/, "a Random of base/random.ts", /^src\/base\//],
  ["performance.now", /\bperformance\.now\b/, "Clock.now", /^src\/base\//],
  ["console", /\bconsole\.(log|error|warn|info)\b/, "a Logger, or the context's stdout and stderr", /^src\/main\.ts$/],
  ["shells", /shell: true|execSync\(/, "an argv", /^$/],
  ["marks of unfinished work", /\b(TODO|FIXME|XXX|HACK)\b/, "finishing it, or saying so in the documents", /^$/],
];

for (const [name, pattern, instead, allowed] of BANS) {
  test(`no ${name}: use ${instead}`, () => {
    expect(sources.filter(({ file, text }) => !allowed.test(file) && pattern.test(name.startsWith("marks") ? text : code(text))).map(({ file }) => file)).toEqual([]);
  });
}

test("files have at most 500 lines", () => {
  expect(sources.filter(({ text }) => text.split("\n").length > 501).map(({ file }) => file)).toEqual([]);
});

test("every file begins with a comment that says what it owns", () => {
  expect(sources.filter(({ file, text }) => !file.endsWith(".d.ts") && !text.startsWith("/**")).map(({ file }) => file)).toEqual([]);
});

test("no file is called utils or helpers, and no folder has a barrel", () => {
  expect(sources.filter(({ file }) => /(utils?|helpers?|index|misc|common)\.ts$/.test(file)).map(({ file }) => file)).toEqual([]);
});
