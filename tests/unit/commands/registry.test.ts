import { describe, expect, test } from "bun:test";
import { GLOBAL_ARGS } from "../../../src/cli/globals.ts";
import type { Arg } from "../../../src/commands/command.ts";
import { findCommand } from "../../../src/commands/find-command.ts";
import { optionArgs, positionalArgs } from "../../../src/commands/parse.ts";
import { commandAt, COMMANDS, commandsAt, lookup } from "../../../src/commands/registry.ts";
import { isFullTmuxName, TMUX_RULES } from "../../../src/commands/tmux-names.ts";
import { thrownBy } from "../../support/thrown.ts";

/** The verbs that summaries begin with: a new one is added here once somebody has read it. */
const VERBS = new Set([
  "Allow", "Refuse", "Add", "Arrange", "Ask", "Change", "Check", "Choose", "Copy", "Create", "Detach", "Divide", "End", "Enter", "Exchange",
  "Fetch",
  "Find", "Forget", "Join", "Let", "List", "Look", "Mark", "Move", "Name", "Paste", "Print", "Put", "Read", "Run", "Send",
  "Show",
  "Start", "Suspend", "Try", "Type", "Wait", "Write", "Draw", "Give", "Say", "Remove", "Replace", "Have",
]);

const entries = COMMANDS.map((command) => [`${command.runs} ${command.name}`, command] as const);
const args = COMMANDS.flatMap((command) => Object.entries(command.args).map(
  ([name, arg]) => [`${command.name} ${name}`, name, arg as Arg] as const
));

