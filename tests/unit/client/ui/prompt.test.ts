import { describe, expect, test } from "bun:test";
import { QUIET_MS, RequestPrompt } from "../../../../src/client/ui/request-prompt.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";
import type { Complete } from "../../../../src/client/ui/completion.ts";
import { LineHistory } from "../../../../src/client/ui/line-history.ts";
import {
  CommandPrompt, ConfirmPrompt, fillTemplate, type CommandPromptOptions,
} from "../../../../src/client/ui/prompt.ts";
import { paletteColor, PLAIN } from "../../../../src/terminal/grid.ts";
import { gridRows, isAligned, keys, mouse, paste, rowsOf, TestHost, type } from "./harness.ts";

const LOOK = { style: { ...PLAIN, fg: paletteColor(0), bg: paletteColor(3) }, position: "bottom" } as const;

function open(options: Partial<CommandPromptOptions> = {}) {
  const host = new TestHost();
  const done: string[] = [];
  const prompt = new CommandPrompt(host, {
    ...LOOK,
    accept: (commandLine) => done.push(`${host.closes}:${commandLine}`),
    cancel: () => done.push(`${host.closes}:cancel`),
    ...options,
  });
  host.overlay = prompt;
  prompt.place(40, 10);
  return { prompt, host, done };
}

const WORDS = ["kill-pane", "kill-server", "kill-session", "new-window"];
const complete: Complete = (text, cursor) => {
  const from = text.lastIndexOf(" ", cursor - 1) + 1;
  return { from, candidates: WORDS.filter((word) => word.startsWith(text.slice(from, cursor))) };
};

describe("the command prompt", () => {
  test("lies on the status line and shows label, text and cursor", () => {
    const { prompt } = open({ label: "(rename) ", text: "漢字" });
    expect(prompt.place(40, 10)).toEqual({ x: 0, y: 9, cols: 40, rows: 1 });
    expect(gridRows(prompt.draw())).toEqual(["(rename) 漢字"]);
    expect(isAligned(prompt.draw())).toBe(true);
    expect(prompt.cursor()).toEqual({ x: 13, y: 0 });
    expect(prompt.draw().styleAt(39, 0).bg).toBe(paletteColor(3));
    expect(open({ position: "top" }).prompt.place(40, 10).y).toBe(0);
  });

  test("gives the command line after it has closed, and remembers it", () => {
    const history = new LineHistory();
    const { prompt, host, done } = open({ history });
    type(prompt, "new-window");
    keys(prompt, "Enter");
    expect(done).toEqual(["1:new-window"]);
    expect(host.closes).toBe(1);
    expect(history.all()).toEqual(["new-window"]);
    type(prompt, "x");
    keys(prompt, "Enter");
    expect(done.length).toBe(1);
    const again = open({ history });
    keys(again.prompt, "Up", "Enter");
    expect(again.done).toEqual(["1:new-window"]);
  });

  test("Esc and an empty line cancel", () => {
    for (const key of ["Escape", "C-c", "Enter"]) {
      const { prompt, done } = open();
      keys(prompt, key);
      expect(done).toEqual(["1:cancel"]);
    }
  });

  test("puts the answer into a template, an empty one too", () => {
    const one = open({ template: "rename-window '%%'", text: "old" });
    keys(one.prompt, "C-u");
    type(one.prompt, "new");
    keys(one.prompt, "Enter");
    expect(one.done).toEqual(["1:rename-window 'new'"]);
    const empty = open({ template: "find-window %%" });
    keys(empty.prompt, "Enter");
    expect(empty.done).toEqual(["1:find-window "]);
  });

  test("scrolls in a narrow terminal", () => {
    const { prompt } = open({ label: "漢字漢字: ", text: "0123456789" });
    prompt.place(12, 3);
    expect(gridRows(prompt.draw())).toEqual(["漢字…456789"]);
    expect(prompt.cursor()).toEqual({ x: 11, y: 0 });
    for (let cols = 1; cols < 12; cols++) {
      prompt.place(cols, 1);
      expect(prompt.draw().cols).toBe(cols);
      expect(prompt.cursor().x).toBeLessThan(cols);
    }
  });

  test("a paste is typed, never accepted", () => {
    const { prompt, done } = open();
    prompt.input(paste("kill-server\nnew-window\n"));
    expect(done).toEqual([]);
    expect(gridRows(prompt.draw())).toEqual([":kill-server new-window"]);
  });
});

