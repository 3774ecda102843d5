import { expect, test } from "bun:test";
import { PausableLimit } from "../../../src/tunnel/control-client.ts";
import { People, type Person } from "../../../src/tunnel/people.ts";
import { Pulse } from "../../../src/tunnel/pulse.ts";
import { fakeFar, FakeConnection } from "../../support/fake-ssh.ts";
import { settle, VirtualClock } from "../../support/virtual-clock.ts";

class Subject {
  readonly clock = new VirtualClock();
  readonly connection = new FakeConnection(fakeFar());
  busy = true;
  network = "eth0=10.0.0.1";
  asked = 0;
  readonly deaths: number[] = [];
  readonly pulse: Pulse;

  constructor() {
    const roundTrip = this.connection.roundTrip.bind(this.connection);
    this.connection.roundTrip = () => {
      this.asked++;
      return roundTrip();
    };
    this.pulse = new Pulse(this.connection, this.clock, {
      busy: () => this.busy, dead: (ms) => void this.deaths.push(ms), network: () => this.network,
    });
  }
}

test("a connection in use that falls silent is dead within five seconds", async () => {
  const subject = new Subject();
  await subject.clock.advanceAsync(10_000);
  expect(subject.deaths).toEqual([]);
  subject.connection.stalled = true;
  const began = subject.clock.now();
  while (subject.deaths.length === 0 && subject.clock.now() < began + 20_000) await subject.clock.advanceAsync(100);
  expect(subject.clock.now() - began).toBeLessThanOrEqual(5000);
  await subject.clock.advanceAsync(60_000);
  expect(subject.deaths.length).toBe(1);
  expect(subject.clock.timers).toBe(0);
});

test("whatever is heard proves life, also while an answer is late", async () => {
  const subject = new Subject();
  await subject.clock.advanceAsync(1000);
  subject.connection.stalled = true;
  for (let i = 0; i < 60; i++) {
    await subject.clock.advanceAsync(500);
    subject.pulse.heard();
  }
  expect(subject.deaths).toEqual([]);
  subject.pulse.dispose();
});

test("an unused connection is asked seldom, and has more time", async () => {
  const subject = new Subject();
  subject.busy = false;
  await subject.clock.advanceAsync(300_000);
  expect(subject.asked).toBeLessThan(15);
  subject.connection.stalled = true;
  await subject.clock.advanceAsync(29_000);
  expect(subject.deaths).toEqual([]);
  await subject.clock.advanceAsync(15_000);
  expect(subject.deaths.length).toBe(1);
});

test("after a sleep it is asked at once", async () => {
  const subject = new Subject();
  subject.busy = false;
  await subject.clock.advanceAsync(1000);
  const { asked } = subject;
  const wall = subject.clock.wall.bind(subject.clock);
  subject.clock.wall = () => wall() + 3_600_000;
  await subject.clock.advanceAsync(600);
  expect(subject.asked).toBe(asked + 1);
  subject.pulse.dispose();
});

test("on another network it is asked at once", async () => {
  const subject = new Subject();
  subject.busy = false;
  await subject.clock.advanceAsync(1000);
  const { asked } = subject;
  subject.network = "wlan0=192.168.1.7";
  await subject.clock.advanceAsync(600);
  expect(subject.asked).toBe(asked + 1);
  await subject.clock.advanceAsync(5000);
  expect(subject.asked).toBe(asked + 1);
  subject.pulse.dispose();
});

test("a limit stands still while a person thinks", () => {
  const clock = new VirtualClock();
  let over = 0;
  const limit = new PausableLimit(clock, 1000, () => void over++);
  clock.advance(900);
  limit.pause();
  clock.advance(60_000);
  limit.resume();
  clock.advance(99);
  expect(over).toBe(0);
  clock.advance(1);
  expect(over).toBe(1);
  limit.dispose();
  expect(clock.timers).toBe(0);
});

/** Somebody who answers when the test says so. */
function person(name: string, heard: string[]): Person & { answer(text: string | undefined): void; leave(): void } {
  const answer = Promise.withResolvers<string | undefined>();
  const gone = Promise.withResolvers<void>();
  return {
    canAsk: true, gone: gone.promise, answer: answer.resolve, leave: gone.resolve,
    progress: (stage) => void heard.push(`${name} ${stage}`),
    ask: ({ text }) => {
      heard.push(`${name} ${text}`);
      return answer.promise;
    },
    confirm: async () => true,
  };
}

test("one person is asked at a time; whoever leaves is replaced by the next", async () => {
  const heard: string[] = [];
  const people = new People();
  const [ann, bob] = [person("ann", heard), person("bob", heard)];
  people.add(ann);
  people.progress("connecting");
  people.add(bob);
  const answer = people.ask({ text: "code?", echo: true });
  await settle();
  expect(heard).toEqual(["ann connecting", "bob connecting", "bob asking", "ann code?"]);
  const cat = person("cat", heard);
  people.add(cat);
  expect(heard.at(-1)).toBe("cat asking");
  ann.leave();
  await settle();
  expect(heard.slice(-2)).toEqual(["cat asking", "bob code?"]);
  bob.answer("42");
  expect(await answer).toBe("42");
  // nobody is asked any more
  expect(heard.slice(-2)).toEqual(["bob connecting", "cat connecting"]);
  cat.leave();
  bob.leave();
  await settle();
  expect(people.present).toBe(false);
  expect(await people.ask({ text: "again?", echo: true })).toBeUndefined();
  expect(await people.confirm("sure?")).toBe(false);
});
