/** The process that a tunnel lives in: takes its lock, reads what it is for from its standard input, runs until it ends. */
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { systemClock } from "../base/clock.ts";
import { asFugueError, EXIT, FugueError } from "../base/errors.ts";
import { tryLock } from "../base/libc.ts";
import { fileSink, LogRoot } from "../base/log.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { systemRandom } from "../base/random.ts";
import type { ServerProfile } from "../config/servers.ts";
import { offerInstall } from "./far-install.ts";
import { fetchSecret } from "./far-secret.ts";
import { PortBusy } from "./local-port.ts";
import { sshTarget } from "./profile-sum.ts";
import { tunnelFiles } from "./registry.ts";
import type { OpenSsh } from "./ssh/connection.ts";
import { SshMemory } from "./ssh/memory.ts";
import { Tunnel } from "./tunnel.ts";

/** Exit status of a process that found the lock held: another tunnel to this server runs, which is all its starter wanted. */
export const ALREADY_RUNNING = 75;
/** Exit status of a process that found its port taken by somebody else. */
export const PORT_TAKEN = 76;
/** Said on standard error once its sockets are there: its starter need not ask again and again. */
export const LISTENING = "listening\n";
const LARGEST_ORDER_BYTES = 256 * 1024;

/** What a tunnel's process is told on its standard input, as JSON. Never in argv: others read that. */
export interface TunnelOrder {
  readonly profile: ServerProfile;
  readonly ephemeral: boolean;
  /** Whether it holds the port of a tcp address. */
  readonly port: boolean;
}

/** What the executable gives to its tunnel process. */
export interface TunnelProcessParts {
  readonly openSsh: OpenSsh;
  /** argv of this executable as askpass. */
  readonly askpass: readonly string[];
  /** Path of this executable, if it can be copied to other machines. */
  readonly executable?: string;
}

/** Runs until the tunnel ends. What keeps it from starting is said on standard error. @returns the exit status */
export async function runTunnel(parts: TunnelProcessParts): Promise<number> {
  // a closed terminal or a lost login must not end it
  process.on("SIGHUP", () => {});
  try {
    return await run(parts);
  } catch (error) {
    if (error instanceof PortBusy) return PORT_TAKEN;
    const { message, hint } = asFugueError(error);
    process.stderr.write(`${JSON.stringify({ message, hint })}\n`);
    return EXIT.failed;
  }
}

async function run(parts: TunnelProcessParts): Promise<number> {
  const { env } = process;
  const order = readOrder(await readAll());
  const { profile } = order;
  const paths = pathsFrom(env);
  ensureHome(paths);
  const files = tunnelFiles(paths, profile.name);
  const lock = openSync(files.lock, "a+", 0o600);
  if (!tryLock(lock)) {
    closeSync(lock);
    return ALREADY_RUNNING;
  }
  ftruncateSync(lock);
  writeSync(lock, `${process.pid}\n`);
  const log = new LogRoot(systemClock, fileSink(files.log), env.FUGUE_LOG).scope("tunnel");
  process.on("uncaughtException", (error) => {
    log.error("uncaught", { error: error.stack });
    process.exit(EXIT.failed);
  });
  process.on("unhandledRejection", (error) => log.error("unhandled rejection", { error: String((error as Error)?.stack ?? error) }));
  const memory = new SshMemory();
  let ended!: () => void;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const tunnel = new Tunnel({
    profile, ephemeral: order.ephemeral, port: order.port, files, clock: systemClock, random: systemRandom, log, ended,
    openSsh: (prompter, signal, agent) => parts.openSsh(sshTarget(profile), {
      prompter, clock: systemClock, env: { ...env, ...(agent !== undefined && { SSH_AUTH_SOCK: agent }) },
      timeoutMs: profile.tunnelTimeout, folder: paths.tunnels, askpass: parts.askpass, memory, log, signal,
    }),
    ...(parts.executable !== undefined && {
      install: (connection, prompter, alive) => offerInstall(connection, prompter, { executable: parts.executable!, clock: systemClock, log, alive }),
    }),
    ...(profile.addr.kind === "tcp" && { fetchSecret: (connection) => fetchSecret(connection, profile, paths, systemClock, log) }),
  });
  log.info("tunnel started", { server: profile.name, pid: process.pid });
  try {
    await tunnel.listen();
  } catch (error) {
    log.error("can't listen", { error: asFugueError(error).message });
    tunnel.dispose();
    throw error;
  }
  announce();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => tunnel.stop());
  await end;
  log.info("tunnel ended");
  return EXIT.done;
}

function announce(): void {
  try {
    writeSync(2, LISTENING);
  } catch {
    // who started it does not wait any more
  }
}

async function readAll(): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of Bun.stdin.stream()) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > LARGEST_ORDER_BYTES) throw new FugueError("tooLarge", "the tunnel's order is too large");
  }
  return Buffer.concat(pieces).toString("utf8");
}

function readOrder(text: string): TunnelOrder {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const order = value as Partial<TunnelOrder> | undefined;
  if (typeof order?.profile?.name === "string" && order.profile.addr !== undefined) return order as TunnelOrder;
  throw new FugueError("usage", "this role is started by fugue itself", "see: fugue tunnel up --help");
}
