/** Finding the live tunnel of a server, or starting its process; and ending tunnels, also those that don't answer. */
import type { Clock } from "../base/clock.ts";
import { sleep } from "../base/clock.ts";
import { within } from "../base/deadline.ts";
import { asFugueError, FugueError } from "../base/errors.ts";
import { ensureHome, type Paths } from "../base/paths.ts";
import { printable } from "../base/names.ts";
import type { ServerProfile } from "../config/servers.ts";
import { ControlClient, withinAnswerTime } from "./control-client.ts";
import { localPort, PortBusy } from "./local-port.ts";
import { liveness, signalProcess } from "./process-identity.ts";
import { profileSum } from "./profile-sum.ts";
import { readRecord } from "./record.ts";
import { listTunnels, tunnelFiles } from "./registry.ts";
import { ALREADY_RUNNING, LISTENING, PORT_TAKEN, type TunnelOrder } from "./tunnel-process.ts";

const POLL_MS = 5;
/** Of what a process says that can't start, so many characters are kept. */
const MOST_WORDS = 8192;
/** A process that found the lock held is followed by another one after this long: the holder may have ended meanwhile. */
const AGAIN_MS = 300;
const START_PATIENCE_MS = 8000;
const STOP_PATIENCE_MS = 3000;

/** Where and how tunnels run. */
export interface TunnelHost {
  readonly paths: Paths;
  /** Of the tunnel's process: without what would make the runtime behave differently. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** argv of this executable in another role: `self("--role=tunnel", NAME)`. */
  self(...args: string[]): string[];
}

/**
 * The control connection of a server's live tunnel, if there is one.
 * @throws FugueError `timeout` or `version` if there is one that can't be used
 */
export async function findTunnel({ paths, clock }: TunnelHost, name: string): Promise<ControlClient | undefined> {
  // passwords are told to whoever listens there: nobody else may
  ensureHome(paths);
  try {
    return await ControlClient.connect(tunnelFiles(paths, name).control, clock, name);
  } catch (error) {
    const { code } = asFugueError(error);
    if (code === "noServer" || code === "closed") return undefined;
    throw error;
  }
}

/** The live tunnel of a profile, or a new one; many may ask at once and get the same. @throws PortBusy, FugueError */
export async function findOrStart(host: TunnelHost, order: TunnelOrder): Promise<ControlClient> {
  const { profile } = order;
  const found = await findTunnel(host, profile.name);
  if (!found) return startTunnel(host, order);
  if (found.greeting.profile === profileSum(profile)) return found;
  return replace(host, order, found);
}

/** The configuration changed since the tunnel was started. */
async function replace(host: TunnelHost, order: TunnelOrder, found: ControlClient): Promise<ControlClient> {
  const { name } = order.profile;
  const { clients, state } = await withinAnswerTime(host.clock, found.status(), name);
  found.close();
  // one that has lost its connection serves nobody: whoever waits is better off with the new settings
  if (clients > 0 && state === "ready") {
    throw new FugueError(
      "refused", `the tunnel '${name}' was started with other settings, and is in use`, `see: fugue tunnel ls; then: fugue tunnel restart ${name}`,
    );
  }
  await stopTunnel(host, name);
  return startTunnel(host, order);
}

type Started = Bun.Subprocess<Uint8Array<ArrayBuffer>, "ignore", "pipe">;

function spawnTunnel({ paths, env, self }: TunnelHost, order: TunnelOrder): Started {
  const started = Bun.spawn(self("--role=tunnel", order.profile.name), {
    detached: true, stdio: [new TextEncoder().encode(JSON.stringify(order)), "ignore", "pipe"], cwd: "/",
    // absolute: the folder we are in is not its
    env: { ...env, FUGUE_HOME: paths.home },
  });
  started.unref();
  return started;
}

