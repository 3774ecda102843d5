import { expect, test } from "bun:test";
import { formatDuration, parseDuration } from "../../../src/base/duration.ts";
import { thrownBy } from "../../support/thrown.ts";

test.each([
  ["0s", 0], ["250ms", 250], ["10s", 10_000], ["5m", 300_000], ["8h", 28_800_000], ["2d", 172_800_000], [
    "1h30m", 5_400_000,
  ],
  ["1.5s", 1500], ["0.25ms", 0.25], ["365d", 31_536_000_000], ["1d2h3m4s5ms", 93_784_005],
])("%s is a duration", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  "", "5", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "5S", "1e3s", "5sec", "5s,5m", "0x5s", ".5s", "5.s", "five", "1..5s",
  "٥s", "366d", `${"9".repeat(400)}s`,
])(
  "%j is no duration, and the error says what to write",
  (text) => {
    const error = thrownBy(() => parseDuration(text));
    expect(error.code).toBe("usage");
    expect(error.message.length).toBeLessThan(600);
  },
);

test.each([
  [0, "0ms"], [0.4, "0ms"], [320, "320ms"], [
    999.4, "999ms",
  ], [999.6, "999ms"], [1000, "1s"], [4999, "4s"], [59_999, "59s"], [60_000, "1m"], [3_599_999, "59m"],
  [3_600_000, "1h"], [86_399_999, "23h"], [86_400_000, "1d"], [31_536_000_000, "365d"],
])("%d ms are shown as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
