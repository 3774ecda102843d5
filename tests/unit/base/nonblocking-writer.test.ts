import { describe, expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { NonblockingWriter } from "../../../src/base/nonblocking-writer.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";

/** A fifo with both ends open, neither of which blocks. */
function fifo() {
  const folder = tempFolder();
  const path = join(folder.path, "f");
  Bun.spawnSync(["mkfifo", path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  let readerOpen = true;
  return {
    writer,
    read(most = 1 << 20): Buffer {
      const buffer = Buffer.alloc(most);
      try {
        return buffer.subarray(0, readSync(reader, buffer));
      } catch {
        return buffer.subarray(0, 0);
      }
    },
    closeReader(): void {
      if (readerOpen) closeSync(reader);
      readerOpen = false;
    },
    [Symbol.dispose]() {
      this.closeReader();
      closeSync(writer);
      folder[Symbol.dispose]();
    },
  };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const never = () => {
  throw new Error("nothing should fail");
};

describe("a writer that never blocks", () => {
  test("writes at once what is taken at once, and says when", () => {
    using pipe = fifo();
    const clock = new VirtualClock();
    const writer = new NonblockingWriter(pipe.writer, clock, never);
    const done: string[] = [];
    writer.write(bytes("one"), () => done.push("one"));
    writer.write(bytes(""), () => done.push("nothing"));
    writer.write(bytes("two"));
    expect([pipe.read().toString(), done, writer.waiting, clock.timers]).toEqual(["onetwo", ["one", "nothing"], 0, 0]);
  });

  test("keeps what is not taken, in order, and tries again a moment later", () => {
    using pipe = fifo();
    const clock = new VirtualClock();
    const writer = new NonblockingWriter(pipe.writer, clock, never);
    const done: number[] = [];
    const pieces = Array.from({ length: 40 }, (_, i) => new Uint8Array(10_000).fill(i));
    pieces.forEach((piece, i) => writer.write(piece, () => done.push(i)));
    expect(writer.waiting).toBeGreaterThan(200_000);
    expect(clock.timers).toBe(1);
    const got: Buffer[] = [];
    for (let n = 0; n < 100 && writer.waiting > 0; n++) {
      clock.advance(1);
      got.push(Buffer.from(pipe.read()));
    }
    got.push(Buffer.from(pipe.read()));
    expect(Buffer.concat(got).equals(Buffer.concat(pieces))).toBeTrue();
    expect(done).toEqual(pieces.map((_, i) => i));
    expect([writer.waiting, clock.timers]).toEqual([0, 0]);
  });

  test("may be written to from where it says that something is done", () => {
    using pipe = fifo();
    const writer = new NonblockingWriter(pipe.writer, new VirtualClock(), never);
    let more = 3;
    const again = () => {
      if (more-- > 0) writer.write(bytes(`${more}`), again);
    };
    writer.write(bytes("a"), again);
    writer.write(bytes("b"));
    expect(pipe.read().toString()).toBe("a210b");
  });

  test("forgets what waits when told to, without saying that it is done", () => {
    using pipe = fifo();
    const clock = new VirtualClock();
    const writer = new NonblockingWriter(pipe.writer, clock, never);
    let done = false;
    writer.write(new Uint8Array(1 << 20), () => (done = true));
    writer.clear();
    expect([writer.waiting, clock.timers, done]).toEqual([0, 0, false]);
    pipe.read();
    writer.write(bytes("fresh"));
    expect(pipe.read().toString()).toBe("fresh");
  });

  test("hands back what it will never write when the other end is gone", () => {
    using pipe = fifo();
    const clock = new VirtualClock();
    const failures: number[] = [];
    const done: string[] = [];
    const writer = new NonblockingWriter(pipe.writer, clock, (dropped) => {
      failures.push(dropped.length);
      for (const run of dropped) run();
    });
    writer.write(new Uint8Array(1 << 20), () => done.push("big"));
    writer.write(bytes("x"));
    writer.write(bytes("y"), () => done.push("y"));
    pipe.closeReader();
    clock.advance(5);
    expect([failures, done, writer.waiting, clock.timers]).toEqual([[2], ["big", "y"], 0, 0]);
  });
});