describe("completion", () => {
  test("of one candidate puts it in with a blank", () => {
    const { prompt } = open({ complete });
    type(prompt, "ne");
    keys(prompt, "Tab");
    expect(rowsOf(prompt, 40, 10)).toEqual([":new-window"]);
    expect(prompt.cursor()).toEqual({ x: 12, y: 0 });
  });

  test("of several puts in what they share and lists them; Tab goes through the list", () => {
    const { prompt, done } = open({ complete });
    type(prompt, "k");
    keys(prompt, "Tab");
    expect(rowsOf(prompt, 40, 10)).toEqual([" kill-pane", " kill-server", " kill-session", ":kill-"]);
    expect(prompt.place(40, 10)).toEqual({ x: 0, y: 6, cols: 40, rows: 4 });
    expect(prompt.cursor()).toEqual({ x: 6, y: 3 });
    keys(prompt, "Tab", "Tab");
    expect(rowsOf(prompt, 40, 10)[3]).toBe(":kill-server");
    expect(prompt.draw().styleAt(0, 1).bg).toBe(paletteColor(0));
    keys(prompt, "S-Tab", "S-Tab");
    expect(rowsOf(prompt, 40, 10)[3]).toBe(":kill-session");
    keys(prompt, "Down");
    expect(rowsOf(prompt, 40, 10)[3]).toBe(":kill-pane");
    type(prompt, " now");
    expect(rowsOf(prompt, 40, 10)).toEqual([":kill-pane now"]);
    keys(prompt, "Enter");
    expect(done).toEqual(["1:kill-pane now"]);
  });

  test("in the middle of a line leaves what follows", () => {
    const { prompt } = open({ complete, text: "ne -n x" });
    keys(prompt, "Home", "Right", "Right", "Tab");
    expect(rowsOf(prompt, 40, 10)).toEqual([":new-window -n x"]);
  });

  test("Esc closes the list first", () => {
    const { prompt, done } = open({ complete });
    keys(prompt, "Tab", "Escape");
    expect([rowsOf(prompt, 40, 10).length, done]).toEqual([1, []]);
    keys(prompt, "Escape");
    expect(done).toEqual(["1:cancel"]);
  });

  test("a press takes a candidate", () => {
    const { prompt } = open({ complete });
    keys(prompt, "Tab");
    rowsOf(prompt, 40, 10);
    mouse(prompt, 3, 3);
    expect(rowsOf(prompt, 40, 10)).toEqual([":new-window"]);
  });

  test("long lists scroll with the choice, and show what help there is", () => {
    const word = (i: number): string => `word-${String(i).padStart(2, "0")}`;
    const many = Array.from({ length: 30 }, (_, i) => ({ text: word(i), help: `help ${i}` }));
    const { prompt } = open({ complete: () => ({ from: 0, candidates: many }) });
    keys(prompt, "Tab");
    expect(rowsOf(prompt, 60, 10).length).toBe(9);
    for (let i = 0; i < 12; i++) keys(prompt, "Tab");
    expect(rowsOf(prompt, 60, 10)[7]).toBe(" word-11                help 11");
    expect(rowsOf(prompt, 60, 3).length).toBe(3);
    expect(rowsOf(prompt, 60, 1).length).toBe(1);
  });

  test("of nothing changes nothing", () => {
    const { prompt } = open({ complete });
    type(prompt, "zzz");
    keys(prompt, "Tab");
    expect(rowsOf(prompt, 40, 10)).toEqual([":zzz"]);
  });
});

describe("templates", () => {
  test("take the answer where tmux would", () => {
    expect(fillTemplate("a %% b %% %1", "x")).toBe("a x b %% x");
    expect(fillTemplate("run \"%%%\"", "a\"b$c;d~e\\f")).toBe("run \"a\\\"b\\$c\\;d\\~e\\\\f\"");
    expect(fillTemplate("%%", "$& %1")).toBe("$& %1");
  });
});

describe("the question of a program", () => {
  const ask = (question: string) => {
    const clock = new VirtualClock();
    const host = new TestHost();
    const answers: boolean[] = [];
    const prompt = new RequestPrompt(host, { ...LOOK, clock, question, answer: (yes) => answers.push(yes) });
    host.overlay = prompt;
    const press = (key: string, ms = QUIET_MS) => {
      clock.advance(ms);
      keys(prompt, key);
    };
    return { prompt, host, answers, press };
  };

  test("is shown as a whole, or can't be allowed", () => {
    const { prompt, answers, press } = ask(`run ${"x".repeat(100)} end`);
    expect(rowsOf(prompt, 40, 10).join("").replace(/ /g, "")).toBe(`run${"x".repeat(100)}end(y/n)`);
    expect(rowsOf(prompt, 40, 3).join("\n")).toContain("too long");
    press("y");
    expect(answers).toEqual([]);
    press("n");
    expect(answers).toEqual([false]);
  });

  test("is answered by a key that comes after a moment without any", () => {
    const { answers, press, host } = ask("run x");
    press("y", QUIET_MS - 1);
    press("y", QUIET_MS - 1);
    expect([answers, host.closes]).toEqual([[], 0]);
    press("y");
    press("y");
    expect([answers, host.closes]).toEqual([[true], 1]);
  });
});

describe("the question", () => {
  const ask = () => {
    const host = new TestHost();
    const answers: boolean[] = [];
    const question = "kill session 漢字?";
    const prompt = new ConfirmPrompt(host, { ...LOOK, question, answer: (yes) => answers.push(yes) });
    host.overlay = prompt;
    return { prompt, host, answers };
  };

  test("shows what it asks, and how", () => {
    const { prompt } = ask();
    expect(rowsOf(prompt, 40, 10)).toEqual(["kill session 漢字? (y/n)"]);
    expect(prompt.cursor()).toEqual({ x: 25, y: 0 });
    expect(rowsOf(prompt, 18, 10)).toEqual(["kill sess… (y/n)"]);
  });

  test("y is yes, any other key no", () => {
    const wanted = { y: true, Y: true, n: false, Enter: false, Escape: false, "C-y": false, Up: false };
    for (const [key, want] of Object.entries(wanted)) {
      const { prompt, answers, host } = ask();
      keys(prompt, key);
      keys(prompt, "y");
      expect([key, answers, host.closes]).toEqual([key, [want], 1]);
    }
  });

  test("pastes, the mouse and modifiers are no answer", () => {
    const { prompt, answers } = ask();
    prompt.input(paste("y"));
    mouse(prompt, 3, 0);
    prompt.input({ kind: "key", key: { name: "LeftShift", mods: 1 } });
    prompt.input({ kind: "key", key: { name: "y", mods: 0 }, event: 3 });
    prompt.input({ kind: "focus", focused: false });
    expect(answers).toEqual([]);
  });
});
