import { describe, expect, test } from "bun:test";
import { LinkTable } from "../../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../../src/client/mirror/pane-mirror.ts";
import { encodeMessage } from "../../../../src/protocol/codec.ts";
import type { Frame } from "../../../../src/protocol/messages.ts";
import { Outbox } from "../../../../src/server/connections/outbox.ts";
import type { Pane } from "../../../../src/server/panes/pane.ts";
import { ScreenImage } from "../../../../src/terminal/frame.ts";
import { cellDifference, emulatorCells, gridCells, silentEmulator, write } from "../../../support/cells.ts";
import { VirtualClock } from "../../../support/virtual-clock.ts";

/** What an outbox needs of a pane. */
class FakePane {
  readonly emulator;
  readonly image = new ScreenImage();
  typedAt = -1e9;
  drained = true;
  frameDue = false;
  holding = false;
  pictures = 0;
  input = { input: 0, echoed: 0 };
  tty: { echo: boolean; canonical: boolean } | undefined;
  readonly ttyFlags = { read: () => this.tty };

  constructor(readonly id: number, cols = 80, rows = 24) {
    this.emulator = silentEmulator(cols, rows);
  }

  picture(): ScreenImage {
    this.pictures++;
    if (!this.holding || this.image.epoch === 0) this.image.update(this.emulator);
    return this.image;
  }

  inputOf(): { input: number; echoed: number } {
    return this.input;
  }

  get asPane(): Pane {
    return this as unknown as Pane;
  }
}

function rig(panes = [new FakePane(1)]) {
  const clock = new VirtualClock();
  const frames: { frame: Frame; bytes: number; at: number }[] = [];
  const mirrors = new Map<number, PaneMirror>();
  const links = new LinkTable();
  const outbox = new Outbox(1, clock, (frame) => {
    const { length } = encodeMessage("frame", frame);
    frames.push({ frame: structuredClone(frame), bytes: length, at: clock.now() });
    return length;
  });
  const r = {
    clock, frames, outbox, panes, mirrors, links,
    /** Output of a pane, and the end of its slice. */
    show(text: string, pane = panes[0]!): void {
      write(pane.emulator, text);
      outbox.mark(pane.asPane);
      outbox.flush();
    },
    /** Applies frames to mirrors; @returns their bytes. */
    receive(list = frames.splice(0)): number {
      for (const { frame } of list) {
        let mirror = mirrors.get(frame.pane);
        if (!mirror) mirrors.set(frame.pane, (mirror = new PaneMirror(frame.pane, links)));
        mirror.apply(frame);
      }
      return list.reduce((n, f) => n + f.bytes, 0);
    },
    /** Everything that is on its way arrives and is acknowledged, until nothing is. */
    settle(): void {
      for (let n = 0; n < 500; n++) {
        const bytes = r.receive();
        if (bytes === 0 && clock.timers === 0) return;
        if (bytes > 0) outbox.acknowledge(bytes);
        clock.advance(20);
      }
      throw new Error("frames without end");
    },
    expectSame(pane = panes[0]!): void {
      const difference = cellDifference(
        gridCells(mirrors.get(pane.id)!.grid, links.text), emulatorCells(pane.emulator),
      );
      if (difference) throw new Error(difference);
    },
  };
  outbox.watch(panes.map((p) => p.asPane));
  return r;
}

/** A screen full of characters that do not compress into runs: about 20 bytes a cell. */
function noise(seed: number, cols = 80, rows = 24): string {
  let text = "\x1b[H";
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++)
      text += `\x1b[38;2;${(seed * 7 + x) % 256};${(x * y) % 256};${(seed + y) % 256}m${String.fromCharCode(
        33 + ((x + y + seed) % 90),
      )}`;
    if (y < rows - 1) text += "\r\n";
  }
  return text;
}

