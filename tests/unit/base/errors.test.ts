import { expect, test } from "bun:test";
import {
  ERROR_CODES, FugueError, asFugueError, codeFromWire, systemCode, type ErrorCode,
} from "../../../src/base/errors.ts";

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

test("every code has a number of its own on the wire, and comes back from it", () => {
  expect(new Set(codes.map((code) => ERROR_CODES[code].wire)).size).toBe(codes.length);
  for (const code of codes) expect(codeFromWire(ERROR_CODES[code].wire)).toBe(code);
});

test("numbers on the wire never change", () => {
  const wire = Object.fromEntries(codes.map((code) => [code, ERROR_CODES[code].wire]));
  expect(wire).toMatchObject({
    failed: 1, usage: 2, noTarget: 3, noServer: 4, refused: 5, timeout: 6, interrupted: 7, protocol: 8, version: 9,
    tooLarge: 10,
    config: 11, system: 12, internal: 13, closed: 14,
  });
});

test("a number of a newer release is a plain failure", () => {
  for (const wire of [0, 99, -1, NaN]) expect(codeFromWire(wire)).toBe("failed");
});

test("exit statuses tell usage, missing targets, missing servers and refusals apart", () => {
  const status = (code: ErrorCode) => new FugueError(code, "x").exitStatus;
  expect([
    status("usage"), status("noTarget"), status("noServer"), status("refused"), status("timeout"),
  ]).toEqual([2, 3, 4, 5, 124]);
  expect(codes.every((code) => status(code) > 0 && status(code) < 256)).toBeTrue();
});

test("anything thrown becomes an error for people, and ours stay what they are", () => {
  const ours = new FugueError("usage", "no", "do this");
  expect(asFugueError(ours)).toBe(ours);
  const cause = new TypeError("boom");
  expect(asFugueError(cause)).toMatchObject({ code: "internal", message: "boom", cause });
  expect(asFugueError("text", "failed")).toMatchObject({ code: "failed", message: "text" });
  expect(asFugueError(undefined).message).toBe("undefined");
});

test("the code of a system error is found, and nothing else is taken for one", () => {
  expect(systemCode(Object.assign(new Error(), { code: "ENOENT" }))).toBe("ENOENT");
  for (const other of [new Error(), { code: 5 }, null, undefined, "ENOENT", 3])
    expect(systemCode(other)).toBeUndefined();
});
