/** The keeper as a process of its own: its lock, its daemon, and what does not end it. */
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ALREADY_RUNNING } from "../../../src/keeper/main.ts";
import { TO_KEEPER } from "../../../src/keeper/protocol.ts";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { connectUnix } from "../../../src/transport/unix.ts";
import { DaemonEnd } from "../../support/keeper-rig.ts";
import { tempHome } from "../../support/temp-folder.ts";
import { waitUntil } from "../../support/wait-until.ts";

const MAIN = join(import.meta.dir, "../../../src/keeper/main.ts");

const started: Bun.Subprocess[] = [];

// a test that failed half way leaves nothing behind that holds on to the runner's output
afterEach(() => {
  for (const keeper of started.splice(0)) keeper.kill("SIGKILL");
});

/** Starts a keeper whose daemon is a sleeping shell that writes its pid to a file. */
function start(home: ReturnType<typeof tempHome>, more = "") {
  const daemon = ["/bin/sh", "-c", `echo $$ >> ${home.path}/daemons; exec sleep 1000`];
  const script = `import { runKeeper } from ${JSON.stringify(MAIN)};
    process.exit(await runKeeper(${JSON.stringify(daemon)}, () => { ${more} }));`;
  const keeper = Bun.spawn([process.execPath, "-e", script], {
    stdio: ["ignore", "ignore", "ignore"], env: { ...process.env, FUGUE_HOME: home.paths.home }, cwd: "/",
  });
  started.push(keeper);
  return keeper;
}

const daemons = (home: { path: string }) => (existsSync(`${home.path}/daemons`) ? readFileSync(
  `${home.path}/daemons`, "utf8",
).trim().split("\n").map(Number) : []);
const logOf = (home: ReturnType<typeof tempHome>) => (existsSync(join(home.paths.logs, "keeper.log")) ? readFileSync(
  join(home.paths.logs, "keeper.log"), "utf8",
) : "no log");

async function connect(home: ReturnType<typeof tempHome>): Promise<DaemonEnd> {
  // the file is there a moment before anybody listens
  let duplex: Duplex | undefined;
  await waitUntil("the keeper's socket", async () => {
    duplex = await connectUnix(home.paths.keeperSocket).catch(() => undefined);
    return duplex !== undefined;
  }, () => logOf(home));
  const end = new DaemonEnd(duplex!);
  await end.hello();
  return end;
}

describe("a keeper", () => {
  test("takes the lock, opens a private socket, starts the daemon, and starts it again when it is killed", async () => {
    using home = tempHome();
    const keeper = start(home);
    const end = await connect(home);
    expect(end.welcome!.pid).toBe(keeper.pid);
    expect(readFileSync(home.paths.keeperLock, "utf8")).toBe(`${keeper.pid}\n`);
    expect(statSync(home.paths.keeperSocket).mode & 0o777).toBe(0o600);
    expect(statSync(home.paths.home).mode & 0o777).toBe(0o700);
    await waitUntil("the daemon", () => daemons(home).length === 1, () => logOf(home));
    process.kill(daemons(home)[0]!, "SIGKILL");
    await waitUntil("the next daemon", () => daemons(home).length === 2, () => logOf(home));
    const second = start(home);
    expect(await second.exited).toBe(ALREADY_RUNNING);
    const later = await connect(home);
    expect(later.welcome!).toMatchObject({ restarts: 1, lastExit: "signal SIGKILL" });
    later.send(TO_KEEPER.stop);
    expect(await keeper.exited).toBe(0);
    expect(existsSync(home.paths.keeperSocket)).toBeFalse();
    await waitUntil("the daemon's end", () => !existsSync(`/proc/${daemons(home)[1]}`));
    for (const each of [end, later]) each.duplex.close(true);
    await waitUntil("the connections' end", () => end.closed && later.closed);
  }, 60_000);

  test("is ended by neither a hangup, an error that nobody caught, nor a daemon that is not there", async () => {
    using home = tempHome();
    const keeper = start(home, `
      process.kill(process.pid, "SIGHUP");
      setTimeout(() => { throw new Error("thrown by nobody"); }, 1);
      void Promise.reject(new Error("rejected by nobody"));`);
    const end = await connect(home);
    const heard = await end.run(1, "echo ready; sleep 1000");
    await waitUntil("the program", () => heard.text.includes("ready"));
    await waitUntil(
      "the errors to be told",
      () =>
        /thrown by nobody/.test(logOf(home)) && /rejected by nobody/.test(logOf(home)) && /SIGHUP/.test(logOf(home)),
      () => logOf(home),
    );
    await end.sync();
    keeper.kill("SIGTERM");
    expect(await keeper.exited).toBe(0);
    await waitUntil("the connection's end", () => end.closed);
  }, 60_000);
});
