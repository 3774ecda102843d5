/** `fugue ls` is quick because little is loaded: what the command line imports without being asked for it. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dir, "../../..");

/** Modules that are loaded with `file`: static imports only, those of types left out. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  for (const [statement, target] of text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"/gms)) {
    if (/^(?:import|export)\s+type\s/.test(statement)) continue;
    if (target!.startsWith(".")) loadedWith(relative(root, join(root, dirname(file), target!)), found);
    else found.add(target!);
  }
  return found;
}

const packagesOf = (loaded: readonly string[]) => loaded.filter((name) => !name.startsWith("src/") && !name.startsWith("node:")).sort();

test("the command line loads no command before it knows which, neither checks nor messages nor the configuration", () => {
  const loaded = [...loadedWith("src/cli/run.ts")];
  expect(packagesOf(loaded)).toEqual(["citty"]);
  expect(loaded.filter((name) => /registry|tmux|command-line|doctor-checks|usage|manual|completion-/.test(name))).toEqual([]);
  expect(loaded.filter((name) => name.startsWith("src/config/"))).toEqual([]);
});

test("commands that are loaded alone don't bring the others along", () => {
  for (const [, file] of readFileSync(join(root, "src/commands/shell-command.ts"), "utf8").matchAll(/import\("\.\/([a-z-]+\.ts)"\)/g)) {
    if (file === "registry.ts" || file === "find-command.ts") continue;
    const loaded = [...loadedWith(`src/commands/${file}`)];
    expect(loaded.filter((name) => /registry|tmux-/.test(name))).toEqual([]);
    expect(packagesOf(loaded)).toEqual([]);
  }
});

test("the servers of a configuration are read without the options of the view", () => {
  const loaded = [...loadedWith("src/config/servers-file.ts")];
  expect(loaded.filter((name) => /options|style|format|keys|bindings|presets/.test(name))).toEqual([]);
});

test("the terminal view loads neither commands nor copy mode nor overlays before its first picture", () => {
  const loaded = [...loadedWith("src/roles/tui.ts")];
  expect(loaded.filter((name) => /commands\/(registry|command-line|find-command|tmux)|client\/(copy|ui)\/|client\/tui\/overlays/.test(name))).toEqual([]);
  expect(loaded.filter((name) => /^node:(?!fs$|os$|path$)/.test(name))).toEqual([]);
});
