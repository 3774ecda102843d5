import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatLogLine, logFiles, LogTail, parseLogLine, recentLines } from "../../../src/commands/log-files.ts";
import { tempFolder } from "../../support/temp-folder.ts";

function line(second: number, event: string): string {
  const time = new Date(second * 1000).toISOString();
  return `${JSON.stringify({ time, level: "info", scope: "panes", event, pane: 3 })}\n`;
}

describe("recentLines", () => {
  test("lines of all files come in the order of their time, the last ones only", () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, "daemon.log"), line(1, "a") + line(3, "c"));
    writeFileSync(join(folder.path, "keeper.log"), line(2, "b") + line(4, "d"));
    writeFileSync(join(folder.path, "other.txt"), line(9, "no"));
    const { lines } = recentLines(folder.path, 3);
    expect(lines.map(({ from, event }) => [from, event])).toEqual([["keeper", "b"], ["daemon", "c"], ["keeper", "d"]]);
    expect(recentLines(folder.path, 0).lines).toEqual([]);
  });

  test("a folder that does not exist has no logs", () => {
    expect(recentLines("/nowhere/at/all", 5)).toEqual({ lines: [], tails: [] });
    expect(logFiles("/nowhere/at/all")).toEqual([]);
  });

  test("of a large file only the end is read, beginning with a whole line", () => {
    using folder = tempFolder();
    const many = Array.from({ length: 9000 }, (_, n) => line(n, `event ${n}`)).join("");
    writeFileSync(join(folder.path, "daemon.log"), many);
    const { lines } = recentLines(folder.path, 100_000);
    expect(lines.length).toBeLessThan(9000);
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.every(({ time }) => time !== "")).toBe(true);
    expect(lines.at(-1)!.event).toBe("event 8999");
  });
});

describe("a tail", () => {
  test("gives whole lines as they come, and begins anew when the file is replaced", () => {
    using folder = tempFolder();
    const path = join(folder.path, "daemon.log");
    writeFileSync(path, line(1, "a"));
    const tail = new LogTail(path, 0);
    const events = () => tail.read().map(({ event }) => event);
    expect(events()).toEqual(["a"]);
    expect(events()).toEqual([]);
    const next = line(2, "b");
    appendFileSync(path, next.slice(0, 20));
    expect(events()).toEqual([]);
    appendFileSync(path, next.slice(20));
    expect(events()).toEqual(["b"]);
    writeFileSync(path, line(3, "c"));
    expect(events()).toEqual(["c"]);
  });

  test("a file that is gone gives nothing", () => {
    using folder = tempFolder();
    mkdirSync(join(folder.path, "x"));
    expect(new LogTail(join(folder.path, "none.log"), 0).read()).toEqual([]);
  });
});

describe("a line", () => {
  test("is shown with its facts, and no control character", () => {
    const shown = formatLogLine(parseLogLine("daemon", line(0, "pane \u001b[2Jended").trim()));
    expect(shown).toBe("1970-01-01T00:00:00.000Z info daemon/panes pane \ufffd[2Jended pane=3");
  });

  test.each(["panic: oh no", "[1]", "null", "{", "\"x\""])("that is not ours is shown as it is: %s", (text) => {
    expect(formatLogLine(parseLogLine("daemon", text))).toBe(`daemon ${text}`);
  });
});
