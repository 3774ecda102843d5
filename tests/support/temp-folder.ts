/** Folders of a test's own, short enough for socket paths, removed at the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsFrom, type Paths } from "../../src/base/paths.ts";

export interface TempFolder {
  readonly path: string;
  [Symbol.dispose](): void;
}

/** A new private folder: use it with `using`. */
export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), "fg-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The paths of a home that does not exist yet, inside a new folder. */
export function tempHome(): TempFolder & { readonly paths: Paths } {
  const folder = tempFolder();
  return { ...folder, paths: pathsFrom({ FUGUE_HOME: join(folder.path, "h") }) };
}
