import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findShell, paneEnvironment, programOf, usableFolder } from "../../../../src/server/panes/environment.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const OWN = {
  pane: 7, home: "/h", socket: "/h/fugue.sock", term: "xterm-256color", shell: "/bin/sh", release: "0.1.0",
};

describe("the environment of a pane", () => {
  test("is the daemon's, with what programs look for", () => {
    const env = paneEnvironment({ PATH: "/bin", LANG: "C", NOTHING: undefined }, OWN);
    expect(env).toMatchObject({
      PATH: "/bin", LANG: "C", TERM: "xterm-256color", COLORTERM: "truecolor", TERM_PROGRAM: "fugue",
      TERM_PROGRAM_VERSION: "0.1.0", SHELL: "/bin/sh",
      FUGUE_SOCKET: "/h/fugue.sock", FUGUE_PANE: "7",
    });
    expect("NOTHING" in env).toBeFalse();
  });

  test("has nothing of ours, of the runtime and of other multiplexers", () => {
    const base = {
      BUN_OPTIONS: "x", BUN_BE_BUN: "1", FUGUE_LOG: "debug", FUGUE_PANE: "99", FUGUE_ADDR: "x", TMUX: "x",
      TMUX_PANE: "%1", STY: "x", WINDOW: "3", LINES: "5",
      COLUMNS: "6", _: "/x", TERM: "dumb", KEEP: "1", MY_TMUX: "kept",
    };
    const env = paneEnvironment(base, OWN);
    const allowed = ["FUGUE_SOCKET", "FUGUE_PANE", "FUGUE_HOME"];
    expect(Object.keys(env).filter(
      (name) => /^(BUN_|TMUX|STY|WINDOW|LINES|COLUMNS|_$|FUGUE_)/.test(name) && !allowed.includes(name),
    )).toEqual([]);
    expect(env).toMatchObject({ FUGUE_PANE: "7", TERM: "xterm-256color", KEEP: "1", MY_TMUX: "kept" });
  });

  test("takes the later of several sources, but never another pane's number", () => {
    const env = paneEnvironment(
      { A: "base", B: "base", C: "base" }, OWN, { A: "option", B: "option" }, { A: "session" },
      { FUGUE_PANE: "0", TERM: "screen" },
    );
    expect(env).toMatchObject({ A: "session", B: "option", C: "base", FUGUE_PANE: "7", TERM: "screen" });
  });
});

describe("the program of a command", () => {
  test.each([
    [[], { argv: ["/bin/zsh"], argv0: "-zsh" }], [["top"], { argv: ["top"] }], [
      ["echo a b"], { argv: ["/bin/zsh", "-c", "echo a b"] },
    ],
    [["echo", "a b"], { argv: ["echo", "a b"] }], [
      ["a\tb"], { argv: ["/bin/zsh", "-c", "a\tb"] },
    ], [["/bin/x"], { argv: ["/bin/x"] }],
  ])("%j is %j", (command, expected) => {
    expect(programOf(command, "/bin/zsh")).toEqual(expected as never);
  });
});

describe("the shell", () => {
  test("is the option, then SHELL, then the password file's, then sh", () => {
    using folder = tempFolder();
    const shell = (name: string) => {
      const path = join(folder.path, name);
      writeFileSync(path, "");
      chmodSync(path, 0o755);
      return path;
    };
    const [option, variable] = [shell("option"), shell("variable")];
    expect(findShell(option, { SHELL: variable })).toBe(option);
    expect(findShell(undefined, { SHELL: variable })).toBe(variable);
    expect(findShell(undefined, {})).toStartWith("/");
  });

  test("is never what is relative, missing or a folder", () => {
    using folder = tempFolder();
    for (const bad of ["sh", "./sh", join(folder.path, "none"), folder.path, ""]) {
      const found = findShell(bad, { SHELL: bad });
      expect([bad, found !== bad && found.startsWith("/")]).toEqual([bad, true]);
    }
  });
});

describe("the folder", () => {
  test("is the wanted one, else the home, else the root", () => {
    using folder = tempFolder();
    const sub = join(folder.path, "sub");
    mkdirSync(sub);
    writeFileSync(join(folder.path, "file"), "");
    expect(usableFolder(sub, "/")).toBe(sub);
    for (const bad of [join(folder.path, "gone"), join(folder.path, "file"), undefined, "", "\0"]) {
      expect(usableFolder(bad, sub)).toBe(sub);
      expect(usableFolder(bad, bad)).toBe("/");
    }
  });
});
