import { describe, expect, test } from "bun:test";
import { formatTarget, parseTarget } from "../../../src/commands/target.ts";

describe("parseTarget", () => {
  test.each([
    ["work", { session: "work" }],
    ["work/2", { session: "work", window: "2" }],
    ["work/2.1", { session: "work", window: "2", pane: 1 }],
    ["/2.1", { window: "2", pane: 1 }],
    ["%12", { paneId: 12 }],
    [".1", { pane: 1 }],
    [".", {}],
    ["far:work/2.1", { server: "far", session: "work", window: "2", pane: 1 }],
    ["far:%3", { server: "far", paneId: 3 }],
    ["far:", { server: "far" }],
    ["far:.", { server: "far" }],
  ])("%p", (text, target) => {
    expect(parseTarget(text)).toEqual(target as never);
  });

  test.each(
    ["", ":", "a b", "%", "%x", "a/b/c", "a.1", "a/b.c", "a:b:c", "..", ".x", "x".repeat(2000)]
  )("%p is no target", (text) => {
    expect(() => parseTarget(text)).toThrow(/is not a target/);
  });

  test("tmux's way to write a pane is answered with ours", () => {
    expect(() => parseTarget("work:2.1")).toThrow(expect.objectContaining({ hint: "did you mean 'work/2.1'?" }));
    expect(() => parseTarget("local:2.1")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("SESSION") })
    );
  });
});

test.each(
  ["work", "work/2", "work/2.1", "/2", "%12", ".1", ".", "far:work/2.1", "far:%3"]
)("formatTarget writes %p as it was", (text) => {
  expect(formatTarget(parseTarget(text))).toBe(text);
});
