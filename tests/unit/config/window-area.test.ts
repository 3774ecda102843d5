import { expect, test } from "bun:test";
import { defaultOptions } from "../../../src/config/options.ts";
import { showsPaneStatus, showsStatus, windowRows } from "../../../src/config/window-area.ts";

test("a window has the rows that no line of the view's own takes, and always one", () => {
  const options = defaultOptions();
  expect([24, 2, 1].map((rows) => windowRows(options, rows))).toEqual([23, 1, 1]);
  expect([24, 1].map((rows) => windowRows({ ...options, status: false }, rows))).toEqual([24, 1]);
  const titled = { ...options, paneBorderStatus: "top" } as const;
  expect([24, 4, 3, 2, 1].map((rows) => windowRows(titled, rows))).toEqual([22, 2, 2, 1, 1]);
  expect([showsStatus(options, 2), showsStatus(options, 1), showsPaneStatus(titled, 4), showsPaneStatus(titled, 3)]).toEqual([true, false, true, false]);
});
