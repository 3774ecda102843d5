/**
 * What `npm start`, `npm test` and `npm run build` do, on a machine that has nothing but Node and npm: install what the
 * lock file names if it is not there yet, build if sources are newer than the executable, then hand over to Bun.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [task, ...args] = process.argv.slice(2);
const executable = join(root, "dist", "fugue");

function run(command, argv, options = {}) {
  const result = spawnSync(command, argv, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

function mustRun(command, argv, options) {
  const status = run(command, argv, options);
  if (status !== 0) process.exit(status);
}

/** The runtime comes as a package with its binary; where npm ran no install scripts it lies in a package of its own. */
function bun() {
  const candidates = [
    join(root, "node_modules", "bun", "bin", process.platform === "win32" ? "bun.exe" : "bun.exe"),
    ...(existsSync(join(root, "node_modules", "@oven"))
      ? readdirSync(join(root, "node_modules", "@oven")).map((name) => join(root, "node_modules", "@oven", name, "bin", "bun"))
      : []),
  ];
  const found = candidates.find((path) => existsSync(path) && statSync(path).size > 1_000_000);
  if (!found) {
    console.error("fugue: the Bun runtime is missing; remove node_modules and try again");
    process.exit(1);
  }
  return found;
}

function install() {
  const installed = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  // a checkout has all files of one time: what counts is whether npm itself finds anything to do
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  mustRun(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", 2, 2] });
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

function isStale() {
  if (!existsSync(executable)) return true;
  const built = statSync(executable).mtimeMs;
  const single = ["build.ts", "package.json", "package-lock.json"].map((name) => statSync(join(root, name)).mtimeMs);
  return Math.max(newest(join(root, "src")), newest(join(root, "scripts")), ...single) > built;
}

function build(always) {
  if (always || isStale()) mustRun(bun(), ["build.ts"], { stdio: ["ignore", 2, 2] });
}

install();
switch (task) {
  case "build":
    build(true);
    break;
  case "start":
    build(false);
    process.exit(run(executable, args, { cwd: process.env.INIT_CWD ?? root }));
    break;
  case "test":
    build(false);
    process.exit(run(bun(), ["scripts/test.ts", ...args]));
    break;
  default:
    process.exit(run(bun(), [join("scripts", `${task}.ts`), ...args]));
}
