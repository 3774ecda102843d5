/** The compiled executable that the end-to-end tests drive: dist/fugue, or a new build in a temporary folder. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const dist = join(root, "dist", "fugue");

/** Time of the last change of anything in a folder, in milliseconds since 1970. */
function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

function isFresh(path: string, changed: number): boolean {
  return existsSync(path) && statSync(path).mtimeMs >= changed;
}

function build(changed: number): string {
  const checkout = createHash("sha256").update(root).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), `fugue-e2e-${process.getuid?.() ?? 0}-${checkout}`);
  const path = join(folder, "fugue");
  if (isFresh(path, changed)) return path;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  const result = Bun.spawnSync(
    [process.execPath, "build.ts", `--outfile=${fresh}`], { cwd: root, stdout: "pipe", stderr: "pipe" },
  );
  if (result.exitCode !== 0) throw new Error(`the executable can't be built: ${result.stdout}${result.stderr}`);
  // another run may be using the old one: it keeps its file
  renameSync(fresh, path);
  return path;
}

let found: string | undefined;

/** Path of the executable. `FUGUE_E2E_EXECUTABLE` names another one to test. @throws Error if it can't be built. */
export function executable(): string {
  if (process.env.FUGUE_E2E_EXECUTABLE) return process.env.FUGUE_E2E_EXECUTABLE;
  if (found !== undefined) return found;
  const changed = Math.max(
    newest(join(root, "src")), newest(join(root, "scripts")), statSync(join(root, "build.ts")).mtimeMs,
  );
  found = isFresh(dist, changed) ? dist : build(changed);
  return found;
}
