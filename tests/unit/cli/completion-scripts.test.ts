import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bashCompletion } from "../../../src/cli/completion-bash.ts";
import { fishCompletion } from "../../../src/cli/completion-fish.ts";
import { zshCompletion } from "../../../src/cli/completion-zsh.ts";
import { tempFolder, type TempFolder } from "../../support/temp-folder.ts";

const SHELLS = [
  ["bash", "fugue.bash", bashCompletion(), ["--norc", "--noprofile"]],
  ["zsh", "_fugue", zshCompletion(), ["-f"]],
  ["fish", "fugue.fish", fishCompletion(), ["--no-config"]],
] as const;
const has = (program: string) => Bun.which(program) !== null;

let folder: TempFolder;
beforeAll(() => {
  folder = tempFolder();
  for (const [, file, text] of SHELLS) writeFileSync(join(folder.path, file), text);
  // an executable that knows names, and that there is a window
  const names = "#!/bin/sh\n[ \"$1\" = __complete ] || exit 9\ncase $2 in\nserver) printf 'local\\tserver\\n' ;;\n"
    + "buffer) printf 'buffer0\\ttext\\n' ;;\n"
    + "*) printf 'work\\tsession\\nwork/0\\twindow\\nplay\\tsession\\n' ;;\nesac\n";
  writeFileSync(join(folder.path, "fugue"), names);
  chmodSync(join(folder.path, "fugue"), 0o755);
});
afterAll(() => folder[Symbol.dispose]());

function shell(argv: string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    argv, { env: { ...process.env, PATH: `${folder.path}:${process.env.PATH}` } },
  );
  expect(`${stderr}${exitCode}`).toBe("0");
  return stdout.toString().trim();
}

/** Words before the cursor, the last one unfinished, and what completes it. */
const CASES: [words: string[], expected: string[]][] = [
  [["wind"], ["window"]],
  [["window", "re"], ["rename"]],
  [["attach", ""], ["play", "work", "work/0"]],
  [["attach", "work/"], ["work/0"]],
  [["window", "new", "--na"], ["--name"]],
  [["-s", ""], ["local"]],
  [["-s", "local", "att"], ["attach"]],
  [["layout", "work", "main-h"], ["main-horizontal"]],
  [["window", "new", "-n", "x", "pl"], ["play"]],
  [["wait", "work", "pl"], ["play"]],
  [["buffer", "show", ""], ["buffer0"]],
  [["completions", "z"], ["zsh"]],
  [["tunnel", "up", ""], ["local"]],
  [["server", "rm", "lo"], ["local"]],
  [["rename", "work", ""], []],
];

describe.each(
  SHELLS.map(([name, file, , options]) => ({ name, file, options }))
)("the script for $name", ({ name, file, options }) => {
  test.skipIf(!has(name))("is valid", () => {
    shell([name, ...options, "-n", join(folder.path, file)]);
  });
});

describe("what the scripts complete", () => {
  test.skipIf(!has("bash")).each(CASES)("in bash: %j", (words, expected) => {
    const script = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fugue; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const out = shell(
      ["bash", "--norc", "--noprofile", "-c", script, join(folder.path, "fugue.bash"), "fugue", ...words]
    );
    expect(out.split("\n").filter(Boolean).sort()).toEqual(expected);
  });

  test.skipIf(!has("fish")).each(CASES)("in fish: %j", (words, expected) => {
    const script = `source ${join(folder.path, "fugue.fish")}; complete -C "$argv"`;
    const out = shell(["fish", "--no-config", "-c", script, "--", ["fugue", ...words].join(" ")]);
    expect(out.split("\n").map((line) => line.split("\t")[0]!).filter(Boolean).sort()).toEqual(expected);
  });

  test.skipIf(!has("bash"))("behind -- and for folders bash takes files", () => {
    const call = "COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _fugue 2>/dev/null";
    const script = `. "$0"; ${call}; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const complete = (...words: string[]) => shell(
      ["bash", "--norc", "-c", script, join(folder.path, "fugue.bash"), "fugue", ...words]
    ).split("\n");
    expect(complete("new", "--", "vim", "/et")).toEqual(["/etc"]);
    expect(complete("split", "--dir", "=", "/us")).toEqual(["/usr"]);
  });
});
