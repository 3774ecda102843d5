import { expect, test } from "bun:test";
import { Clusters } from "../../../../src/terminal/xterm/clusters.ts";

test("graphemes grow by a code point, the first time and when they are remembered", () => {
  const clusters = new Clusters();
  for (let round = 0; round < 3; round++) {
    expect(clusters.grown(clusters.single(0x1f44d), 0x1f3fd)).toBe("👍🏽");
    expect(clusters.grown(clusters.grown("👨", 0x200d), 0x1f469)).toBe("👨\u200d👩");
  }
});

test("no matter how many there are", () => {
  const clusters = new Clusters();
  for (let code = 0x300; code < 0x4000; code++) {
    expect(clusters.grown(clusters.single(code), code + 1)).toBe(String.fromCodePoint(code, code + 1));
  }
});
