import { describe, expect, test } from "bun:test";
import { EMACS_KEYS } from "../../../../src/client/copy/keys-emacs.ts";
import { FakeSource, Session, settled } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

function atTop(): Session {
  return new Session(new FakeSource(TEXT), { keys: "emacs", top: { line: 0, column: 0 } });
}

function place({ state, at }: Session): string {
  return `${at} ${state.view.top.line}.${state.view.top.row}`;
}

/** Keys in order, and where they lead from the very start: `line:cell top.row`. */
const MOTIONS: Record<string, [keys: string, place: string][]> = {
  "C-f": [["C-f", "0:1 0.0"], ["C-e C-f", "1:0 0.0"]],
  Right: [["Right", "0:1 0.0"]],
  "C-b": [["C-f C-f C-b", "0:1 0.0"], ["C-n C-b", "0:17 0.0"]],
  Left: [["Right Left", "0:0 0.0"]],
  "C-n": [["C-n", "1:0 0.0"]],
  Down: [["Down", "1:0 0.0"]],
  "C-p": [["C-n C-p", "0:0 0.0"]],
  Up: [["Down Up", "0:0 0.0"]],
  "C-a": [["C-e C-a", "0:0 0.0"]],
  Home: [["C-e Home", "0:0 0.0"]],
  "C-e": [["C-e", "0:17 0.0"]],
  End: [["End", "0:17 0.0"]],
  "M-m": [["M-3 C-n M-m", "3:2 0.0"]],
  "M-f": [["M-f", "0:5 0.0"], ["M-f M-f M-f", "0:11 0.0"], ["C-e M-f", "1:3 0.0"]],
  "M-b": [["C-e M-b", "0:12 0.0"], ["C-n M-b", "0:12 0.0"]],
  "C-v": [["C-v", "4:0 4.0"]],
  Space: [["Space", "4:0 4.0"]],
  PageDown: [["PageDown", "4:0 4.0"]],
  "M-v": [["C-v M-v", "0:0 0.0"]],
  PageUp: [["C-v PageUp", "0:0 0.0"]],
  "M-Down": [["M-Down", "3:0 3.0"]],
  "M-Up": [["M-Down M-Up", "0:0 0.0"]],
  "C-Down": [["C-Down", "1:0 1.0"]],
  "C-Up": [["C-v C-Up", "3:0 3.0"]],
  "C-l": [["M-5 C-n C-l", "4:20 3.0"]],
  "M-<": [["M-> M-<", "0:0 0.0"]],
  "M->": [["M->", "16:3 11.0"]],
  "M-R": [["C-n C-n C-f M-R", "0:0 0.0"]],
  "M-r": [["M-r", "2:0 0.0"]],
  "M-{": [["M-5 C-n M-{", "2:0 0.0"]],
  "M-}": [["M-}", "2:0 0.0"]],
  "M-C-f": [["C-n M-C-f", "1:3 0.0"], ["M-C-f", "0:5 0.0"], ["C-n M-3 C-f M-C-f", "1:17 0.0"]],
  "M-C-b": [["C-n M-1 8 C-f M-C-b", "1:3 0.0"], ["M-5 C-f M-C-b", "0:0 0.0"]],
  f: [["f a", "0:4 0.0"]],
  F: [["C-e F a", "0:16 0.0"]],
  t: [["t a", "0:3 0.0"]],
  T: [["C-e T a", "0:14 0.0"]],
  ";": [["f a ;", "0:9 0.0"]],
  ",": [["f a ; ,", "0:4 0.0"]],
  g: [["g 3 Enter", "8:0 8.0"]],
  X: [["M-3 C-f X M-> M-x", "0:3 0.0"]],
  // what is marked, and where they go then, is in prompts.test.ts
  "M-p": [["M-p", "0:0 0.0"]],
  "M-n": [["M-n", "0:0 0.0"]],
  "M-x": [["M-> M-x", "0:0 0.0"]],
};

/** Searches find the end of a match forward, its start backward, and move while one types. */
const SEARCHES: Record<string, [keys: string, place: string][]> = {
  "C-s": [
    ["C-s f o o", "1:3 0.0"], ["C-s f o o C-s", "5:3 2.0"], ["C-s f o o Enter", "1:3 0.0"],
    ["C-s f o o Escape", "0:0 0.0"], ["C-s f o x", "0:0 0.0"], ["C-s f o x Backspace", "1:2 0.0"],
    ["C-s f o o C-s C-r C-r", "1:0 0.0"],
  ],
  "C-r": [["C-r f o o", "15:0 10.0"], ["C-r f o o C-r", "5:4 2.0"], ["C-r f o o C-s", "15:3 10.0"]],
  n: [["C-s f o o Enter n", "5:3 2.0"]],
  N: [["C-s f o o Enter N", "1:0 0.0"]],
};

