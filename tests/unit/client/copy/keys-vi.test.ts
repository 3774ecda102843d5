import { describe, expect, test } from "bun:test";
import { VI_KEYS } from "../../../../src/client/copy/keys-vi.ts";
import { Session, FakeSource, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

/** Copy mode with the view at the top and the cursor at its left. */
function atTop(): Session {
  return new Session(new FakeSource(TEXT), { top: { line: 0, column: 0 } });
}

/** The cursor as `line:cell`, and the topmost row as `line.row`. */
function place({ state, at }: Session): string {
  return `${at} ${state.view.top.line}.${state.view.top.row}`;
}

/** Keys in order, and where they lead from the very start: `line:cell top.row`. */
const MOTIONS: Record<string, [keys: string, place: string][]> = {
  l: [["l", "0:1 0.0"], ["$ l", "1:0 0.0"], ["4 j l", "4:1 0.0"]],
  Right: [["Right Right", "0:2 0.0"]],
  h: [["3 l h", "0:2 0.0"], ["h", "0:0 0.0"], ["j h", "0:17 0.0"]],
  Left: [["2 l Left", "0:1 0.0"]],
  "C-h": [["2 l C-h", "0:1 0.0"]],
  Backspace: [["2 l Backspace", "0:1 0.0"]],
  j: [["j", "1:0 0.0"], ["9 l j", "1:9 0.0"], ["9 l 3 j", "3:7 0.0"], ["9 l 2 j j", "3:7 0.0"], ["6 j", "4:40 1.0"]],
  Down: [["Down", "1:0 0.0"]],
  k: [["2 j k", "1:0 0.0"], ["k", "0:0 0.0"], ["9 l 3 j k k", "1:9 0.0"]],
  Up: [["2 j Up", "1:0 0.0"]],
  "0": [["9 l 0", "0:0 0.0"], ["5 j 4 l 0", "4:0 0.0"]],
  Home: [["9 l Home", "0:0 0.0"]],
  "^": [["3 j ^", "3:2 0.0"], ["5 j 3 l ^", "4:0 0.0"]],
  $: [["$", "0:17 0.0"], ["$ j", "1:20 0.0"], ["$ 3 j", "3:15 0.0"], ["4 j $", "4:42 1.0"]],
  End: [["End", "0:17 0.0"]],
  w: [["w", "0:6 0.0"], ["2 w", "0:10 0.0"], ["3 w", "0:12 0.0"], ["4 w", "1:0 0.0"], ["3 j 3 w", "3:10 0.0"]],
  W: [["2 W", "0:12 0.0"], ["3 W", "1:0 0.0"], ["j W", "1:19 0.0"], ["j 2 W", "3:2 0.0"]],
  e: [["e", "0:4 0.0"], ["2 e", "0:9 0.0"], ["3 e", "0:10 0.0"], ["3 j 2 e", "3:8 0.0"], ["4 j 4 e", "4:13 0.0"]],
  E: [["2 E", "0:10 0.0"], ["j E", "1:17 0.0"]],
  b: [["3 w b", "0:10 0.0"], ["j b", "0:12 0.0"], ["b", "0:0 0.0"]],
  B: [["3 w B", "0:6 0.0"]],
  g: [["G g", "0:0 0.0"]],
  "g g": [["G g g", "0:0 0.0"]],
  "g e": [["3 w g e", "0:10 0.0"], ["j g e", "0:16 0.0"], ["G 2 g e", "15:7 11.0"]],
  "g _": [["g _", "0:16 0.0"], ["2 j g _", "2:0 0.0"], ["G g _", "16:2 11.0"]],
  G: [["G", "16:3 11.0"]],
  H: [["2 j 3 l H", "0:0 0.0"]],
  M: [["M", "2:0 0.0"]],
  L: [["L", "4:20 0.0"]],
  "C-d": [["C-d", "3:0 3.0"], ["G C-d", "16:3 11.0"]],
  "C-u": [["C-d C-u", "0:0 0.0"], ["2 j C-u", "0:0 0.0"]],
  "C-f": [["C-f", "4:0 4.0"]],
  PageDown: [["PageDown", "4:0 4.0"]],
  "C-b": [["C-f C-b", "0:0 0.0"], ["G C-b", "12:3 8.0"]],
  PageUp: [["C-f PageUp", "0:0 0.0"]],
  "C-e": [["C-e", "1:0 1.0"], ["G C-e", "16:3 11.0"]],
  J: [["J", "1:0 1.0"]],
  "C-Down": [["C-Down", "1:0 1.0"]],
  "C-y": [["2 C-e C-y", "1:0 1.0"], ["C-y", "0:0 0.0"]],
  K: [["2 C-e K", "1:0 1.0"]],
  "C-Up": [["2 C-e C-Up", "1:0 1.0"]],
  z: [["5 j z", "4:20 3.0"]],
  "{": [["5 j {", "2:0 0.0"], ["{", "0:0 0.0"]],
  "}": [["}", "2:0 0.0"], ["2 }", "6:0 3.0"], ["3 }", "16:3 11.0"]],
  "%": [
    ["j %", "1:17 0.0"], ["j 3 l %", "1:17 0.0"], ["j 1 7 l %", "1:3 0.0"], ["j 7 l %", "1:15 0.0"],
    ["2 } j %", "8:7 4.1"],
  ],
  "]": [["j 3 l ]", "1:17 0.0"]],
  "[": [["j 1 7 l [", "1:3 0.0"], ["j [", "1:0 0.0"]],
  f: [["f a", "0:4 0.0"], ["3 f a", "0:13 0.0"], ["9 f a", "0:16 0.0"], ["f Z", "0:0 0.0"], ["3 j f 語", "3:8 0.0"]],
  F: [["$ F a", "0:16 0.0"], ["$ 2 F a", "0:13 0.0"]],
  t: [["t a", "0:3 0.0"]],
  T: [["$ T a", "0:14 0.0"]],
  ";": [["f a ;", "0:9 0.0"], ["t a 2 ;", "0:12 0.0"], [";", "0:0 0.0"]],
  ",": [["3 f a ,", "0:9 0.0"], ["3 f a , ;", "0:13 0.0"]],
  ":": [[": 3 Enter", "8:0 8.0"], [": 0 Enter", "11:0 11.0"], [": 9 9 Enter", "0:0 0.0"], [": 3 Escape", "0:0 0.0"]],
  X: [["3 l X G M-x", "0:3 0.0"]],
  // what is marked, and where they go then, is in prompts.test.ts
  "M-p": [["M-p", "0:0 0.0"]],
  "M-n": [["M-n", "0:0 0.0"]],
  "M-x": [["3 l X G M-x M-x", "16:3 11.0"], ["G M-x", "0:0 0.0"]],
  o: [["3 l v Space 2 j o", "0:3 0.0"], ["Space 3 l o o", "0:3 0.0"], ["o", "0:0 0.0"]],
};

/** Searches, whose answers take a moment. */
const SEARCHES: Record<string, [keys: string, place: string][]> = {
  "/": [
    ["/ f o o Enter", "1:0 0.0"], ["/ F o o Enter", "5:4 2.0"], ["/ 語 a Enter", "9:8 4.2"],
    ["/ f . v Enter", "15:4 10.0"],
  ],
  "?": [["? f o o Enter", "15:0 10.0"], ["? f o o Escape", "0:0 0.0"]],
  n: [["/ f o o Enter n", "5:0 2.0"], ["/ f o o Enter 2 n", "5:4 2.0"], ["n", "0:0 0.0"]],
  N: [["/ f o o Enter N", "15:0 10.0"], ["? f o o Enter N", "1:0 0.0"]],
  "*": [["j *", "5:0 2.0"], ["2 j *", "2:0 0.0"]],
  "#": [["j #", "15:0 10.0"]],
};

/** Keys, and the text that they copy. */
const COPIES: Record<string, [keys: string, text: string | undefined][]> = {
  Space: [["Space 4 l Enter", "alpha"]],
  Enter: [["Space j Enter", "alpha beta, gamma\nf"], ["Enter", undefined]],
  "C-j": [["Space l C-j", "al"]],
  y: [["Space l y", "al"]],
  V: [
    ["j V y", "foo(bar[baz{x}y]z) f\n"], ["2 V y", "alpha beta, gamma\nfoo(bar[baz{x}y]z) f\n"],
    ["5 j V k y", `${TEXT[4]}\n`],
  ],
  v: [["l v Space 2 l j y", "lph\noo("]],
  "C-v": [["C-v Space j y", "a\nf"]],
  D: [["6 l D", "beta, gamma"], ["2 D", "alpha beta, gamma\nfoo(bar[baz{x}y]z) f"]],
};

describe("every key of vi's table", () => {
  for (const [key, cases] of Object.entries(MOTIONS)) {
    test(`${key}: ${VI_KEYS[key]}`, () => {
      for (const [keys, expected] of cases) expect([keys, place(atTop().keys(keys))]).toEqual([keys, expected]);
    });
  }

  for (const [key, cases] of Object.entries(SEARCHES)) {
    test(`${key}: ${VI_KEYS[key]}`, async () => {
      for (const [keys, expected] of cases) {
        const session = atTop().keys(keys);
        await settled();
        expect([keys, place(session)]).toEqual([keys, expected]);
      }
    });
  }

  for (const [key, cases] of Object.entries(COPIES)) {
    test(`${key}: ${VI_KEYS[key]}`, () => {
      for (const [keys, text] of cases) {
        const session = atTop().keys(keys);
        expect([keys, session.copied]).toEqual([keys, text]);
        expect(session.exits).toBe(1);
      }
    });
  }

  const OTHERS: Record<string, () => void> = {
    q: () => expect(atTop().keys("q").exits).toBe(1),
    i: () => expect(atTop().keys("i").exits).toBe(1),
    "C-c": () => expect(atTop().keys("C-c").exits).toBe(1),
    Escape: () => {
      const session = atTop().keys("Space l");
      expect(session.state.region).toBeDefined();
      expect(session.keys("Escape").state.region).toBeUndefined();
      expect(session.exits).toBe(0);
    },
    A: () => {
      const session = atTop().keys("Space l A");
      expect(session.yanks).toEqual([{ text: "al", target: "clipboard", details: { append: true } }]);
      expect(session.exits).toBe(1);
    },
    P: () => {
      const session = atTop();
      expect(session.screen[0]).toContain("[11/11]");
      expect(session.keys("P").screen[0]).not.toContain("[");
    },
    r: () => {
      const newer = new FakeSource([...TEXT, "seven"]);
      const session = new Session(new FakeSource(TEXT), { refresh: () => newer });
      expect(session.keys("r G").at).toBe("17:5");
    },
  };
  for (const [key, check] of Object.entries(OTHERS)) test(`${key}: ${VI_KEYS[key]}`, check);

  test("1 to 9: a count before the next key, with 0 as its digit", () => {
    expect(atTop().keys("1 0 l").at).toBe("0:10");
    for (let digit = 1; digit <= 9; digit++) expect(atTop().keys(`${digit} l`).at).toBe(`0:${digit}`);
    const session = atTop().keys("1 2");
    expect(session.mode.promptText).toBe("(repeat) 12");
    expect(session.keys("Backspace l").at).toBe("0:1");
    expect(atTop().keys("3 Escape l").at).toBe("0:1");
  });

  test("nothing in the table was left out here", () => {
    const tested = [MOTIONS, SEARCHES, COPIES, OTHERS].flatMap(Object.keys).concat([..."123456789"]);
    expect(Object.keys(VI_KEYS).filter((key) => !tested.includes(key))).toEqual([]);
  });
});

test("a key that follows g for itself does what it does alone", () => {
  expect(atTop().keys("G g w").at).toBe("0:6");
  expect(atTop().keys("G g Escape e").at).toBe("0:4");
});

test("text typed in a burst is keys", () => {
  expect(atTop().type("3l2j0").at).toBe("2:0");
});
