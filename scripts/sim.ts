/** The long run of the simulator: 1,000 disconnects, kills and reconnects for each seed. `npm run sim -- 7 8` runs those seeds. */
import { join } from "node:path";

const seeds = process.argv.slice(2);
const root = join(import.meta.dir, "..");
let status = 0;
for (const seed of seeds.length > 0 ? seeds : [undefined]) {
  const env = { ...process.env, FUGUE_SIM_TROUBLES: process.env.FUGUE_SIM_TROUBLES ?? "1000", ...(seed !== undefined && { FUGUE_SIM_SEED: seed }) };
  const result = Bun.spawnSync([process.execPath, "test", "--timeout", "600000", "tests/sim/simulation.test.ts"], { cwd: root, env, stdout: "inherit", stderr: "inherit" });
  status ||= result.exitCode;
}
process.exit(status);
