/** `service install` and `service remove`: has the system start the server, and keep it when people log out. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { FugueError, systemCode } from "../base/errors.ts";
import { cliCommand } from "./command.ts";
import type { CliContext } from "./context.ts";
import { jsonDocument } from "./json.ts";
import { LAUNCHD_LABEL, SYSTEMD_UNIT, serviceFile, serviceText } from "./service-files.ts";

const PATIENCE_MS = 15_000;
const RESULT = { "services[].file": "string: the unit", "services[].manager": "string: systemd or launchd" } as const;

/** Runs a program of the system. @returns why it failed, or nothing */
function fails(ctx: CliContext, ...argv: string[]): string | undefined {
  try {
    const { exitCode, stderr } = Bun.spawnSync(argv, { env: ctx.env as Record<string, string>, stdin: "ignore", stdout: "ignore", stderr: "pipe", timeout: PATIENCE_MS });
    return exitCode === 0 ? undefined : stderr.toString().trim().split("\n")[0] || `status ${exitCode}`;
  } catch (error) {
    return `${argv[0]}: ${systemCode(error) ?? String(error)}`;
  }
}

async function runAll(ctx: CliContext, commands: readonly string[][]): Promise<void> {
  for (const argv of commands) {
    const why = fails(ctx, ...argv);
    if (why !== undefined) await ctx.note("warn", `${argv.join(" ")} failed: ${why}`);
  }
}

function answer(ctx: CliContext, file: string): void {
  if (ctx.json) ctx.stdout(jsonDocument({ services: [{ file, manager: managerName() }] }));
}

function managerName(): string {
  return process.platform === "darwin" ? "launchd" : "systemd";
}

export const serviceInstall = cliCommand({
  name: "service install",
  summary: "Have the system start the server when you log in",
  details: `Writes a user unit of systemd, or an agent of launchd, and switches it on. A server that runs already goes on:
the unit takes over at the next start. On systems that end a user's processes at logout, lingering keeps the server:
loginctl enable-linger.`,
  group: "server",
  effect: "write",
  args: {},
  result: RESULT,
  async run(ctx) {
    const file = serviceFile(process.platform, ctx.env);
    const facts = { executable: process.execPath, fugueHome: ctx.env.FUGUE_HOME };
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, serviceText(process.platform, facts));
    } catch (error) {
      throw new FugueError("system", `can't write ${file}: ${systemCode(error) ?? "failed"}`, "see who may write there", error);
    }
    await runAll(ctx, process.platform === "darwin"
      ? [["launchctl", "bootstrap", `gui/${process.getuid!()}`, file]]
      : [["systemctl", "--user", "daemon-reload"], ["systemctl", "--user", "enable", SYSTEMD_UNIT]]);
    answer(ctx, file);
    if (!ctx.json) await ctx.note("success", `${file} is installed`);
    return 0;
  },
});

export const serviceRemove = cliCommand({
  name: "service remove",
  summary: "Let the system start the server no more",
  details: "The server that runs goes on, and its sessions with it.",
  group: "server",
  effect: "destroy",
  args: {},
  result: RESULT,
  async run(ctx) {
    const file = serviceFile(process.platform, ctx.env);
    if (!existsSync(file)) throw new FugueError("noTarget", `${file} is not installed`, "install it with: fugue service install");
    // stopping the unit would end what runs in it: it is only switched off
    if (process.platform !== "darwin") await runAll(ctx, [["systemctl", "--user", "disable", SYSTEMD_UNIT]]);
    rmSync(file, { force: true });
    await runAll(ctx, process.platform === "darwin"
      ? [["launchctl", "disable", `gui/${process.getuid!()}/${LAUNCHD_LABEL}`]]
      : [["systemctl", "--user", "daemon-reload"]]);
    answer(ctx, file);
    if (!ctx.json) await ctx.note("success", `${file} is removed`);
    return 0;
  },
});
