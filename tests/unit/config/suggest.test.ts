import { expect, test } from "bun:test";
import { nearest } from "../../../src/base/names.ts";
import { suggestion } from "../../../src/config/suggest.ts";

const WORDS = ["mouse", "status", "status-left", "status-right", "base-index", "term"];

test.each([
  ["mosue", "mouse"],
  ["mous", "mouse"],
  ["mouuse", "mouse"],
  ["MOUSE", "mouse"],
  ["base_index", "base-index"],
  ["staus-left", "status-left"],
  ["tern", "term"],
])("%s means %s", (typed, meant) => {
  expect(nearest(typed, WORDS)).toBe(meant);
});

test.each(["", "xyz", "mountain", "x".repeat(50)])("%p means none of them", (typed) => {
  expect(nearest(typed, WORDS)).toBeUndefined();
});

test("a suggestion falls back to another hint", () => {
  expect(suggestion("trem", WORDS, "else")).toBe("did you mean 'term'?");
  expect(suggestion("quux", WORDS, "else")).toBe("else");
});
