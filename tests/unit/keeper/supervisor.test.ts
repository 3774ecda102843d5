import { describe, expect, test } from "bun:test";
import { LogRoot } from "../../../src/base/log.ts";
import { Supervisor } from "../../../src/keeper/supervisor.ts";
import { VirtualClock, settle } from "../../support/virtual-clock.ts";

/** A daemon that ends when a test says so. */
class FakeDaemon {
  readonly signals: string[] = [];
  exitCode: number | null = null;
  signalCode: string | null = null;
  readonly exited: Promise<number>;
  private resolve!: (code: number) => void;

  constructor(readonly pid: number, private readonly diesOf: string[] = ["SIGTERM", "SIGKILL"]) {
    this.exited = new Promise((resolve) => (this.resolve = resolve));
  }

  end(code: number | null, signal: string | null = null): void {
    this.exitCode = code;
    this.signalCode = signal;
    this.resolve(code ?? 0);
  }

  kill(signal: string): void {
    this.signals.push(signal);
    if (this.diesOf.includes(signal)) this.end(null, signal);
  }
}

function rig(make: (n: number) => FakeDaemon = (n) => new FakeDaemon(n)) {
  const clock = new VirtualClock();
  const started: { daemon: FakeDaemon; at: number }[] = [];
  const log: string[] = [];
  const start = () => {
    const daemon = make(started.length + 1);
    started.push({ daemon, at: clock.now() });
    return daemon as unknown as Bun.Subprocess;
  };
  const supervisor = new Supervisor(start, clock, new LogRoot(clock, (line) => log.push(line)).scope("keeper"));
  return { clock, started, supervisor, log };
}

async function crash(r: ReturnType<typeof rig>, times: number): Promise<number[]> {
  const waits: number[] = [];
  for (let n = 0; n < times; n++) {
    const ended = r.clock.now();
    r.started.at(-1)!.daemon.end(1);
    await settle();
    const count = r.started.length;
    await r.clock.advanceAsync(60_000 * 5);
    expect(r.started.length).toBe(count + 1);
    waits.push(r.started.at(-1)!.at - ended);
  }
  return waits;
}

