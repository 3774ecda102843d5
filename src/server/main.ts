/** The daemon's process: finds the keeper, adopts what runs, opens its sockets. Loaded by main.ts for the daemon role. */
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { systemClock, type Timer } from "../base/clock.ts";
import { LogRoot, fileSink, type Logger } from "../base/log.ts";
import { ensureHome, pathsFrom } from "../base/paths.ts";
import { isAlive } from "../base/process-alive.ts";
import { checkCommandLine } from "../commands/command-line.ts";
import { configPath } from "../config/location.ts";
import { ConfigWatcher } from "../config/config-watcher.ts";
import { parseListenAddress, type ListenAddress } from "../config/listen.ts";
import { connectUnix } from "../transport/unix.ts";
import { RuleFolder } from "./agents/rule-folder.ts";
import { Announcer } from "./announcer.ts";
import { Daemon } from "./daemon.ts";
import { serverIdentity } from "./identity.ts";
import { Listeners } from "./listeners.ts";
import { KeeperLink } from "./panes/keeper-link.ts";
import { settingsFrom } from "./settings.ts";
import { warmUp } from "./warm-up.ts";

/** After this long without a crash the keeper's restart backoff starts over. */
const HEALTHY_MS = 2000;
const OOM_SCORE = "500";
/** Exit status of a daemon whose connection to the keeper broke. */
const LOST_KEEPER = 69;
/** Who has served for so long did not fail at the start, also while panes are still taken over: what ends it then is no reason to wait. */
const SERVED_MS = 100;

/** The likelier victim of the kernel's memory killer must be the daemon, never the keeper. */
function volunteerForOom(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", OOM_SCORE);
  } catch {
    // not Linux, or not allowed
  }
}

/** Addresses besides the home's own socket, as `serve --listen` handed them on to every daemon of its keeper. */
function addressesOf(listen: string | undefined, log: Logger): ListenAddress[] {
  if (!listen) return [];
  try {
    return (JSON.parse(listen) as string[]).map((url) => parseListenAddress(url));
  } catch (error) {
    log.error("FUGUE_LISTEN is not understood", { error: String(error) });
    return [];
  }
}

/** Whether a daemon listens on a socket. */
async function answers(socket: string): Promise<boolean> {
  try {
    const duplex = await connectUnix(socket);
    duplex.listen({ data() {}, close() {} });
    duplex.close(true);
    return true;
  } catch {
    return false;
  }
}

/** Runs until stopped by the keeper. @returns the exit status. */
export async function runDaemon(): Promise<number> {
  const { env } = process;
  const paths = pathsFrom(env);
  ensureHome(paths);
  volunteerForOom();
  const logs = new LogRoot(systemClock, fileSink(join(paths.logs, "daemon.log")), env.FUGUE_LOG);
  const log = logs.scope("daemon");
  let stop!: (status: number) => void;
  let isStopped = false;
  const stopped = new Promise<number>((resolve) => {
    stop = (status) => {
      isStopped = true;
      resolve(status);
    };
  });
  process.on("uncaughtException", (error) => {
    log.error("uncaught", { error: error.stack });
    process.exit(1);
  });
  process.on("unhandledRejection", (error) => log.error("unhandled rejection", { error: String((error as Error)?.stack ?? error) }));
  const watcher = new ConfigWatcher({ path: configPath(env), env, clock: systemClock, checkCommand: checkCommandLine });
  watcher.start();
  let settings = settingsFrom(watcher.config);
  logs.setLevel(settings.logLevel);
  watcher.changed.on((config) => {
    settings = settingsFrom(config);
    logs.setLevel(settings.logLevel);
  });
  const rules = new RuleFolder(join(dirname(configPath(env)), "agents"), systemClock, log);
  const identity = serverIdentity(paths.serverId);
  // another build's daemon serves until this one greets the keeper: it need not hurry
  if (await answers(paths.socket)) {
    await warmUp();
    void rules.rules;
  }
  const { link, welcome } = await KeeperLink.connect(await connectUnix(paths.keeperSocket), () => stop(LOST_KEEPER));
  const daemon = new Daemon(paths, systemClock, log, link, welcome, () => settings, { ...env, HOSTNAME: hostname() }, identity, rules);
  const adopted = daemon.adopt();
  const announcer = new Announcer(daemon.serverId, log);
  const tell = () => announcer.set(env.FUGUE_ADVERTISE === "1" || watcher.config.advertise, daemon.listening);
  const listeners = new Listeners(daemon, systemClock, tell);
  const asked = addressesOf(env.FUGUE_LISTEN, log);
  await listeners.set([...asked, ...watcher.config.listen]);
  // last: who reaches it finds the others open, or hears why not. Not if another daemon took this one's place meanwhile
  if (!isStopped) await listeners.openOwn();
  watcher.changed.on(({ listen }) => void listeners.set([...asked, ...listen]));
  log.info("daemon serves", { pid: process.pid, panes: welcome.panes.length, restarts: welcome.restarts });
  void rules.readAhead();
  process.on("SIGTERM", () => stop(0));
  process.on("SIGHUP", () => {});
  let healthy: Timer | undefined;
  const served = systemClock.after(SERVED_MS, () => link.ready());
  adopted.then(() => {
    log.info("daemon ready");
    served.cancel();
    link.ready();
    healthy = systemClock.after(HEALTHY_MS, () => link.healthy());
  }, (error) => {
    log.error("panes can't be taken over", { error: String((error as Error)?.stack ?? error) });
    process.exit(1);
  });
  link.stopping = () => void daemon.disk.freeze(false);
  const status = await stopped;
  // a keeper that lives has another daemon, or will have: what is saved is that one's
  const replaced = status === LOST_KEEPER && isAlive(welcome.pid);
  if (replaced) daemon.disk.dispose();
  else await daemon.disk.freezeOrGiveUp(false);
  served.cancel();
  healthy?.cancel();
  // without its keeper the daemon goes silently: clients then look for the next one
  if (status !== LOST_KEEPER) for (const client of [...daemon.clients]) client.close("the server was stopped");
  listeners.dispose();
  announcer.dispose();
  watcher.dispose();
  rules.dispose();
  daemon.dispose();
  return status;
}
