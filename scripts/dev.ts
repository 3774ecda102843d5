/** `npm run dev -- ARGS`: runs fugue from source with a home of its own, so that the one in use is left alone. */
import { join } from "node:path";
import { tmpdir } from "node:os";

const root = join(import.meta.dir, "..");
const home = process.env.FUGUE_DEV_HOME ?? join(tmpdir(), `fugue-dev-${process.getuid?.() ?? 0}`);
const dev = Bun.spawnSync([process.execPath, join(root, "src/main.ts"), ...process.argv.slice(2)], {
  stdio: ["inherit", "inherit", "inherit"], env: { ...process.env, FUGUE_HOME: home, FUGUE_LOG: process.env.FUGUE_LOG ?? "debug" },
});
process.exit(dev.exitCode);
