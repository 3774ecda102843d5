import { describe, expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import { LogRoot } from "../../../src/base/log.ts";
import { memoryPair } from "../../../src/transport/memory.ts";
import type { SshConnection } from "../../../src/tunnel/ssh/connection.ts";
import { Standby } from "../../../src/tunnel/standby.ts";
import { settle, VirtualClock } from "../../support/virtual-clock.ts";

const NEVER = new AbortController().signal;

/** A connection of which only what a standby uses is there. */
class QuietConnection {
  readonly label = "ann@far:22";
  readonly closed: Promise<undefined>;
  resting = false;
  ended = false;
  /** Whether the far sshd greets. */
  answers = false;
  asked: { patienceMs: number; farMs: number }[] = [];
  end!: () => void;

  constructor() {
    this.closed = new Promise((resolve) => (this.end = () => resolve(undefined)));
  }

  readonly reaches = async (patienceMs: number, farMs: number) => {
    this.asked.push({ patienceMs, farMs });
    return this.answers;
  };

  rest(on: boolean): void {
    this.resting = on;
  }

  close(): void {
    this.ended = true;
    this.end();
  }
}

function rig() {
  const clock = new VirtualClock();
  const opened: QuietConnection[] = [];
  const r = { clock, opened, wanted: true, refuse: undefined as FugueError | undefined, logins: 0 };
  const standby = new Standby({
    open: async () => {
      r.logins++;
      if (r.refuse) throw r.refuse;
      const connection = new QuietConnection();
      opened.push(connection);
      return connection as unknown as SshConnection;
    },
    stream: async () => {
      const [near, far] = memoryPair();
      far.listen({ data() {}, close() {} });
      far.write(new TextEncoder().encode("hello"));
      return near;
    },
    clock, log: new LogRoot(clock, () => {}).scope("test"), wanted: () => r.wanted,
  });
  return { ...r, r, standby };
}

async function ready() {
  const t = rig();
  t.standby.prepare();
  await t.clock.advanceAsync(2000);
  await settle();
  return t;
}

describe("a standby", () => {
  test("is opened once, after a while, and rests", async () => {
    const t = rig();
    t.standby.prepare();
    t.standby.prepare();
    await t.clock.advanceAsync(1900);
    expect(t.opened).toHaveLength(0);
    await t.clock.advanceAsync(200);
    expect(t.opened.map(({ resting }) => resting)).toEqual([true]);
    t.standby.prepare();
    await t.clock.advanceAsync(10_000);
    expect(t.opened).toHaveLength(1);
    t.standby.dispose();
    expect(t.opened[0]!.ended).toBeTrue();
    expect(t.clock.timers).toBe(0);
  });

  test("is not opened when nobody uses the tunnel any more", async () => {
    const t = rig();
    t.standby.prepare();
    t.r.wanted = false;
    await t.clock.advanceAsync(10_000);
    expect(t.r.logins).toBe(0);
  });

  test("is not asked for again after a refused login, and after a minute where the network failed", async () => {
    const t = rig();
    t.r.refuse = new FugueError("noServer", "no way");
    t.standby.prepare();
    await t.clock.advanceAsync(50_000);
    expect(t.r.logins).toBe(1);
    await t.clock.advanceAsync(20_000);
    expect(t.r.logins).toBe(2);
    t.r.refuse = new FugueError("refused", "no key was accepted");
    await t.clock.advanceAsync(200_000);
    expect(t.r.logins).toBe(3);
  });

  test("is handed over once the far machine answers, with its stream", async () => {
    const t = await ready();
    const [connection] = t.opened;
    let revived: unknown;
    void t.standby.revive(NEVER, 80).then((found) => (revived = found));
    await t.clock.advanceAsync(5000);
    expect(revived).toBeUndefined();
    expect(connection!.asked.length).toBeGreaterThan(50);
    expect(connection!.asked[0]).toEqual({ patienceMs: 2000, farMs: 40 });
    expect(t.standby.takeStream()).toBeUndefined();
    connection!.answers = true;
    await t.clock.advanceAsync(60);
    expect(revived).toBe(connection);
    expect([connection!.resting, connection!.ended]).toEqual([false, false]);
    const heard: string[] = [];
    t.standby.takeStream()!.listen({ data: (bytes) => void heard.push(new TextDecoder().decode(bytes)), close() {} });
    await settle();
    expect(heard).toEqual(["hello"]);
    expect(t.standby.takeStream()).toBeUndefined();
  });

  test("of which nothing is heard for long is given up", async () => {
    const t = await ready();
    let revived: unknown = "waiting";
    void t.standby.revive(NEVER, undefined).then((found) => (revived = found));
    await t.clock.advanceAsync(31_000);
    expect(revived).toBeUndefined();
    expect(t.opened[0]!.ended).toBeTrue();
    expect(t.opened[0]!.asked[0]!.farMs).toBe(Infinity);
  });

  test("that ends meanwhile, or was never there, holds up nothing", async () => {
    const t = await ready();
    let revived: unknown = "waiting";
    void t.standby.revive(NEVER, 80).then((found) => (revived = found));
    await t.clock.advanceAsync(100);
    t.opened[0]!.end();
    await t.clock.advanceAsync(100);
    expect(revived).toBeUndefined();
    expect(await rig().standby.revive(NEVER, 80)).toBeUndefined();
  });
});
