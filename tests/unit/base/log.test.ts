import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LogRoot, fileSink } from "../../../src/base/log.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

function lines(setting?: string) {
  const out: Record<string, unknown>[] = [];
  return { out, root: new LogRoot(new VirtualClock(0), (line) => out.push(JSON.parse(line)), setting) };
}

function levelsWritten(setting: string | undefined, scope: string): string[] {
  const { out, root } = lines(setting);
  const log = root.scope(scope);
  for (const level of ["debug", "info", "warn", "error"] as const) log[level]("x");
  return out.map((line) => String(line.level));
}

describe("levels", () => {
  test.each([
    [undefined, "any", "info warn error"], ["", "any", "info warn error"], [
      "debug", "any", "debug info warn error",
    ], ["error", "any", "error"],
    ["keeper=debug", "keeper", "debug info warn error"], ["keeper=debug", "daemon", "info warn error"],
    ["warn,keeper=debug", "keeper", "debug info warn error"], ["warn,keeper=debug", "daemon", "warn error"],
    ["keeper=error,debug", "keeper", "error"], ["nonsense", "any", "info warn error"], [
      "keeper=loud,warn", "keeper", "warn error",
    ], [",,", "any", "info warn error"],
  ])("%p lets %s write: %s", (setting, scope, expected) => {
    expect(levelsWritten(setting, scope).join(" ")).toBe(expected);
  });

  test("can be changed later, unless the environment says what is written", () => {
    const written = (setting?: string) => {
      const { out, root } = lines(setting);
      root.setLevel("debug");
      root.scope("any").debug("x");
      return out.length;
    };
    expect([written(), written("keeper=info"), written("info")]).toEqual([1, 1, 0]);
  });
});

describe("a line", () => {
  test("is one JSON object with time, level, scope, event and facts", () => {
    const { out, root } = lines();
    root.scope("s").info("it happened", { n: 1, text: "a\nb", none: undefined });
    expect(out).toEqual([{
      time: "1970-01-01T00:00:00.000Z", level: "info", scope: "s", event: "it happened", n: 1, text: "a\nb",
    }]);
  });

  test("has no line breaks inside, whatever the facts hold", () => {
    const raw: string[] = [];
    new LogRoot(new VirtualClock(), (line) => raw.push(line)).scope("s").warn("e", { text: "a\r\nb\u2028\u001b[2J" });
    expect(raw).toHaveLength(1);
    expect(raw[0]).not.toMatch(/[\r\n\u001b]/);
  });

  test("keeps its own time, level, scope and event, whatever facts are called", () => {
    const { out, root } = lines();
    root.scope("s").error("e", { level: "debug", time: "never", scope: "other", event: "none" });
    expect(out[0]).toMatchObject({ level: "error", scope: "s", event: "e", time: "1970-01-01T00:00:00.000Z" });
  });
});

describe("a file of logs", () => {
  test("is private and appended to", () => {
    using folder = tempFolder();
    const path = join(folder.path, "a.log");
    fileSink(path)("one");
    fileSink(path)("two");
    expect(readFileSync(path, "utf8")).toBe("one\ntwo\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("is bounded: past 4 MiB it becomes the one older file", () => {
    using folder = tempFolder();
    const path = join(folder.path, "a.log");
    writeFileSync(path, "x".repeat(4 * 1024 * 1024 + 1));
    writeFileSync(`${path}.1`, "oldest");
    const sink = fileSink(path);
    sink("fresh");
    sink("second");
    expect(readFileSync(path, "utf8")).toBe("fresh\nsecond\n");
    expect(statSync(`${path}.1`).size).toBe(4 * 1024 * 1024 + 1);
  });

  test("that cannot be written is given up silently", () => {
    using folder = tempFolder();
    const path = join(folder.path, "missing", "a.log");
    expect(() => fileSink(path)("one")).not.toThrow();
    expect(existsSync(path)).toBeFalse();
  });
});