const COPIES: Record<string, [keys: string, text: string | undefined][]> = {
  "C-Space": [["C-Space M-4 C-f M-w", "alph"]],
  "M-w": [["C-Space C-n M-w", "alpha beta, gamma\n"], ["M-w", undefined]],
  "C-w": [["C-Space C-e C-w", "alpha beta, gamma"]],
  "C-k": [["M-6 C-f C-k", "beta, gamma"]],
  R: [["C-f R C-Space C-f C-f C-n M-w", "lp\noo"], ["M-4 C-f C-Space R C-n M-3 C-b M-w", "lpha\noo(b"]],
};

const OTHERS: Record<string, () => void> = {
  q: () => expect(atTop().keys("q").exits).toBe(1),
  Escape: () => expect(atTop().keys("Escape").exits).toBe(1),
  "C-c": () => expect(atTop().keys("C-c").exits).toBe(1),
  "C-g": () => {
    const session = atTop().keys("C-Space C-f C-g");
    expect([session.state.region, session.exits]).toEqual([undefined, 0]);
  },
  P: () => expect(atTop().keys("P").screen[0]).not.toContain("["),
  r: () => {
    const newer = new FakeSource([...TEXT, "seven"]);
    expect(new Session(new FakeSource(TEXT), { keys: "emacs", refresh: () => newer }).keys("r M->").at).toBe("17:5");
  },
};

describe("every key of emacs' table", () => {
  for (const [key, cases] of Object.entries(MOTIONS)) {
    test(`${key}: ${EMACS_KEYS[key]}`, () => {
      for (const [keys, expected] of cases) expect([keys, place(atTop().keys(keys))]).toEqual([keys, expected]);
    });
  }

  for (const [key, cases] of Object.entries(SEARCHES)) {
    test(`${key}: ${EMACS_KEYS[key]}`, async () => {
      for (const [keys, expected] of cases) {
        const session = atTop();
        for (const one of keys.split(" ")) {
          session.keys(one);
          await settled();
        }
        expect([keys, place(session)]).toEqual([keys, expected]);
      }
    });
  }

  for (const [key, cases] of Object.entries(COPIES)) {
    test(`${key}: ${EMACS_KEYS[key]}`, () => {
      for (const [keys, text] of cases) {
        const session = atTop().keys(keys);
        expect([keys, session.copied, session.exits]).toEqual([keys, text, 1]);
      }
    });
  }

  for (const [key, check] of Object.entries(OTHERS)) test(`${key}: ${EMACS_KEYS[key]}`, check);

  test("M-1 to M-9: a count, with digits after it", () => {
    for (let digit = 1; digit <= 9; digit++) expect(atTop().keys(`M-${digit} C-f`).at).toBe(`0:${digit}`);
    expect(atTop().keys("M-1 2 C-f").at).toBe("0:12");
  });

  test("nothing in the table was left out here", () => {
    const counts = [..."123456789"].map((digit) => `M-${digit}`);
    const tested = [MOTIONS, SEARCHES, COPIES, OTHERS].flatMap(Object.keys).concat(counts);
    expect(Object.keys(EMACS_KEYS).filter((key) => !tested.includes(key))).toEqual([]);
  });
});

test("a search that is typed faster than answers come ends where the last letter leads", async () => {
  const source = new FakeSource(TEXT);
  source.isHeld = true;
  const session = new Session(source, { keys: "emacs", top: { line: 0, column: 0 } }).keys("C-s f i v");
  expect(session.mode.promptText).toBe("(search down) fiv");
  await source.release();
  expect(session.at).toBe("15:7");
});

test("keys after an accepted search wait for its answer", async () => {
  const source = new FakeSource(TEXT);
  source.isHeld = true;
  const session = new Session(source, { keys: "emacs" }).keys("C-s f i v Enter C-a");
  expect(session.at).toBe("0:0");
  await source.release();
  expect(session.at).toBe("15:0");
});

test("C-s with nothing typed looks for what was looked for last", async () => {
  const session = atTop();
  for (const key of "C-s f i v Enter M-< C-s C-s".split(" ")) {
    session.keys(key);
    await settled();
  }
  expect([session.at, session.mode.promptText]).toEqual(["15:7", "(search down) fiv"]);
});
