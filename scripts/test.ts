/**
 * Runs the checks and every test, folder by folder, and ends with one line `N passed, N failed`. Programs that some
 * tests want are optional, and what is left out is said; with CI=true or FUGUE_TEST_ALL=1 leaving out is a failure.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
/** Programs that tests use, and for what. */
const WANTED: Record<string, string> = {
  tmux: "comparison of screens, end-to-end tests in a real terminal",
  vim: "screens of programs",
  less: "screens of programs",
  htop: "screens of programs",
  mc: "screens of programs",
  nano: "screens of programs",
  dialog: "screens of programs",
  git: "screens of programs",
  zsh: "completions",
  fish: "completions",
  bash: "completions",
  mandoc: "manual pages",
  ssh: "connections to other machines",
  sshd: "connections to other machines",
  openssl: "logins with a password",
};

const strict = process.env.CI === "true" || process.env.FUGUE_TEST_ALL === "1";
const only = process.argv.slice(2);
/** sshd is no program for people, and not in everybody's path. */
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin`;
const missing = Object.keys(WANTED).filter((program) => !Bun.which(program, { PATH }));
let passed = 0;
let failed = 0;

function check(name: string, argv: string[]): void {
  const result = Bun.spawnSync(argv, { cwd: root, stdout: "inherit", stderr: "inherit" });
  console.log(`${result.exitCode === 0 ? "ok" : "FAILED"}: ${name}`);
  if (result.exitCode === 0) passed++;
  else failed++;
}

/** One run of the test runner per folder: a leak or a crash is then that folder's. */
function runTests(folder: string): void {
  console.log(`\n# ${folder}`);
  const env = { ...process.env, FUGUE_TEST_ALL: strict ? "1" : "" };
  const result = Bun.spawnSync([process.execPath, "test", "--timeout", "60000", folder], { cwd: root, stdout: "pipe", stderr: "pipe", env });
  const output = result.stdout.toString() + result.stderr.toString();
  const pass = Number(/^ *(\d+) pass$/m.exec(output)?.[1] ?? 0);
  const fail = Number(/^ *(\d+) fail$/m.exec(output)?.[1] ?? 0);
  passed += pass;
  failed += fail;
  if (result.exitCode !== 0 && fail === 0) failed++;
  const loud = output.split("\n").filter((line) => result.exitCode !== 0 ? !line.startsWith("(pass)") : /^(LEFT OUT|seed|.*seed )/i.test(line));
  if (loud.length > 0) console.log(loud.join("\n"));
  console.log(`${folder}: ${pass} passed, ${fail} failed${result.exitCode === 0 ? "" : ` (exit ${result.exitCode})`}`);
}

const folders = readdirSync(join(root, "tests"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["support", "bench", "fixtures"].includes(entry.name))
  .map((entry) => `tests/${entry.name}`)
  .filter((folder) => [...new Bun.Glob("**/*.test.ts").scanSync(join(root, folder))].length > 0)
  .filter((folder) => only.length === 0 || only.some((word) => folder.includes(word)));

if (only.length === 0) check("types", [process.execPath, "x", "tsc", "--noEmit"]);
for (const folder of folders) runTests(folder);
if (missing.length > 0) {
  console.log(`\nLEFT OUT, because these programs are not installed: ${missing.map((p) => `${p} (${WANTED[p]})`).join(", ")}`);
  if (strict) failed++;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
