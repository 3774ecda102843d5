/** Writes the files that are made from the registry of commands: completions, manual pages, the reference. */
import { join } from "node:path";
import { generatedFiles } from "../src/cli/generated.ts";
import { withToolTable } from "../src/mcp/tool-reference.ts";

const root = join(import.meta.dir, "..");
for (const [path, text] of generatedFiles()) {
  await Bun.write(join(root, path), text);
  console.log(path);
}

const page = join(root, "docs/MCP.md");
await Bun.write(page, withToolTable(await Bun.file(page).text()));
console.log("docs/MCP.md");
