/**
 * Files that record what bytes looked like. `UPDATE_GOLDEN=1` writes them anew: then look at the difference before it
 * is committed.
 */
import { readFileSync, writeFileSync } from "node:fs";

/** Lines `name hex` of a file. */
export function readGolden(path: string): Map<string, string> {
  const lines = readFileSync(path, "utf8").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]));
}

/** What the file holds; with UPDATE_GOLDEN set, what it holds from now on. */
export function golden(path: string, head: string, actual: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  if (process.env["UPDATE_GOLDEN"]) {
    const lines = [...actual].map(([name, bytes]) => `${name} ${Buffer.from(bytes).toString("hex")}`);
    writeFileSync(path, `# ${head}\n${lines.join("\n")}\n`);
  }
  return readGolden(path);
}