describe("a daemon that ends", () => {
  test("is started again almost at once, then after longer and longer, to a bound", async () => {
    const r = rig();
    r.supervisor.run();
    const waits = await crash(r, 13);
    expect(waits).toEqual([20, 100, 100, 100, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
    expect(r.supervisor.restarts).toBe(13);
  });

  test("once it was healthy is started at once again", async () => {
    const r = rig();
    r.supervisor.run();
    await crash(r, 5);
    r.supervisor.healthy();
    expect(await crash(r, 2)).toEqual([20, 100]);
  });

  test("leaves the reason for whoever asks", async () => {
    const r = rig();
    r.supervisor.run();
    expect(r.supervisor.pid).toBe(1);
    r.started[0]!.daemon.end(3);
    await settle();
    expect([r.supervisor.lastExit, r.supervisor.pid]).toEqual(["exit status 3", undefined]);
    await r.clock.advanceAsync(100);
    r.started[1]!.daemon.end(null, "SIGSEGV");
    await settle();
    expect(r.supervisor.lastExit).toBe("signal SIGSEGV");
  });
});

test("a daemon that cannot be started is tried again, and the keeper lives", async () => {
  let broken = 3;
  const r = rig((n) => {
    if (broken-- > 0) throw Object.assign(new Error("spawn failed"), { code: "ENOENT" });
    return new FakeDaemon(n);
  });
  expect(() => r.supervisor.run()).not.toThrow();
  await r.clock.advanceAsync(1000);
  expect(r.started).toHaveLength(1);
  expect(r.started[0]!.at).toBe(20 + 100 + 100);
  expect(r.log.join()).toContain("spawn failed");
});

describe("stopping", () => {
  test("asks the daemon, and waits for it", async () => {
    const r = rig();
    r.supervisor.run();
    await r.supervisor.stop(1000);
    expect(r.started[0]!.daemon.signals).toEqual(["SIGTERM"]);
    await r.clock.advanceAsync(60_000);
    expect([r.started.length, r.clock.timers]).toEqual([1, 0]);
  });

  test("kills a daemon that does not listen", async () => {
    const r = rig((n) => new FakeDaemon(n, ["SIGKILL"]));
    r.supervisor.run();
    let done = false;
    void r.supervisor.stop(1500).then(() => (done = true));
    await r.clock.advanceAsync(1499);
    expect([done, r.started[0]!.daemon.signals]).toEqual([false, ["SIGTERM"]]);
    await r.clock.advanceAsync(1);
    await settle();
    expect([done, r.started[0]!.daemon.signals]).toEqual([true, ["SIGTERM", "SIGKILL"]]);
  });

  test("between two daemons starts no more", async () => {
    const r = rig();
    r.supervisor.run();
    r.started[0]!.daemon.end(1);
    await settle();
    await r.supervisor.stop(1000);
    await r.clock.advanceAsync(60_000);
    expect([r.started.length, r.clock.timers]).toEqual([1, 0]);
  });
});

/** A supervisor over daemons that tell which executable they are of. */
function buildRig(own?: string) {
  const clock = new VirtualClock();
  const started: { daemon: FakeDaemon; executable: string | undefined }[] = [];
  const refused = new Set<string>();
  const supervisor = new Supervisor((executable) => {
    if (executable !== undefined && refused.has(executable)) throw new Error("ENOENT");
    const daemon = new FakeDaemon(started.length + 1);
    started.push({ daemon, executable });
    return daemon as unknown as Bun.Subprocess;
  }, clock, new LogRoot(clock, () => {}).scope("keeper"), own);
  supervisor.run();
  supervisor.connected(1);
  return { clock, started, supervisor, refused, last: () => started.at(-1)! };
}

describe("another build", () => {
  test("takes over when it connects; the old daemon ends, and later starts are of the new build", async () => {
    const r = buildRig();
    expect(r.supervisor.tryBuild("/new")).toBeUndefined();
    expect([r.supervisor.upgrade, r.started[0]!.daemon.signals]).toEqual([{ executable: "/new", state: "trying" }, []]);
    expect(r.supervisor.tryBuild("/newer")).toBe("an upgrade is under way");
    r.supervisor.connected(2);
    await settle();
    expect([r.started[0]!.daemon.signals, r.supervisor.pid, r.supervisor.restarts]).toEqual([["SIGKILL"], 2, 0]);
    r.supervisor.healthy();
    expect(r.supervisor.upgrade).toEqual({ executable: "/new", state: "done" });
    r.last().daemon.end(null, "SIGKILL");
    await settle();
    await r.clock.advanceAsync(100);
    expect([r.started.length, r.last().executable, r.clock.timers]).toEqual([3, "/new", 0]);
  });

  test("that ends or is silent before it connects is given up, and the daemon never noticed", async () => {
    const r = buildRig();
    r.supervisor.tryBuild("/bad");
    r.last().daemon.end(1);
    await settle();
    expect(r.supervisor.upgrade).toEqual({ executable: "/bad", state: "failed", why: "it ended: exit status 1" });
    r.supervisor.tryBuild("/silent");
    await r.clock.advanceAsync(10_000);
    expect(r.supervisor.upgrade).toMatchObject({ executable: "/silent", state: "failed", why: expect.stringContaining("did not connect") });
    expect([r.last().daemon.signals, r.started[0]!.daemon.signals, r.supervisor.pid]).toEqual([["SIGKILL"], [], 1]);
    r.refused.add("/gone");
    expect(r.supervisor.tryBuild("/gone")).toBe("ENOENT");
    expect(r.clock.timers).toBe(0);
  });

  test("that ends, or never proves healthy, in its place is followed by the one before, at once", async () => {
    for (const how of ["ends", "hangs"]) {
      const r = buildRig();
      r.supervisor.tryBuild("/bad");
      r.supervisor.connected(2);
      await settle();
      if (how === "ends") r.last().daemon.end(null, "SIGSEGV");
      else await r.clock.advanceAsync(10_000);
      await settle();
      expect([r.started.length, r.last().executable]).toEqual([3, undefined]);
      expect(r.supervisor.upgrade).toMatchObject({ executable: "/bad", state: "failed" });
      expect(r.supervisor.lastExit).toContain("the upgrade to /bad failed");
      r.supervisor.connected(3);
      expect([r.supervisor.pid, r.clock.timers]).toEqual([3, 0]);
    }
  });

  test("that serves clients is never put off long, however often it ends", async () => {
    const r = buildRig("/proc/1/exe");
    for (let n = 0; n < 10; n++) {
      r.supervisor.ready();
      r.last().daemon.end(null, "SIGKILL");
      await settle();
      await r.clock.advanceAsync(100);
      expect(r.started.length).toBe(n + 2);
    }
    expect(r.last().executable).toBeUndefined();
  });

  test("that is killed as soon as it serves, a few times in a row, is not put off either", async () => {
    const r = buildRig("/proc/1/exe");
    r.supervisor.ready();
    for (let n = 0; n < 5; n++) {
      r.last().daemon.end(null, "SIGKILL");
      await settle();
      await r.clock.advanceAsync(100);
      expect(r.started.length).toBe(n + 2);
    }
  });

  test("that fails again and again long after gives way to the keeper's own", async () => {
    const r = buildRig("/proc/1/exe");
    for (let n = 0; n < 3; n++) {
      r.last().daemon.end(1);
      await settle();
      await r.clock.advanceAsync(10_000);
    }
    expect(r.started.map(({ executable }) => executable)).toEqual([undefined, undefined, undefined, "/proc/1/exe"]);
  });
});
