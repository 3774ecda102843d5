/** Builds dist/fugue: one executable, compiled by Bun, smoke-tested. `bun build.ts [--target=bun-linux-arm64] [--outfile=…]` */
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { STARTING_SCALE } from "./src/base/engine.ts";
import { blessedPlugin, cittyPlugin, nativeAddonPlugin } from "./scripts/blessed-plugin.ts";

const root = import.meta.dir;

function option(name: string): string | undefined {
  return process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

const outfile = resolve(root, option("outfile") ?? "dist/fugue");
const target = option("target");
mkdirSync(dirname(outfile), { recursive: true });

// splitting and bytecode together make lazy imports lazy and start-up short; without the autoload switches the
// executable would run a preload from a bunfig.toml in whatever folder it is started in
const result = await Bun.build({
  entrypoints: [resolve(root, "src/main.ts")],
  compile: {
    outfile, jitPolicy: STARTING_SCALE, autoloadDotenv: false, autoloadBunfig: false, ...(target ? { target: target as "bun-linux-x64" } : {}),
  },
  format: "esm",
  minify: true,
  bytecode: true,
  splitting: true,
  plugins: [blessedPlugin, cittyPlugin, nativeAddonPlugin],
});
if (!result.success) {
  for (const log of result.logs) console.error(String(log));
  process.exit(1);
}

// a broken build can still exit 0: ask the executable itself
if (!target) {
  const check = Bun.spawnSync([outfile, "--version"], { env: { ...process.env, FUGUE_HOME: "/nonexistent" } });
  if (check.exitCode !== 0 || !/^fugue \d/.test(check.stdout.toString())) {
    console.error(`the new executable does not work: ${check.stdout}${check.stderr}`);
    process.exit(1);
  }
}
console.error(`built ${outfile} (${Math.round(statSync(outfile).size / 1e6)} MB)`);
