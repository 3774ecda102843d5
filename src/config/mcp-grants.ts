/** Servers that this machine's user lets agents use: one name a line in a private file, written by `fugue mcp allow`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { replaceFile } from "../base/replace-file.ts";

const MOST_GRANTS = 1000;

function grantsFile(paths: Paths): string {
  return join(paths.state, "mcp-servers");
}

/** The names, in the order in which they were allowed; none if there is no such file. */
export function readGrants(paths: Paths): string[] {
  try {
    return readFileSync(grantsFile(paths), "utf8").split("\n").filter((name) => name !== "").slice(0, MOST_GRANTS);
  } catch (error) {
    if (systemCode(error) === "ENOENT" || systemCode(error) === "ENOTDIR") return [];
    throw error;
  }
}

/** Replaces the list, whole or not at all. The folder of the state must exist. */
export function writeGrants(paths: Paths, names: readonly string[]): void {
  replaceFile(grantsFile(paths), names.slice(0, MOST_GRANTS).map((name) => `${name}\n`).join(""));
}
