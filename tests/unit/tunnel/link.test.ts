/** One connection through what happens to laptops: sleep, other networks, servers that are away for long. */
import { expect, test } from "bun:test";
import { FugueError } from "../../../src/base/errors.ts";
import { LogRoot } from "../../../src/base/log.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { Link } from "../../../src/tunnel/link.ts";
import { People } from "../../../src/tunnel/people.ts";
import { fakeFar, FakeConnection } from "../../support/fake-ssh.ts";
import { rejection } from "../../support/thrown.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

class Laptop {
  readonly clock = new VirtualClock();
  readonly people = new People();
  network = "wlan0=10.0.0.1";
  /** Why no connection is to be had. */
  away: FugueError | undefined;
  tries = 0;
  readonly asks: (boolean | undefined)[] = [];
  readonly opened: FakeConnection[] = [];
  readonly link = new Link({
    open: async (prompter) => {
      this.tries++;
      this.asks.push(prompter.canAsk);
      if (this.away) throw this.away;
      const connection = new FakeConnection(fakeFar());
      this.opened.push(connection);
      return connection;
    },
    people: this.people, clock: this.clock, random: seededRandom(3), log: new LogRoot(this.clock, () => {}).scope("t"),
    network: () => this.network, busy: () => this.busy, changed() {}, connected() {},
  });

  constructor(private readonly busy = true) {}

  /** Turns the clock until it is so. @returns the milliseconds that it took */
  async until(condition: () => boolean, most = 60_000): Promise<number> {
    const began = this.clock.now();
    while (!condition() && this.clock.now() - began < most) await this.clock.advanceAsync(50);
    return this.clock.now() - began;
  }
}

const unreachable = (): FugueError => new FugueError("noServer", "there is no way");

test("after a sleep the dead connection is noticed and replaced within five seconds of use", async () => {
  const laptop = new Laptop();
  await laptop.link.connect();
  laptop.opened[0]!.stalled = true;
  const wall = laptop.clock.wall.bind(laptop.clock);
  laptop.clock.wall = () => wall() + 8 * 3_600_000;
  expect(await laptop.until(() => laptop.opened.length === 2)).toBeLessThanOrEqual(5000);
  expect(laptop.link.reconnects).toBe(1);
  // nobody was there to be asked, so nobody was
  expect(laptop.asks).toEqual([false, false]);
  laptop.link.dispose();
  expect(laptop.clock.timers).toBe(0);
});

test("away for long it tries every five to ten seconds, and within a second on another network", async () => {
  const laptop = new Laptop();
  await laptop.link.connect();
  laptop.away = unreachable();
  laptop.opened[0]!.cut();
  await laptop.clock.advanceAsync(300_000);
  const { tries } = laptop;
  await laptop.clock.advanceAsync(100_000);
  expect(laptop.tries - tries).toBeGreaterThanOrEqual(9);
  expect(laptop.tries - tries).toBeLessThanOrEqual(21);
  expect(laptop.link.state).toBe("waiting");
  await laptop.until(() => laptop.link.state === "waiting");
  laptop.away = undefined;
  laptop.network = "eth0=192.168.1.7";
  expect(await laptop.until(() => laptop.link.state === "ready")).toBeLessThanOrEqual(1050);
  laptop.link.dispose();
  expect(laptop.clock.timers).toBe(0);
});

test("a client that comes makes it try at once; many of them share the try", async () => {
  const laptop = new Laptop();
  await laptop.link.connect();
  laptop.away = unreachable();
  laptop.opened[0]!.cut();
  await laptop.clock.advanceAsync(60_000);
  const { tries } = laptop;
  const failures = await Promise.all(Array.from({ length: 20 }, () => rejection(laptop.link.connect())));
  expect(new Set(failures.map(({ message }) => message))).toEqual(new Set(["there is no way"]));
  expect(laptop.tries).toBe(tries + 1);
  laptop.away = undefined;
  const connections = await Promise.all(Array.from({ length: 20 }, () => laptop.link.connect()));
  expect(new Set(connections).size).toBe(1);
  expect(laptop.opened.length).toBe(2);
  laptop.link.dispose();
});

test("a login that was refused in the background is not repeated until somebody can be asked, or a minute is over", async () => {
  const laptop = new Laptop();
  await laptop.link.connect();
  laptop.away = new FugueError("refused", "a password is needed");
  laptop.opened[0]!.cut();
  await laptop.until(() => laptop.link.state === "stuck");
  const { tries } = laptop;
  await laptop.clock.advanceAsync(30_000);
  expect((await rejection(laptop.link.connect())).message).toBe("a password is needed");
  expect(laptop.tries).toBe(tries);
  laptop.away = undefined;
  laptop.people.add({ canAsk: true, gone: new Promise(() => {}), progress() {}, ask: async () => "x", confirm: async () => true });
  await laptop.link.connect();
  expect([laptop.tries, laptop.asks.at(-1)]).toEqual([tries + 1, undefined]);
  laptop.link.dispose();
});
