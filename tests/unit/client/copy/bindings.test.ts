import { describe, expect, test } from "bun:test";
import { parseKey } from "../../../../src/base/keys.ts";
import { COPY_ACTIONS, copyAction } from "../../../../src/client/copy/actions.ts";
import { COPY_COMMANDS, copyLineMistake, parseCopyLine } from "../../../../src/commands/copy-line.ts";
import { EMACS_KEYS } from "../../../../src/client/copy/keys-emacs.ts";
import { VI_KEYS } from "../../../../src/client/copy/keys-vi.ts";
import { FakeSource, Session } from "./copy-fixture.ts";
import { TEXT } from "./copy-text.ts";

/** The commands that tmux(1) lists for copy mode (version 3.3a). */
const TMUX_COMMANDS = `
  append-selection append-selection-and-cancel back-to-indentation begin-selection bottom-line cancel
  clear-selection copy-end-of-line copy-end-of-line-and-cancel copy-pipe-end-of-line copy-pipe-end-of-line-and-cancel
  copy-line copy-line-and-cancel copy-pipe-line copy-pipe-line-and-cancel copy-pipe copy-pipe-no-clear
  copy-pipe-and-cancel copy-selection copy-selection-no-clear copy-selection-and-cancel cursor-down
  cursor-down-and-cancel cursor-left cursor-right cursor-up end-of-line goto-line halfpage-down
  halfpage-down-and-cancel halfpage-up history-bottom history-top jump-again jump-backward jump-forward jump-reverse
  jump-to-backward jump-to-forward jump-to-mark middle-line next-matching-bracket next-paragraph next-space
  next-space-end next-word next-word-end other-end page-down page-down-and-cancel page-up pipe pipe-no-clear
  pipe-and-cancel previous-matching-bracket previous-paragraph previous-space previous-word rectangle-on rectangle-off
  rectangle-toggle refresh-from-pane scroll-down scroll-down-and-cancel scroll-up search-again search-backward
  search-backward-incremental search-backward-text search-forward search-forward-incremental search-forward-text
  search-reverse select-line select-word set-mark start-of-line stop-selection toggle-position top-line
`.trim().split(/\s+/);

/** Copy mode with one key bound. */
function bound(command: string | undefined, key = "Z"): Session {
  const bindings = [{ key: parseKey(key), command }];
  return new Session(new FakeSource(TEXT), { bindings, top: { line: 0, column: 0 } });
}

test("every command of tmux's copy mode is there", () => {
  expect(TMUX_COMMANDS.filter((name) => copyAction(name) === undefined)).toEqual([]);
  expect(copyAction("toString")).toBeUndefined();
});

test("the tables name nothing else, nor does the checker of the configuration", () => {
  const lines = [...Object.values(VI_KEYS), ...Object.values(EMACS_KEYS)];
  expect(lines.filter((line) => copyLineMistake(line, () => false))).toEqual([]);
  expect([...COPY_COMMANDS].sort()).toEqual(Object.keys(COPY_ACTIONS).sort());
});

test("every command can be called anywhere, with and without arguments", () => {
  for (const name of Object.keys(COPY_ACTIONS)) {
    for (const texts of [TEXT, [], ["日"]]) {
      for (const keys of ["vi", "emacs"] as const) {
        const bindings = [{ key: parseKey("Z"), command: name }, { key: parseKey("Q"), command: `${name} x` }];
        const session = new Session(new FakeSource(texts), { keys, bindings });
        session.keys("Z Escape Q Z Enter");
        expect(session.state.cursor.line).toBeGreaterThanOrEqual(0);
      }
    }
  }
});

describe("a user's binding", () => {
  test("replaces the default, by any of the names of a key", () => {
    expect(bound("end-of-line", "C-B").keys("C-b").at).toBe("0:17");
    expect(bound("cursor-down", "g").keys("G g").at).toBe("16:3");
    expect(bound("cursor-down", "g").keys("3 l g e").at).toBe("1:6");
  });

  test("can unbind a key", () => {
    expect(bound(undefined, "l").keys("l").at).toBe("0:0");
  });

  test("may be several commands, and tmux's way to write them", () => {
    expect(bound("start-of-line; cursor-down ; cursor-right").keys("5 l Z").at).toBe("1:1");
    expect(bound("send-keys -X cursor-down").keys("2 Z").at).toBe("2:0");
    expect(bound("send -N 3 -X cursor-right").keys("Z").at).toBe("0:3");
    expect(bound("send-keys -FX search-forward \"foo\"").keys("Z").mode.promptText).toBeUndefined();
  });

  test("asks for what it needs", () => {
    expect(bound("jump-to-forward").keys("Z").mode.promptText).toBe("(jump to forward) ");
    expect(bound("jump-to-forward ,").keys("Z").at).toBe("0:9");
    expect(bound("goto-line 3").keys("Z").state.view.top).toEqual({ line: 8, row: 0 });
  });

  test("of another command is handed on", () => {
    const session = bound("window new ; copy-selection");
    expect(session.keys("Z").commands).toEqual(["window new ; copy-selection"]);
  });

  test("that leaves at the bottom does so there only", () => {
    for (const name of ["scroll-down-and-cancel", "page-down-and-cancel", "halfpage-down-and-cancel"]) {
      const session = bound(name).keys("Z");
      expect([name, session.exits]).toEqual([name, 0]);
      expect(session.keys("G Z").exits).toBe(1);
    }
    expect(bound("cursor-down-and-cancel").keys("Z").exits).toBe(0);
    expect(bound("cursor-down-and-cancel").keys("G Z").exits).toBe(1);
  });

  test("that stops a selection leaves it where it is, until the other end is asked for", () => {
    const session = bound("stop-selection").keys("Space 4 l Z 2 j");
    expect(session.keys("y").copied).toBe("alpha");
    const resumed = bound("stop-selection").keys("Space 4 l Z 2 j o l");
    expect([resumed.at, resumed.keys("y").copied]).toEqual(["0:5", "alpha "]);
  });

  test("that selects a word takes the one before a blank", () => {
    expect(bound("select-word").keys("7 l Z y").copied).toBe("beta");
    expect(bound("select-word").keys("5 l Z y").copied).toBe("alpha");
    expect(bound("select-word").keys("1 0 l Z y").copied).toBe(",");
    expect(bound("select-word").keys("2 j Z y").copied).toBeUndefined();
  });

  test("that sets the rectangle does so whatever it was", () => {
    expect(bound("rectangle-on").keys("Z Z Space j l y").copied).toBe("al\nfo");
    expect(bound("rectangle-off").keys("v Z Space j y").copied).toBe("alpha beta, gamma\nf");
  });
});

describe("a command line", () => {
  test("is read by the shell's rules of quoting", () => {
    const line = `a 'b c' "d \\" e" f\\ g 'h'"i"`;
    expect(parseCopyLine(line)).toEqual([{ name: "a", args: ["b c", "d \" e", "f g", "hi"] }]);
    expect(parseCopyLine("a ';' ; b;c")).toEqual([
      { name: "a", args: [";"] }, { name: "b", args: [] }, { name: "c", args: [] },
    ]);
    expect(parseCopyLine(" ; ")).toEqual([]);
  });

  test("with an open quote or a bad count is refused", () => {
    expect(() => parseCopyLine("a 'b")).toThrow("quote");
    expect(() => parseCopyLine("a \\")).toThrow("quote");
    expect(() => parseCopyLine("send-keys -N x -X cursor-up")).toThrow("number");
  });
});
