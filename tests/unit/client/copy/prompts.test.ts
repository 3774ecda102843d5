import { expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import { FakeSource, Session } from "./copy-fixture.ts";

const TEXT = ["$ ls", "a", "b", "$ date", "Monday", "$"];

function session(keys: "vi" | "emacs", marked = true): Session {
  const source = new FakeSource(TEXT, 100);
  if (marked) Object.assign(source, { prompts: [100, 103, 105], outputs: [101, 104] });
  return new Session(source, { keys, start: { line: 105, column: 1 } });
}

test.each(["vi", "emacs"] as const)("M-p and M-n go from prompt to prompt with keys of %s", (keys) => {
  const s = session(keys);
  const at = (...names: string[]) => s.keys(...names).at;
  expect([at("M-p"), at("M-p"), at("M-p"), at("M-n"), at("M-n M-n")]).toEqual([
    "103:0", "100:0", "100:0", "103:0", "105:0",
  ]);
  expect(s.messages).toEqual([]);
});

test("a count goes over several, and -o goes to where an output begins", () => {
  expect(session("vi").keys("2", "M-p").at).toBe("100:0");
  const source = Object.assign(new FakeSource(TEXT, 100), { prompts: [100, 103, 105], outputs: [101, 104] });
  const bindings = [
    { key: parseKey("O"), command: "previous-prompt -o" }, { key: parseKey("o"), command: "next-prompt -o" },
  ];
  const s = new Session(source, { start: { line: 105, column: 0 }, bindings });
  expect([s.keys("O").at, s.keys("O").at, s.keys("o").at]).toEqual(["104:0", "101:0", "104:0"]);
});

test("without marks the person is told why nothing happens", () => {
  const s = session("vi", false);
  expect(s.keys("M-p").at).toBe("105:1");
  expect(s.messages).toEqual(["the shell marks no prompts (OSC 133)"]);
});
