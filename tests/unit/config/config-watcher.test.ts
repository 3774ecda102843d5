import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigWatcher, GONE_MS, POLL_MS, SETTLE_MS } from "../../../src/config/config-watcher.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { ManualClock } from "./manual-clock.ts";
import { checkCommand } from "./read-text.ts";

let root = "";
let folder = "";
let path = "";
let clock: ManualClock;
let watcher: ConfigWatcher | undefined;
let events: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "fugue-watch-"));
  folder = join(root, "fugue");
  path = join(folder, "config.toml");
  mkdirSync(folder);
  clock = new ManualClock();
  events = [];
});

afterEach(() => {
  watcher?.dispose();
  watcher = undefined;
  expect(clock.timers).toBe(0);
  rmSync(root, { recursive: true, force: true });
});

function start(): ConfigWatcher {
  watcher = new ConfigWatcher({ path, env: { HOME: root }, clock, checkCommand });
  watcher.start();
  watcher.changed.on((config) => events.push(`base-index ${config.options.baseIndex}`));
  watcher.reported.on(
    (problems) => events.push(`problems: ${problems.map((p) => formatProblem(p).slice(folder.length + 1)).join("; ")}`),
  );
  return watcher;
}

let version = 0;

function write(text: string, to = path): void {
  writeFileSync(to, text);
  // distinct times, also where files are written faster than the file system counts
  utimesSync(to, 1000 + ++version, 1000 + version);
}

function options(baseIndex: number): string {
  return `[options]\nbase-index = ${baseIndex}\n`;
}

/** Lets the watcher look at the file, and wait as long as it wants to. */
function pass(): void {
  clock.advance(POLL_MS + GONE_MS + SETTLE_MS);
}

describe("a changed file", () => {
  test("changes the settings once", () => {
    write(options(1));
    const { config } = start();
    expect(config.options.baseIndex).toBe(1);
    write(options(2));
    pass();
    pass();
    expect(events).toEqual(["base-index 2"]);
    expect(watcher!.config.options.baseIndex).toBe(2);
  });

  test("that was replaced by an atomic rename counts, again and again", () => {
    write(options(1));
    start();
    for (const n of [2, 3, 4]) {
      write(options(n), `${path}.tmp`);
      renameSync(`${path}.tmp`, path);
      pass();
    }
    expect(events).toEqual(["base-index 2", "base-index 3", "base-index 4"]);
  });

  test("is noticed at once, not only when it is looked at", async () => {
    write(options(1));
    start();
    const idle = clock.timers;
    write(options(2), `${path}.tmp`);
    renameSync(`${path}.tmp`, path);
    await waitUntil("a sign of it", () => clock.timers === idle + 1);
    clock.advance(SETTLE_MS);
    expect(events).toEqual(["base-index 2"]);
  });

  test("is noticed behind a symbolic link", () => {
    const real = join(root, "real.toml");
    write(options(1), real);
    symlinkSync(real, path);
    start();
    write(options(2), real);
    pass();
    expect(events).toEqual(["base-index 2"]);
  });

  test("with the same text changes nothing", () => {
    write(options(1));
    start();
    write(options(1));
    pass();
    expect(events).toEqual([]);
  });

  test("is read when asked for", () => {
    write(options(1));
    start();
    write(options(2));
    watcher!.reload();
    expect(events).toEqual(["base-index 2"]);
  });
});

describe("a file with mistakes", () => {
  test("leaves the settings as they were and reports; a good one ends that", () => {
    write(options(1));
    start();
    write("[options]\nbase-index = 3\nmosue = 1\n");
    pass();
    expect(events).toEqual(["problems: config.toml:3: options.mosue: unknown option (did you mean 'mouse'?)"]);
    expect(watcher!.config.options.baseIndex).toBe(1);
    expect(watcher!.problems).toHaveLength(1);
    write(options(3));
    pass();
    expect(events.slice(1)).toEqual(["base-index 3", "problems: "]);
    expect(watcher!.problems).toEqual([]);
  });

  test("that goes back to what it was is all right again", () => {
    write(options(1));
    start();
    write("bad");
    pass();
    write(options(1));
    pass();
    expect(events.at(-1)).toBe("problems: ");
  });

  test("at the start gives what is good in it", () => {
    write("[options]\nbase-index = 5\nmosue = 1\n");
    const { config, problems } = start();
    expect(config.options.baseIndex).toBe(5);
    expect(problems).toHaveLength(1);
  });
});

describe("a file that goes and comes", () => {
  test("for a moment, as some editors do it, is not missed", () => {
    write(options(1));
    start();
    unlinkSync(path);
    clock.advance(POLL_MS);
    write(options(2));
    pass();
    expect(events).toEqual(["base-index 2"]);
  });

  test("empty for a moment, as it is while written, is not taken for empty settings", () => {
    write(options(1));
    start();
    write("");
    clock.advance(POLL_MS + SETTLE_MS);
    write(options(2));
    pass();
    expect(events).toEqual(["base-index 2"]);
  });

  test("for good gives the defaults, until it comes again", () => {
    write(options(1));
    start();
    unlinkSync(path);
    pass();
    expect(events).toEqual(["base-index 0"]);
    write(options(4));
    pass();
    expect(events).toEqual(["base-index 0", "base-index 4"]);
  });

  test("with its folder is found when the folder is made later", async () => {
    rmSync(folder, { recursive: true });
    expect(start().config.options.baseIndex).toBe(0);
    mkdirSync(folder);
    write(options(7));
    pass();
    expect(events).toEqual(["base-index 7"]);
    // and that folder is watched from now on
    const idle = clock.timers;
    write(options(8));
    await waitUntil("a sign of it", () => clock.timers > idle);
    clock.advance(SETTLE_MS);
    expect(events).toEqual(["base-index 7", "base-index 8"]);
  });

  test("with its folder, which is replaced by another", () => {
    write(options(1));
    start();
    renameSync(folder, `${folder}.old`);
    mkdirSync(folder);
    write(options(2));
    pass();
    expect(events).toEqual(["base-index 2"]);
  });
});

test("many signs of change are one reload, and none delays it further", () => {
  write(options(1));
  start();
  for (let i = 2; i < 12; i++) {
    write(options(i));
    clock.advance(POLL_MS / 10);
  }
  clock.advance(SETTLE_MS);
  expect(events.length).toBeGreaterThan(0);
  pass();
  expect(events.at(-1)).toBe("base-index 11");
});

test("after its end nothing fires any more", () => {
  write(options(1));
  const ended = start();
  write(options(2));
  clock.advance(POLL_MS);
  ended.dispose();
  ended.reload();
  pass();
  expect(events).toEqual([]);
});
