import { describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { duplicate, ptsName, setWindowSize, terminalFlags, tryLock } from "../../../src/base/libc.ts";
import { tempFolder } from "../../support/temp-folder.ts";

describe("file descriptors", () => {
  test("are duplicated above the standard ones, and a bad one is refused", () => {
    using folder = tempFolder();
    const fd = openSync(join(folder.path, "f"), "w");
    const copy = duplicate(fd);
    expect(copy).toBeGreaterThanOrEqual(3);
    expect(copy).not.toBe(fd);
    closeSync(fd);
    closeSync(copy);
    expect(duplicate(99_999)).toBe(-1);
  });

  test("that are no terminals have no terminal's name, flags or size", () => {
    using folder = tempFolder();
    const fd = openSync(join(folder.path, "f"), "w");
    expect([ptsName(fd), terminalFlags(fd), setWindowSize(fd, 80, 24)]).toEqual([undefined, undefined, false]);
    closeSync(fd);
    expect(ptsName(99_999)).toBeUndefined();
  });
});

test("a lock is held by one open file at a time, and goes with it", () => {
  using folder = tempFolder();
  const path = join(folder.path, "lock");
  const first = openSync(path, "a+");
  const second = openSync(path, "a+");
  expect(tryLock(first)).toBeTrue();
  expect(tryLock(second)).toBeFalse();
  closeSync(first);
  expect(tryLock(second)).toBeTrue();
  closeSync(second);
});