describe("a picture", () => {
  test("leaves at once after a pause, with cursor and modes", () => {
    const r = rig();
    expect(r.frames).toHaveLength(1);
    expect(r.frames[0]!.frame).toMatchObject({
      pane: 1, cols: 80, rows: 24, full: true, cursor: { x: 0, y: 0, visible: true }, modes: { alternate: false },
    });
    r.settle();
    r.clock.advance(1000);
    r.show("hello");
    expect(r.frames).toHaveLength(1);
    expect(r.frames[0]!.frame).toMatchObject({ cursor: { x: 5, y: 0 } });
    expect([r.frames[0]!.frame.full, r.frames[0]!.frame.modes]).toEqual([undefined, undefined]);
  });

  test("that is the same as the last is not sent", () => {
    const r = rig();
    r.settle();
    r.clock.advance(1000);
    r.show("");
    r.show("x\b \b");
    r.settle();
    r.clock.advance(1000);
    const before = r.frames.length;
    r.show("\x1b[1;1H");
    expect(r.frames.length).toBe(before);
  });

  test("with only another cursor, mode or echo is a frame without rows", () => {
    const r = rig();
    r.settle();
    for (const text of ["\x1b[5;5H", "\x1b[?25l", "\x1b[?1000h"]) {
      r.clock.advance(1000);
      r.show(text);
      expect(r.frames.splice(0)).toMatchObject([{ frame: { lines: [] } }]);
      r.outbox.acknowledge(1000);
    }
    r.clock.advance(1000);
    r.panes[0]!.input = { input: 4, echoed: 3 };
    r.show("");
    expect(r.frames.splice(0)).toMatchObject([{ frame: { lines: [], input: 4, echoed: 3 } }]);
  });

  test("of a pane is sent at most 60 times a second", () => {
    const r = rig();
    r.settle();
    r.clock.advance(1000);
    const begin = r.clock.now();
    while (r.clock.now() < begin + 1000) {
      r.show(`${r.clock.now()}\r\n`);
      r.outbox.acknowledge(r.receive());
      r.clock.advance(1);
    }
    const { pictures } = r.panes[0]!;
    expect(pictures).toBeLessThanOrEqual(63);
    expect(pictures).toBeGreaterThan(50);
    r.settle();
    r.expectSame();
  });

  test("that was left out is made up for without new output", () => {
    const r = rig();
    r.settle();
    r.clock.advance(1000);
    r.show("a");
    r.show("b");
    expect(r.frames).toHaveLength(1);
    r.settle();
    r.expectSame();
    expect(r.clock.timers).toBe(0);
  });
});

describe("a client that is slow", () => {
  test("has a bounded number of bytes on their way to it, whatever happens", () => {
    const r = rig();
    let sent = 0;
    for (let n = 0; n < 300; n++) {
      r.show(noise(n));
      r.clock.advance(20);
      sent = r.frames.reduce((sum, f) => sum + f.bytes, 0);
    }
    // the window at the beginning, and the message that passes it
    expect(sent).toBeLessThan(64 * 1024 + 20 * 1024);
    expect(r.clock.timers).toBeLessThanOrEqual(1);
  });

  test("gets the newest picture, not all that there were", () => {
    const r = rig();
    r.settle();
    for (let n = 0; n < 500; n++) {
      r.show(`${n}\r\n`);
      r.clock.advance(2);
    }
    r.receive();
    r.show(noise(7));
    r.settle();
    r.expectSame();
    const before = r.panes[0]!.pictures;
    r.clock.advance(5000);
    expect(r.panes[0]!.pictures).toBe(before);
  });

  test("sees a picture larger than its window whole in the end, though it changes all the time", () => {
    const r = rig([new FakePane(1, 200, 60)]);
    for (let n = 0; n < 40; n++) {
      r.show(`\x1b[H${noise(n, 200, 30)}`);
      r.outbox.acknowledge(r.receive());
      r.clock.advance(20);
    }
    r.show("\x1b[60;1Hlast row");
    let seen = false;
    for (let n = 40; n < 100 && !seen; n++) {
      r.show(`\x1b[H${noise(n, 200, 30)}`);
      r.outbox.acknowledge(r.receive());
      r.clock.advance(20);
      seen = r.mirrors.get(1)!.grid.text(59).startsWith("last row");
    }
    expect(seen).toBeTrue();
    r.settle();
    r.expectSame();
  });

  test("that acknowledges more than it got, or nothing at all, breaks nothing", () => {
    const r = rig();
    r.outbox.acknowledge(1e15);
    r.outbox.acknowledge(0);
    r.show(noise(1));
    r.outbox.acknowledge(Number.MAX_SAFE_INTEGER);
    r.settle();
    r.expectSame();
    for (let n = 0; n < 50; n++) {
      r.show(noise(n));
      r.clock.advance(17);
    }
    expect(r.frames.reduce((sum, f) => sum + f.bytes, 0)).toBeLessThan(1.2 * 1024 * 1024);
  });
});

