import { expect, test } from "bun:test";
import { Duplex } from "node:stream";
import { joinWrites } from "../../../../src/tunnel/ssh/joined-writes.ts";

/** A stream that remembers what it was given at a time. */
function recorder(): { stream: Duplex; taken: string[] } {
  const taken: string[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk, _, done) {
      taken.push(String(chunk));
      done();
    },
    writev(chunks, done) {
      taken.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)).toString());
      done();
    },
  });
  return { stream, taken };
}

test("what is written in one turn leaves together, each turn for itself, and in order", async () => {
  const { stream, taken } = recorder();
  joinWrites(stream);
  for (const piece of ["length ", "data ", "tag"]) stream.write(piece);
  expect(taken).toEqual([]);
  await new Promise(setImmediate);
  expect(taken).toEqual(["length data tag"]);
  stream.write("next");
  await new Promise(setImmediate);
  expect(taken).toEqual(["length data tag", "next"]);
});

test("an end takes along what was written before it", async () => {
  const { stream, taken } = recorder();
  joinWrites(stream);
  stream.write("last ");
  stream.end("words");
  await new Promise((resolve) => stream.once("finish", resolve));
  expect(taken.join("")).toBe("last words");
});

test("a stream that is destroyed takes nothing with it, and says so", async () => {
  const { stream, taken } = recorder();
  joinWrites(stream);
  const failed = new Promise<unknown>((resolve) => stream.write("lost", resolve));
  stream.destroy();
  expect(await failed).toBeInstanceOf(Error);
  expect(taken).toEqual([]);
});
