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

test("the command line loads neither checks nor messages nor the configuration", () => {
  const loaded = [...loadedWith("src/cli/run.ts")];
  expect(loaded).toContain("src/commands/ls.ts");
  expect(loaded.filter((name) => !name.startsWith("src/") && !name.startsWith("node:")).sort()).toEqual(["citty"]);
  expect(loaded.filter((name) => name.startsWith("src/config/"))).toEqual([]);
  expect(loaded.filter((name) => /doctor-checks|usage|manual|completion-/.test(name))).toEqual([]);
});
