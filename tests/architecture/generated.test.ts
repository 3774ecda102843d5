/** Files that are made from the registry of commands are committed as they are made. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles } from "../../src/cli/generated.ts";
import { withToolTable } from "../../src/mcp/tool-reference.ts";

const root = join(import.meta.dir, "../..");
const files = generatedFiles();

test.each([...files.keys()])("%s is what scripts/generate.ts writes", (path) => {
  const file = join(root, path);
  expect(existsSync(file), "run: bun scripts/generate.ts").toBe(true);
  // compared as a whole first: the difference of two manuals helps nobody
  expect(readFileSync(file, "utf8") === files.get(path), "run: bun scripts/generate.ts").toBe(true);
});

test("docs/MCP.md has the table of tools as it is", () => {
  const page = readFileSync(join(root, "docs/MCP.md"), "utf8");
  expect(withToolTable(page) === page, "run: bun scripts/generate.ts").toBe(true);
});

test("nothing else stands in the folders of generated files", () => {
  for (const folder of ["completions", "man"]) {
    // pages about other things than commands are written by hand, in other sections
    const strangers = readdirSync(join(root, folder)).filter((name) => !/\.[2-9]$/.test(name) && !files.has(`${folder}/${name}`));
    expect(strangers).toEqual([]);
  }
});

test("making them twice gives the same", () => {
  expect([...generatedFiles()]).toEqual([...files]);
});
