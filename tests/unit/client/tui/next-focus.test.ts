import { describe, expect, test } from "bun:test";
import { nextFocus, showNextFocus } from "../../../../src/client/tui/next-focus.ts";
import type { View } from "../../../../src/protocol/messages.ts";

/** 1 is the left half; 2 and 3 lie one above the other on the right. */
const view = {
  focus: { window: 1, pane: 1 },
  leaves: [
    { pane: 1, x: 0, y: 0, cols: 40, rows: 24 }, { pane: 2, x: 41, y: 0, cols: 39, rows: 12 }, { pane: 3, x: 41, y: 13, cols: 39, rows: 11 },
  ],
  panes: [{ id: 1 }, { id: 2 }, { id: 3 }],
} as unknown as View;

describe("the next focus", () => {
  test("is the only pane on a side", () => {
    expect(nextFocus(view, 2, { left: true })).toBe(1);
    expect(nextFocus(view, 3, { left: true })).toBe(1);
    expect(nextFocus(view, 2, { down: true })).toBe(3);
    expect(nextFocus(view, 3, { up: true })).toBe(2);
  });

  test("is not guessed where several panes lie, at the window's edge, or where only the server remembers", () => {
    expect(nextFocus(view, 1, { right: true })).toBeUndefined();
    expect(nextFocus(view, 1, { left: true })).toBeUndefined();
    expect(nextFocus(view, 1, { last: true })).toBeUndefined();
    expect(nextFocus(view, 1, {})).toBeUndefined();
  });

  test("goes round in the order of the layout", () => {
    expect([1, 2, 3].map((pane) => nextFocus(view, pane, { next: true }))).toEqual([2, 3, 1]);
    expect([1, 2, 3].map((pane) => nextFocus(view, pane, { previous: true }))).toEqual([3, 1, 2]);
  });

  test("is a pane that is named and shown, and no other target", () => {
    expect(nextFocus(view, 1, { target: "%3" })).toBe(3);
    expect(nextFocus(view, 1, { target: "%9" })).toBeUndefined();
    expect(nextFocus(view, 1, { target: "%2", down: true })).toBeUndefined();
    expect(nextFocus(view, 1, { target: "work/1.0" })).toBeUndefined();
    expect(nextFocus(view, 1, { target: ["%3"] })).toBeUndefined();
  });

  test("of a zoomed pane is not guessed", () => {
    expect(nextFocus({ ...view, leaves: [view.leaves[0]!] }, 1, { next: true })).toBeUndefined();
  });
});

test("a guess is shown, and taken back unless something newer is shown", () => {
  const screen = { view: view as View | undefined, changed() {}, paintSoon() {} };
  const undo = showNextFocus(screen, { next: true })!;
  expect(screen.view!.focus).toEqual({ window: 1, pane: 2 });
  undo();
  expect(screen.view).toBe(view);
  const again = showNextFocus(screen, { next: true })!;
  const newer = { ...view };
  screen.view = newer;
  again();
  expect(screen.view).toBe(newer);
});
