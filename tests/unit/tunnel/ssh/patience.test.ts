import { expect, test } from "bun:test";
import { SshMemory } from "../../../../src/tunnel/ssh/memory.ts";
import { Patience } from "../../../../src/tunnel/ssh/patience.ts";
import { rejection } from "../../../support/thrown.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

test("time in prompts does not count; time outside does", async () => {
  const clock = new VirtualClock();
  const answer = Promise.withResolvers<string | undefined>();
  const prompter = { progress() {}, ask: () => answer.promise, confirm: async () => true };
  const patience = new Patience(clock, 1000, "host", prompter);
  clock.advance(600);
  const asked = patience.ask("Password", false);
  clock.advance(60_000);
  answer.resolve("secret");
  expect(await asked).toBe("secret");
  expect(patience.remaining).toBe(400);
  clock.advance(399);
  const over = rejection(patience.over);
  patience.progress("authenticating");
  clock.advance(1);
  const error = await over;
  expect(error.code).toBe("timeout");
  expect(error.message).toContain("authenticating");
  expect(clock.timers).toBe(0);
});

test("an attempt that has ended listens to its signal no more: the next ones have the same", () => {
  const { signal } = new AbortController();
  let listening = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: unknown[]) => (listening++, (add as (...all: unknown[]) => void)(...args));
  signal.removeEventListener = (...args: unknown[]) => (listening--, (remove as (...all: unknown[]) => void)(...args));
  const patience = new Patience(new VirtualClock(), 1000, "host", undefined, signal);
  expect(listening).toBe(1);
  patience.dispose();
  expect(listening).toBe(0);
});

test("when time is up, the message names the address that was connected to, how long, and what may be wrong", async () => {
  const clock = new VirtualClock();
  const late = async (...progress: Parameters<Patience["progress"]>) => {
    const patience = new Patience(clock, 1500, "host", undefined);
    patience.progress(...progress);
    const over = rejection(patience.over);
    clock.advance(1500);
    return over;
  };
  expect(await late("connecting", "10.0.0.1:22")).toMatchObject({ message: "10.0.0.1:22 did not answer within 1.5 s (connecting)", hint: expect.stringContaining("firewall") });
  expect(await late("authenticating", "ann@host")).toMatchObject({ message: "host did not answer within 1.5 s (authenticating)", hint: expect.stringContaining("its login hangs") });
});

test("giving up, cancelling, and asking nobody", async () => {
  const clock = new VirtualClock();
  const prompter = { progress() {}, ask: async () => undefined, confirm: async () => false };
  const patience = new Patience(clock, 1000, "host", prompter);
  expect((await rejection(patience.ask("x", true))).code).toBe("interrupted");
  expect(await patience.confirm("x")).toBe(false);
  patience.dispose();
  expect(clock.timers).toBe(0);
  const aborter = new AbortController();
  const cancelled = new Patience(clock, 1000, "host", undefined, aborter.signal);
  expect((await rejection(cancelled.ask("x", true))).code).toBe("internal");
  aborter.abort();
  expect((await rejection(cancelled.over)).code).toBe("interrupted");
  expect(clock.timers).toBe(0);
});

test("memory is bounded, keeps the newest, forgets what it is told to", () => {
  const memory = new SshMemory();
  for (let i = 0; i < 100; i++) memory.keepPassword(`h${i}`, `p${i}`);
  expect(memory.password("h0")).toBeUndefined();
  expect(memory.password("h99")).toBe("p99");
  memory.forgetPassword("h99");
  expect(memory.password("h99")).toBeUndefined();
  memory.keepKey("/k", "1", "key");
  expect(memory.key("/k", "2")).toBeUndefined();
  expect(memory.key("/k", "1")).toBe("key");
  memory.keepAnswer("q", "a");
  memory.clear();
  expect([memory.key("/k", "1"), memory.answer("q"), memory.password("h98"), memory.hasAnswers]).toEqual([undefined, undefined, undefined, false]);
});