describe("every entry", () => {
  test("has a name that stands once for each place that runs it", () => {
    const names = entries.map(([name]) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("has a name of one or two words, and no group is a command as well", () => {
    expect(entries.filter(([, { name }]) => !/^[a-z]+(-[a-z]+)*( [a-z]+(-[a-z]+)*)?$/.test(name))).toEqual([]);
    const groups = new Set(COMMANDS.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0]));
    expect(COMMANDS.filter(({ name }) => groups.has(name)).map(({ name }) => name)).toEqual([]);
  });

  test("has a summary that begins with a verb, on one line, without a full stop", () => {
    expect(entries.filter(
      ([, { summary }]) => !VERBS.has(summary.split(" ")[0]!)
    ).map(([name, { summary }]) => [name, summary])).toEqual([]);
    expect(
      entries.filter(([, { summary }]) => /\.$|\n/.test(summary) || summary.length > 70).map(([name]) => name)
    ).toEqual([]);
  });

  test("describes the fields of its result below one noun", () => {
    const nouns = entries.map(
      ([name, { result }]) => [name, new Set(Object.keys(result ?? {}).map((field) => field.split("[]")[0]))] as const
    );
    expect(nouns.filter(([, found]) => found.size > 1)).toEqual([]);
    const fields = entries.flatMap(
      ([name, { result }]) => Object.entries(result ?? {}).map(([field, meaning]) => [name, field, meaning] as const)
    );
    const wellFormed = /^[a-z]+\[\](\.[a-zA-Z]+(\[\])?)+$/;
    const typed = /^(string|integer|number|boolean|object|array of strings)( or null)?: ./;
    expect(fields.filter(([, field, meaning]) => !wellFormed.test(field) || !typed.test(meaning))).toEqual([]);
  });

  test("has a result if a shell can give it and the daemon runs it, unless there is nothing to say", () => {
    const silent = commandsAt("shell").filter(
      (command) => command.runs === "server" && command.result === undefined
    ).map(({ name }) => name);
    expect(silent).toEqual([
      "session next", "session previous", "session last", "window next", "window previous", "window last",
      "window rotate", "message",
    ]);
  });

  test("tells agents only about commands of a server", () => {
    expect(entries.filter(([, { mcp, runs }]) => mcp && runs !== "server").map(([name]) => name)).toEqual([]);
  });

  test("names only commands of tmux that are translated", () => {
    const named = COMMANDS.flatMap(({ tmux }) => tmux ?? []);
    expect(named.filter((name) => !isFullTmuxName(name))).toEqual([]);
  });
});

describe("every argument", () => {
  test("has a name of lower-case words and a help without a full stop", () => {
    expect(args.filter(
      ([, name, { help }]) => !/^[a-z]+(-[a-z]+)*$/.test(name) || help === "" || /\.$|\n/.test(help)
    ).map(([name]) => name)).toEqual([]);
  });

  test("that is an option does not take a global one's name or letter", () => {
    const taken = new Set(
      Object.entries(GLOBAL_ARGS).flatMap(([name, arg]) => [name, ...("short" in arg ? [arg.short] : [])])
    );
    // behind a command that has an -a of its own, that one is meant: tmux's letters stay what they are
    taken.delete("a");
    const clashes = COMMANDS.flatMap((command) => optionArgs(command)
      .filter(([name, { short }]) => taken.has(name as never) || (short !== undefined && taken.has(short as never)))
      .map(([name]) => `${command.name} ${name}`));
    expect(clashes).toEqual([]);
  });

  test("has a letter that no other option of its command has, and -t means a target only", () => {
    for (const command of COMMANDS) {
      const letters = optionArgs(command).flatMap(([, { short }]) => short ?? []);
      expect(letters.filter((letter, i) => letters.indexOf(letter) !== i), command.name).toEqual([]);
      for (const [, arg] of optionArgs(command)) if (arg.short === "t") expect(arg.type, command.name).toBe("target");
    }
  });

  test("that is a choice has choices; that is required is not behind an optional position", () => {
    expect(
      args.filter(([, , arg]) => (arg.type === "choice") !== (arg.choices !== undefined)).map(([name]) => name)
    ).toEqual([]);
    for (const command of COMMANDS) {
      const required = positionalArgs(command).map(([, arg]) => arg.required === true);
      expect(
        required.indexOf(false) < 0 || !required.slice(required.indexOf(false)).includes(true), command.name,
      ).toBe(true);
      const repeated = positionalArgs(command).map(([, arg]) => arg.repeat === true);
      expect(repeated.slice(0, -1).includes(true), command.name).toBe(false);
    }
  });
});

describe("finding a command", () => {
  test("a shell prefers what the executable does itself, the prompt what the view does", () => {
    expect(commandAt("new", "shell")!.runs).toBe("cli");
    expect(commandAt("new", "prompt")!.runs).toBe("server");
    expect(commandAt("detach", "prompt")!.runs).toBe("tui");
    expect(commandAt("detach", "shell")!.runs).toBe("server");
    expect(lookup("new")!.runs).toBe("server");
    expect(lookup("copy-mode")).toBeUndefined();
  });

  test.each<[string[], "shell" | "prompt", string, string]>([
    [["wnidow", "new"], "shell", "there is no command 'wnidow'", "did you mean 'window'?"],
    [["window", "nwe"], "shell", "'window' has no command 'nwe'", "did you mean 'new'?"],
    [["window"], "shell", "'window' needs a command", "one of: new, select"],
    [["window", "--help-me"], "shell", "'window' needs a command", "one of: new, select"],
    [["xyzzy"], "shell", "there is no command 'xyzzy'", "see: fugue --help"],
    [["copy-mode"], "shell", "'copy-mode' works at a key or the prompt inside of fugue only", "see: fugue keys"],
    [["doctor"], "prompt", "'doctor' works in a shell only", "in a shell: fugue doctor"],
    [["config", "check"], "prompt", "'config' works in a shell only", "in a shell: fugue config"],
  ])("%p at the %s", (words, place, message, hint) => {
    const error = thrownBy(() => findCommand(words, place));
    expect(error.message).toBe(message);
    expect(error.hint).toContain(hint);
    expect(error.code).toBe("usage");
  });
});

test("rules for tmux's commands have aliases of their own", () => {
  const aliases = [...TMUX_RULES.values()].flatMap(({ alias }) => alias ?? []);
  expect(aliases.filter((alias, i) => aliases.indexOf(alias) !== i || TMUX_RULES.has(alias))).toEqual([]);
});
