/** Finding the master of a terminal that was just opened, among those that come and go meanwhile. */
import { expect, test } from "bun:test";
import { masterAmong } from "../../../src/keeper/program.ts";

const master = (fd: number, number: number) => ({ fd, name: `/dev/pts/${number}` });

test("a program that runs is found by the name of its terminal", () => {
  expect(masterAmong([master(9, 1), master(12, 2)], [master(9, 1)], "/dev/pts/2")).toBe(12);
  expect(masterAmong([master(9, 1)], [master(9, 1)], "/dev/pts/3")).toBeUndefined();
});

test("of a program that has ended it is the one that was not open before", () => {
  expect(masterAmong([master(9, 1), master(12, 2)], [master(9, 1)], undefined)).toBe(12);
  // the number was another terminal's, or the name was
  expect(masterAmong([master(9, 2)], [master(9, 1)], undefined)).toBe(9);
  expect(masterAmong([master(12, 1)], [master(9, 1)], undefined)).toBe(12);
});

test("a terminal of which one of two descriptors was closed meanwhile is not taken for the new one", () => {
  const before = [master(9, 1), master(15, 1)];
  expect(masterAmong([master(9, 1), master(16, 2)], before, undefined)).toBe(16);
});