/** A link of this many bytes a second and this long a way; acknowledgements take the same way back. */
function simulate(
  bytesPerSecond: number, wayMs: number, step: (r: ReturnType<typeof rig>, now: number) => void, ms: number,
  panes: FakePane[],
) {
  const r = rig(panes);
  let free = 0;
  const arrivals: { at: number; frame: Frame; sentAt: number }[] = [];
  let taken = 0;
  const carry = () => {
    for (; taken < r.frames.length; taken++) {
      const { frame, bytes, at } = r.frames[taken]!;
      free = Math.max(free, at) + (bytes / bytesPerSecond) * 1000;
      const arrive = free + wayMs;
      arrivals.push({ at: arrive, frame, sentAt: at });
      r.clock.after(arrive + wayMs - r.clock.now(), () => {
        r.outbox.acknowledge(bytes);
        carry();
      });
    }
  };
  for (let now = 0; now < ms; now++) {
    step(r, now);
    carry();
    r.clock.advance(1);
    carry();
  }
  return { arrivals, r };
}

describe("the pane that a person types in", () => {
  test("goes first when there is room again", () => {
    const panes = [new FakePane(1), new FakePane(2), new FakePane(3)];
    const r = rig(panes);
    r.settle();
    r.clock.advance(1000);
    // fill the window
    for (let n = 0; n < 20; n++) {
      r.show(noise(n), panes[0]);
      r.clock.advance(17);
    }
    for (const pane of panes) {
      write(pane.emulator, "x");
      r.outbox.mark(pane.asPane);
    }
    panes[2]!.typedAt = r.clock.now();
    const bytes = r.receive();
    r.clock.advance(20);
    r.outbox.acknowledge(bytes);
    expect(r.frames[0]!.frame.pane).toBe(3);
  });

  test("answers a key at once when all is parsed that it printed, also within a flood's own time", () => {
    const pane = new FakePane(1);
    const r = rig([pane]);
    r.settle();
    r.clock.advance(1000);
    const shownAfter = (text: string) => {
      const before = r.clock.now();
      r.frames.splice(0);
      r.show(text);
      while (r.frames.length === 0) r.clock.advance(1);
      return r.frames[0]!.at - before;
    };
    pane.drained = false;
    expect(shownAfter("y")).toBe(0);
    pane.typedAt = r.clock.now();
    expect(shownAfter("y")).toBeGreaterThan(15);
    r.outbox.mark(pane.asPane);
    write(pane.emulator, "y");
    r.outbox.flush();
    // the timer of the flood's next picture does not hold the answer back
    r.clock.advance(3);
    pane.drained = true;
    pane.typedAt = r.clock.now();
    expect(shownAfter("$ ")).toBeLessThanOrEqual(2);
    r.clock.advance(200);
    expect(shownAfter("a")).toBe(0);
    expect(shownAfter("later, by itself")).toBeGreaterThan(15);
    r.settle();
    r.expectSame();
    expect(r.clock.timers).toBe(0);
  });

  test.each([[10_000_000, 1, 40], [1_000_000, 25, 160], [125_000, 50, 700]])(
    "over %d bytes a second with %d ms of way is seen within %d ms, while another floods",
    (rate, way, bound) => {
      const panes = [new FakePane(1), new FakePane(2)];
      const echoes: number[] = [];
      const { arrivals } = simulate(rate, way, (r, now) => {
        if (now % 3 === 0) r.show(noise(now), panes[0]);
        if (now % 200 !== 100) return;
        panes[1]!.typedAt = r.clock.now();
        echoes.push(r.clock.now());
        r.show(`${now} `, panes[1]);
      }, 4000, panes);
      const delays = echoes.filter((at) => at > 800 && at < 3000).map(
        (at) => arrivals.find((a) => a.frame.pane === 2 && a.sentAt >= at)!.at - at,
      );
      expect(delays.length).toBeGreaterThan(8);
      expect([Math.max(...delays) < bound, delays.map(Math.round)]).toEqual([true, delays.map(Math.round)]);
      // and the flood is still shown
      expect(arrivals.filter((a) => a.frame.pane === 1).length).toBeGreaterThan(10);
    },
  );
});

