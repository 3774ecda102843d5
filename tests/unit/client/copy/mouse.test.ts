import { describe, expect, test } from "bun:test";
import { MOD } from "../../../../src/base/keys.ts";
import { FakeSource, Session } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";
import type { CopyModeOptions } from "../../../../src/client/copy/options.ts";

function atTop(options: Partial<CopyModeOptions> = {}): Session {
  return new Session(new FakeSource(TEXT), { top: { line: 0, column: 0 }, ...options });
}

describe("dragging", () => {
  test("selects, copies and leaves", () => {
    const session = atTop().mouse("press", 6, 0).mouse("move", 8, 0).mouse("move", 9, 0);
    expect(session.screen[0]).toContain("alpha beta");
    expect(session.yanks).toHaveLength(0);
    session.mouse("release", 9, 0);
    expect([session.copied, session.exits]).toEqual(["beta", 1]);
  });

  test("goes backward and over lines", () => {
    expect(atTop().mouse("press", 2, 1).mouse("move", 6, 0).mouse("release", 6, 0).copied).toBe("beta, gamma\nfoo");
  });

  test("ends after the character before the pointer with emacs' keys", () => {
    const session = atTop({ keys: "emacs" }).mouse("press", 6, 0).mouse("move", 10, 0).mouse("release", 10, 0);
    expect(session.copied).toBe("beta");
  });

  test("leaves the selection alone if copying on release is off", () => {
    const session = atTop({ copyOnRelease: false }).mouse("press", 6, 0).mouse("move", 9, 0).mouse("release", 9, 0);
    expect([session.yanks.length, session.exits]).toEqual([0, 0]);
    expect(session.keys("j j y").copied).toBe("beta");
  });

  test("with Alt takes a rectangle", () => {
    const session = atTop().mouse("press", 1, 0, 0, MOD.alt).mouse("move", 3, 1, 0, MOD.alt).mouse("release", 3, 1);
    expect(session.copied).toBe("lph\noo(");
  });

  test("beside the text takes the nearest place", () => {
    expect(atTop().mouse("press", 15, 2).mouse("move", -3, -5).mouse("release", -3, -5).copied)
      .toBe("alpha beta, gamma\nfoo(bar[baz{x}y]z) f\n\n");
  });

  test("takes the half of a wide character for the whole", () => {
    expect(atTop().mouse("press", 7, 3).mouse("move", 9, 3).mouse("release", 9, 3).copied).toBe("日本");
  });

  test("held at the edge scrolls, until the end of the text", () => {
    const session = atTop().mouse("press", 0, 4).mouse("move", 0, 5);
    session.clock.advance(49);
    expect(session.state.view.top).toEqual({ line: 0, row: 0 });
    session.clock.advance(151);
    expect(session.state.view.top).toEqual({ line: 4, row: 0 });
    session.clock.advance(10_000);
    expect([session.state.view.atBottom, session.clock.pending]).toEqual([true, 0]);
    session.mouse("release", 0, 5);
    expect(session.copied?.split("\n").length).toBe(13);
  });

  test("stops scrolling when the pointer comes back or the button is let go", () => {
    const session = atTop({ copyOnRelease: false }).mouse("press", 0, 4).mouse("move", 0, 5).mouse("move", 0, 3);
    expect(session.clock.pending).toBe(0);
    session.mouse("move", 0, 5).mouse("release", 0, 5);
    expect(session.clock.pending).toBe(0);
  });
});

describe("clicks", () => {
  test("one moves the cursor and drops the selection", () => {
    const session = atTop().keys("Space l").mouse("press", 3, 1).mouse("release", 3, 1);
    expect([session.at, session.state.region, session.exits]).toEqual(["1:3", undefined, 0]);
  });

  test("two take a word, after there was time for a third", () => {
    const session = atTop().mouse("press", 7, 0).mouse("release", 7, 0).mouse("press", 7, 0).mouse("release", 7, 0);
    session.clock.advance(299);
    expect(session.exits).toBe(0);
    session.clock.advance(1);
    expect([session.copied, session.exits]).toEqual(["beta", 1]);
  });

  test("three take a line", () => {
    const session = atTop();
    for (let i = 0; i < 3; i++) session.mouse("press", 7, 4).mouse("release", 7, 4);
    session.clock.advance(300);
    expect([session.copied, session.exits]).toEqual([`${TEXT[4]}\n`, 1]);
  });

  test("too slow or elsewhere count anew", () => {
    const session = atTop().mouse("press", 7, 0).mouse("release", 7, 0);
    session.clock.advance(301);
    session.mouse("press", 7, 0).mouse("release", 7, 0).mouse("press", 8, 0).mouse("release", 8, 0);
    session.clock.advance(1000);
    expect([session.yanks.length, session.at]).toEqual([0, "0:8"]);
  });

  test("are not followed by a copy when a key comes", () => {
    const session = atTop().mouse("press", 7, 0).mouse("release", 7, 0).mouse("press", 7, 0).mouse("release", 7, 0);
    session.keys("l");
    session.clock.advance(1000);
    expect(session.exits).toBe(0);
  });

  test("leave no timer behind when copy mode ends", () => {
    const session = atTop().mouse("press", 7, 0).mouse("release", 7, 0).mouse("press", 7, 0).mouse("release", 7, 0);
    session.mode.dispose();
    expect(session.clock.pending).toBe(0);
  });
});

describe("the wheel", () => {
  test("scrolls by the lines it is set to", () => {
    const session = atTop().mouse("press", 0, 0, 5);
    expect(session.state.view.top).toEqual({ line: 3, row: 0 });
    expect(session.mouse("press", 0, 0, 4).state.view.top).toEqual({ line: 0, row: 0 });
    expect(atTop({ wheelLines: 5 }).mouse("press", 0, 0, 5).state.view.top).toEqual({ line: 4, row: 1 });
  });

  test("leaves at the bottom if copy mode was entered by it", () => {
    const session = new Session(new FakeSource(TEXT), { exitAtBottom: true, start: { line: 16, column: 0 } });
    session.mouse("press", 0, 0, 4).mouse("press", 0, 0, 4).mouse("press", 0, 0, 5);
    expect(session.exits).toBe(0);
    expect(session.mouse("press", 0, 0, 5).exits).toBe(1);
  });

  test("does not leave after another key, or if copy mode was entered by one", () => {
    const session = new Session(new FakeSource(TEXT), { exitAtBottom: true, start: { line: 16, column: 0 } });
    session.mouse("press", 0, 0, 4).keys("k").mouse("press", 0, 0, 5).mouse("press", 0, 0, 5);
    expect(session.exits).toBe(0);
    expect(atTop().mouse("press", 0, 0, 5).keys("G").mouse("press", 0, 0, 5).exits).toBe(0);
  });
});
