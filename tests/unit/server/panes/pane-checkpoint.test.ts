import { expect, test } from "bun:test";
import { decodePaneCheckpoint, encodePaneCheckpoint } from "../../../../src/server/panes/pane-checkpoint.ts";
import { codeThrownBy } from "../../../support/thrown.ts";

const emulator = Uint8Array.of(1, 2, 3);

test.each([undefined, new Uint8Array(), Uint8Array.of(9, 8)])("what is encoded comes back, marks %p", (marks) => {
  for (const swallowing of [true, false]) {
    const whole = { ordinal: 2 ** 40 + 3, swallowing, marks, emulator };
    expect(decodePaneCheckpoint(encodePaneCheckpoint(whole))).toEqual(whole);
  }
});

test("checkpoints of before there were marks are read", () => {
  const old = new Uint8Array(12);
  new DataView(old.buffer).setFloat64(0, 7, true);
  old.set(emulator, 9);
  expect(decodePaneCheckpoint(old)).toEqual({ ordinal: 7, swallowing: false, marks: undefined, emulator });
});

test("one that ends too early is refused", () => {
  const bytes = encodePaneCheckpoint({ ordinal: 1, swallowing: false, marks: Uint8Array.of(1, 2, 3), emulator });
  for (const length of [0, 8, 10, 12, 15]) {
    expect(codeThrownBy(() => decodePaneCheckpoint(bytes.subarray(0, length)))).toBe("protocol");
  }
});