async function startTunnel(host: TunnelHost, order: TunnelOrder): Promise<ControlClient> {
  const { clock } = host;
  const { name } = order.profile;
  const end = clock.now() + START_PATIENCE_MS;
  const late = () => new FugueError("timeout", `the tunnel's process did not come up`, `see: fugue tunnel logs ${name}; then: fugue tunnel restart ${name}`);
  while (clock.now() < end) {
    const listens = await within(clock, end - clock.now(), listening(spawnTunnel(host, order), order.profile), late);
    // another one that holds the lock listens soon, or is about to end
    const found = await lookFor(host, name, listens ? 0 : AGAIN_MS);
    if (found) return found;
  }
  throw late();
}

/** Waits until a new process listens. @returns false if another one holds the lock. @throws PortBusy, FugueError why it could not start */
async function listening(started: Started, profile: ServerProfile): Promise<boolean> {
  const said = await firstWords(started);
  if (said === undefined) return true;
  const status = await started.exited;
  if (status === ALREADY_RUNNING) return false;
  if (status === PORT_TAKEN && profile.addr.kind === "tcp") throw new PortBusy(localPort(profile.addr));
  const { message, hint } = readSaid(said.trim().split("\n").at(-1) ?? "");
  throw new FugueError("failed", `the tunnel can't start: ${message || `it ended with ${started.signalCode ?? status}`}`, hint);
}

/** Reads what a process says until it listens. @returns undefined once it does; what it said if it ended before */
async function firstWords({ stderr }: Started): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stderr) {
    text = (text + decoder.decode(piece, { stream: true })).slice(-MOST_WORDS);
    // a line of its own, whatever else the runtime has to say
    if (`\n${text}`.includes(`\n${LISTENING}`)) return undefined;
  }
  return text;
}

/** Looks for a live tunnel, once and then for so long. */
async function lookFor(host: TunnelHost, name: string, ms: number): Promise<ControlClient | undefined> {
  const end = host.clock.now() + ms;
  for (;;) {
    const found = await findTunnel(host, name);
    if (found || host.clock.now() >= end) return found;
    await sleep(host.clock, POLL_MS);
  }
}

function readSaid(text: string): { message: string; hint?: string } {
  try {
    const { message, hint } = JSON.parse(text) as Record<string, unknown>;
    if (typeof message === "string") return { message, ...(typeof hint === "string" && { hint }) };
  } catch {
    // it crashed before it could say it in order
  }
  return { message: printable(text, 200) };
}

/** Ends a server's tunnel: asked first, then by signals if it does not answer. @returns false if there was none */
export async function stopTunnel(host: TunnelHost, name: string): Promise<boolean> {
  const { paths, clock } = host;
  const files = tunnelFiles(paths, name);
  const record = readRecord(files.record);
  const identity = typeof record === "object" ? record.process : undefined;
  if (identity && liveness(identity) === "elsewhere") {
    throw new FugueError("refused", `that tunnel runs on ${printable(identity.host, 64)}`, "stop it there");
  }
  let asked = false;
  try {
    const control = await findTunnel(host, name);
    if (control) {
      await withinAnswerTime(clock, control.stop());
      asked = true;
      control.close();
    }
  } catch {
    // it hangs, or is of another release: the record knows its process
  }
  if (!identity) return asked;
  if (liveness(identity) === "dead" && !asked) {
    // unless a new tunnel has taken its place meanwhile
    listTunnels(paths);
    return false;
  }
  if (asked && (await gone(host, identity))) return true;
  signalProcess(identity, "SIGTERM");
  if (!(await gone(host, identity))) {
    signalProcess(identity, "SIGKILL");
    await gone(host, identity);
  }
  return true;
}

async function gone({ clock }: TunnelHost, identity: Parameters<typeof liveness>[0]): Promise<boolean> {
  const end = clock.now() + STOP_PATIENCE_MS;
  while (liveness(identity) === "alive") {
    if (clock.now() > end) return false;
    await sleep(clock, POLL_MS);
  }
  return true;
}
