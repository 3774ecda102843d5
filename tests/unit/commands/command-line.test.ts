import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import {
  checkCommandLine, parseLine, parseTemplate, runCommands,
} from "../../../src/commands/command-line.ts";
import type { TuiContext } from "../../../src/commands/tui-context.ts";
import { rejection } from "../../support/thrown.ts";

describe("checkCommandLine", () => {
  test.each([
    "", "window new", "split --right ; pane select --last", "split-window -h -c \"#{pane_current_path}\"",
    "prompt --template 'window rename -- %%'", "confirm 'pane kill'", "confirm-before -p x 'kill-window ; new-window'",
    "prompt --template { confirm { window kill /%% } }", "detach --client 3",
  ])("%p is right", (line) => {
    expect(checkCommandLine(line)).toBeUndefined();
  });

  test.each([
    ["windw new", "there is no command 'windw'"],
    ["split ; windw", "there is no command 'windw'"],
    ["split --rigth", "'split' has no option --rigth"],
    ["send 'a", "a ' is missing in: send 'a"],
    ["confirm 'pane kil'", "'pane' has no command 'kil'"],
    ["confirm ''", "the command line is empty"],
    ["prompt --template 'windw %%'", "there is no command 'windw'"],
    ["config check", "'config' works in a shell only"],
    ["run-shell ls", "commands of fugue don't run shells"],
    [
      "confirm { confirm { confirm { confirm { confirm { confirm help } } } } }",
      "commands are nested too deeply: confirm help",
    ],
  ])("%p: %s", (line, message) => {
    expect(checkCommandLine(line)?.message).toBe(message);
  });
});

describe("a key of copy mode", () => {
  test.each([
    "begin-selection", "start-of-line ; begin-selection", "send-keys -X begin-selection",
    "send -N 3 -X scroll-up", "copy-pipe-and-cancel 'wl-copy'", "split --right", "new-window", "send-keys q",
  ])("%p is right", (line) => {
    expect(checkCommandLine(line, "copy-vi")).toBeUndefined();
    expect(checkCommandLine(line, "copy-emacs")).toBeUndefined();
  });

  test.each([
    ["begin-selecton", "copy mode has no command 'begin-selecton'"],
    ["send-keys -X frob", "copy mode has no command 'frob'"],
    ["copy-pipe 'cat", "a quote is not closed"],
    ["copy-selection ; new-window", "commands of copy mode and others don't go together"],
    ["split --rigth", "'split' has no option --rigth"],
  ])("%p: %s", (line, message) => {
    expect(checkCommandLine(line, "copy-vi")?.message).toBe(message);
  });

  test("is none of the others", () => {
    expect(checkCommandLine("begin-selection")?.message).toBe("there is no command 'begin-selection'");
  });
});

describe("parseTemplate", () => {
  const values = (template: string, answer: string) => parseTemplate(template, answer).map(
    ({ command, values }) => [command.name, values] as const
  );

  test("the answer is one word, whatever it holds", () => {
    expect(values("window rename -- %%", "a b; stop --yes")).toEqual([["window rename", { name: "a b; stop --yes" }]]);
    expect(values("window rename -- '%%'", "it's \"q\"")).toEqual([["window rename", { name: "it's \"q\"" }]]);
    expect(values("window rename -- %%", "-rf")).toEqual([["window rename", { name: "-rf" }]]);
  });

  test("the answer is put in literally, dollar signs included", () => {
    expect(values("window rename -- x%1", "$&$1")).toEqual([["window rename", { name: "x$&$1" }]]);
  });

  test("in a command line inside of the template it is one word as well", () => {
    const [[, { command }]] = values(
      "confirm 'window kill -t %%'", "1 ; stop --yes",
    ) as unknown as [[string, { command: string }]];
    expect(command).toBe("window kill -t '1 ; stop --yes'");
    expect(checkCommandLine(command)).toBeInstanceOf(FugueError);
  });

  test("an answer that does not fit is an error", () => {
    expect(() => parseTemplate("window select /%%", "no such")).toThrow("'/no such' is not a target");
  });
});

describe("runCommands", () => {
  function view() {
    const done: unknown[] = [];
    const ctx = {
      call: async (command: string, args: Record<string, unknown>) => {
        done.push([command, args]);
        if (command === "window kill") throw new FugueError("noTarget", "gone");
        return { windows: [{ id: 1 }] };
      },
      enterCopyMode: (options: unknown) => void done.push(["copy", options]),
      confirm: (question: string, line: string) => void done.push(["confirm", question, line]),
    } as unknown as TuiContext;
    return { ctx, done };
  }

  test("the view runs its own, the server the others, in their order", async () => {
    const { ctx, done } = view();
    const results = await runCommands(ctx, parseLine("copy-mode --up ; window new"));
    expect(done).toEqual(
      [["copy", { up: true, mouse: false }], ["window new", { detached: false, env: [], command: [] }]]
    );
    expect(results.map(({ command, result }) => [command.name, result])).toEqual(
      [["copy-mode", undefined], ["window new", { windows: [{ id: 1 }] }]]
    );
  });

  test("the first error ends the line", async () => {
    const { ctx, done } = view();
    expect((await rejection(runCommands(ctx, parseLine("window kill ; copy-mode")))).code).toBe("noTarget");
    expect(done).toHaveLength(1);
  });

  test("stop asks at the prompt", async () => {
    const { ctx, done } = view();
    await runCommands(ctx, parseLine("kill-server"));
    expect(done).toEqual([["confirm", "end all sessions and their programs? (y/n)", "stop --yes"]]);
    await runCommands(ctx, parseLine("stop --yes"));
    expect(done.at(-1)).toEqual(["stop", {}]);
  });
});
