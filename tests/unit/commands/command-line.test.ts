import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import {
  checkCommandLine, commandLanguage, parseLine, parseTemplate, runCommands,
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

test("names are known if they mean something at a key", () => {
  expect(
    ["split", "split-window", "copy-mode", "neww"].map((name) => commandLanguage.knows(name))
  ).toEqual([true, true, true, true]);
  expect(
    ["doctor", "if-shell", "frob", ""].map((name) => commandLanguage.knows(name))
  ).toEqual([false, false, false, false]);
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