describe("watching", () => {
  test("another pane sends its whole picture, and the ones that stay are not sent again", () => {
    const panes = [new FakePane(1), new FakePane(2)];
    const r = rig([panes[0]!]);
    r.show("one", panes[0]);
    r.settle();
    write(panes[1]!.emulator, "two");
    r.outbox.watch([panes[0]!.asPane, panes[1]!.asPane]);
    expect(r.frames.map((f) => [f.frame.pane, f.frame.full])).toEqual([[2, true]]);
    expect([r.outbox.shows(panes[0]!.asPane), r.outbox.shows(panes[1]!.asPane)]).toEqual([true, true]);
  });

  test("no more sends no more, and again begins anew", () => {
    const r = rig();
    r.show("one");
    r.settle();
    r.outbox.watch([]);
    r.clock.advance(1000);
    r.show(" two");
    expect([r.frames.length, r.panes[0]!.frameDue]).toEqual([0, false]);
    r.outbox.watch([r.panes[0]!.asPane]);
    expect(r.frames[0]!.frame.full).toBeTrue();
    r.settle();
    r.expectSame();
  });

  test("a pane that was replaced by another of its number sends the new one's picture", () => {
    const r = rig();
    r.show("old");
    r.settle();
    const fresh = new FakePane(1);
    write(fresh.emulator, "new");
    r.outbox.watch([fresh.asPane]);
    expect(r.frames[0]!.frame.full).toBeTrue();
    r.settle();
    r.expectSame(fresh);
  });
});

test("a picture that a synchronized update holds back is owed, and sent when it may be", () => {
  const r = rig();
  r.settle();
  r.clock.advance(1000);
  const pane = r.panes[0]!;
  pane.holding = true;
  r.show("half a picture");
  r.settle.call(r);
  expect([r.mirrors.get(1)!.grid.text(0).trim(), pane.frameDue]).toEqual(["", true]);
  pane.holding = false;
  r.outbox.mark(pane.asPane);
  r.outbox.flush();
  r.settle();
  r.expectSame();
});

test("a large picture is several messages, of which only the last says that it is the last", () => {
  const r = rig([new FakePane(1, 200, 60)]);
  r.settle();
  r.clock.advance(1000);
  r.show(noise(3, 200, 60));
  const parts = r.frames.map((f) => f.frame.more ?? false);
  expect(parts.length).toBeGreaterThan(2);
  expect(Math.max(...r.frames.map((f) => f.bytes))).toBeLessThan(24 * 1024);
  r.settle();
  r.expectSame();
});

test("how the terminal treats keys is told to who has typed there, and only when it changed", () => {
  const r = rig();
  const [pane] = r.panes;
  const told = () => r.frames.map(({ frame }) => frame.tty);
  pane!.tty = { echo: true, canonical: true };
  r.show("$ ");
  expect(told()).toEqual([undefined]);
  r.settle();
  pane!.input = { input: 1, echoed: 0 };
  r.show("x");
  expect(told()).toEqual([{ echo: true, canonical: true }]);
  r.settle();
  r.show("y");
  expect(told()).toEqual([undefined]);
  r.settle();
  pane!.tty = { echo: false, canonical: true };
  r.show("Password: ");
  expect(told()).toEqual([{ echo: false, canonical: true }]);
});

test("after its end no timer is left", () => {
  const r = rig();
  r.show("a");
  r.show("b");
  r.outbox.dispose();
  r.clock.advance(1000);
  expect(r.clock.timers).toBe(0);
});
