import { expect, test } from "bun:test";
import { Flight } from "../../../../src/server/connections/flight.ts";

const STEP_MS = 1;

/** A link to a client: how long each byte waits before it, in milliseconds, as `frame` bytes are sent 60 times a second. */
function flood({ rate, roundTrip, frame, ms }: { rate: number; roundTrip: number; frame: number; ms: number }) {
  const flight = new Flight();
  const acks: { bytes: number; at: number }[] = [];
  const waits: number[] = [];
  let freeAt = 0;
  let due = 0;
  let frames = 0;
  for (let now = 0; now < ms; now += STEP_MS) {
    while (acks.length > 0 && acks[0]!.at <= now) flight.acknowledge(acks.shift()!.bytes, now);
    if (now < due || flight.full) continue;
    due = now + 16;
    frames++;
    flight.add(frame, now);
    waits.push(Math.max(0, freeAt - now));
    freeAt = Math.max(freeAt, now) + frame / rate;
    acks.push({ bytes: frame, at: freeAt + roundTrip });
  }
  return { frames, waits, waitsLate: Math.max(...waits.slice(waits.length >> 1)) };
}

test("on a slow link what comes next waits little", () => {
  // 1 Mbit/s is 125 bytes a millisecond: these frames want twice as much
  const { waitsLate, frames } = flood({ rate: 125, roundTrip: 100, frame: 4000, ms: 8000 });
  // one of these frames alone takes 32 ms
  expect(waitsLate).toBeLessThan(100);
  expect(flood({ rate: 125, roundTrip: 100, frame: 2500, ms: 8000 }).waitsLate).toBeLessThan(80);
  // and the link is used well
  expect(frames * 4000).toBeGreaterThan(0.6 * 125 * 8000);
});

test("a terminal that is slow, close by, has little waiting for it", () => {
  const { waitsLate, frames } = flood({ rate: 100, roundTrip: 1, frame: 4000, ms: 8000 });
  expect(waitsLate).toBeLessThan(80);
  expect(frames * 4000).toBeGreaterThan(0.8 * 100 * 8000);
});

test("a fast link that is long gets every frame", () => {
  expect(flood({ rate: 100_000, roundTrip: 100, frame: 3000, ms: 4000 }).frames).toBeGreaterThan(200);
  expect(flood({ rate: 100_000, roundTrip: 300, frame: 8000, ms: 8000 }).frames).toBeGreaterThan(300);
});

test("a fast link is not left idle after a slow moment", () => {
  const flight = new Flight();
  for (let now = 0; now < 1000; now += 100) {
    flight.add(2000, now);
    flight.acknowledge(2000, now + (now === 500 ? 90 : 1));
  }
  flight.add(16_000, 1000);
  expect(flight.full).toBeFalse();
});

test("acknowledgements of what was never sent count for nothing", () => {
  const flight = new Flight();
  flight.acknowledge(1_000_000, 1);
  flight.add(1000, 2);
  expect(flight.bytes).toBe(1000);
  flight.acknowledge(400, 3);
  expect(flight.bytes).toBe(1000);
  flight.acknowledge(600, 4);
  expect(flight.bytes).toBe(0);
});
