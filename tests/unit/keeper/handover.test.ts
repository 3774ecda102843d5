/** What a keeper leaves to the next one: written, read, cut short, damaged; and programs that change hands by it. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { duplicate } from "../../../src/base/libc.ts";
import { FugueError } from "../../../src/base/errors.ts";
import { handoverMessages, readHandover, type Handover } from "../../../src/keeper/handover.ts";
import { PaneLog } from "../../../src/keeper/pane-log.ts";
import { FROM_KEEPER, TO_KEEPER, encodeKeeperMessage, jsonPayload, sizePayload } from "../../../src/keeper/protocol.ts";
import { keeperRig, shell } from "../../support/keeper-rig.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { waitUntil } from "../../support/wait-until.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function sample(): Handover {
  const log = new PaneLog(100);
  log.append(FROM_KEEPER.output, bytes("hello"));
  log.append(FROM_KEEPER.resized, sizePayload(90, 20));
  log.append(FROM_KEEPER.output, bytes("world"));
  const ended = new PaneLog(7);
  ended.append(FROM_KEEPER.exited, jsonPayload({ code: 3, signal: null }));
  return {
    startedAt: 1234, restarts: 2, lastExit: "signal SIGKILL", blobs: new Map([["model", bytes("blob")]]),
    panes: [
      {
        kept: { pane: 1, pid: 11, start: 100, end: 111, cols: 90, rows: 20, startCols: 80, startRows: 24, effect: 4, inputs: [[5, 6]] },
        program: { master: 9, exit: undefined, held: true }, log, checkpoint: bytes("screen"), checkpointOffset: 100, unwritten: bytes("typed"),
      },
      {
        kept: { pane: 2, pid: 12, start: 7, end: 8, cols: 80, rows: 24, effect: 0, inputs: [], exit: { code: 3, signal: null } },
        program: { master: 10, exit: { code: 3, signal: null }, held: false }, log: ended, checkpoint: new Uint8Array(), checkpointOffset: 0,
        unwritten: new Uint8Array(),
      },
    ],
  };
}

const written = (handover: Handover) => Buffer.concat([...handoverMessages(handover)]);
const plain = (handover: Handover) => ({ ...handover, panes: handover.panes.map(({ log, ...pane }) => ({ ...pane, log: [...log] })) });

describe("a handover", () => {
  test("is read as it was written, in pieces of any size", () => {
    const all = written(sample());
    for (const size of [1, 7, 100, all.length]) {
      const pieces = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
      expect(plain(readHandover(pieces))).toEqual(plain(sample()));
    }
  });

  test("that ends early is refused, wherever it ends", () => {
    const all = written(sample());
    for (let length = 0; length < all.length; length++) {
      expect(() => readHandover([all.subarray(0, length)])).toThrow(FugueError);
    }
  });

  test("of a later format, or with a hole, is refused with the reason", () => {
    const messages = [...handoverMessages(sample())];
    const later = encodeKeeperMessage(101, 0, 0, jsonPayload({ version: 2, startedAt: 0, restarts: 0 }));
    expect(() => readHandover([later, ...messages.slice(1)])).toThrow(/format 2, known is 1/);
    const output = messages.findIndex((message) => message[4] === FROM_KEEPER.output);
    expect(() => readHandover(messages.filter((_, i) => i !== output))).toThrow(/pane %1 has a hole at 100/);
    expect(() => readHandover(messages.filter((_, i) => i !== output + 2))).toThrow(/ends at 106, not at 111/);
  });

  test("has the bytes that it had in the first release that knew it", async () => {
    const golden = await Bun.file(join(import.meta.dir, "../../golden/handover-1")).bytes();
    expect(written(sample())).toEqual(Buffer.from(golden));
  });
});

test("a place that is given back is taken by the build before, with the same descriptors and the reason", async () => {
  using folder = tempFolder();
  const script = (name: string, text: string) => Bun.write(join(folder.path, name), text);
  await script("before.ts", `const inheritance = JSON.parse(process.argv[4]);
    console.log(process.pid, process.argv.slice(2, 4).join(" "), inheritance.failed, require("node:fs").readFileSync(inheritance.memory, "utf8"));`);
  await script("kept", "what it left");
  const source = (path: string) => JSON.stringify(join(import.meta.dir, "../../../src", path));
  await script("next.ts", `import { openSync } from "node:fs";
    import { giveBack } from ${source("keeper/replacement.ts")};
    import { keepOpen } from ${source("base/process-image.ts")};
    console.log(process.pid);
    const [image, memory] = [openSync(process.execPath, "r"), openSync(${JSON.stringify(join(folder.path, "kept"))}, "r")];
    for (const fd of [image, memory]) keepOpen(fd, true);
    const own = [process.execPath, ${JSON.stringify(join(folder.path, "before.ts"))}];
    giveBack({ memory, lock: 0, image, own, executable: "/new" }, "it is no good", process.env);
    console.log("came back");`);
  const proc = Bun.spawn([process.execPath, join(folder.path, "next.ts")], { stdout: "pipe", stderr: "inherit" });
  const said = (await new Response(proc.stdout).text()).trim().split("\n");
  expect(said).toEqual([String(proc.pid), `${proc.pid} --role=keeper --adopt it is no good what it left`]);
});

describe("a keeper that takes over", () => {
  test("goes on with what is printed and typed as if nothing had been, and with programs that flood held meanwhile", async () => {
    await using before = await keeperRig();
    await using after = await keeperRig();
    const daemon = await before.connect();
    daemon.putBlob("model", bytes("kept"));
    const flood = await daemon.run(1, "i=0; while [ $i -lt 60000 ]; do echo line $i; i=$((i+1)); done; echo over; exit 7", 100_000);
    await daemon.spawn(2, shell("stty raw -echo; printf ready; sleep 0.7; dd bs=1000 count=20 iflag=fullblock 2>/dev/null | cksum; sleep 1000"));
    daemon.attach(2, 0, 1 << 20);
    await waitUntil("the programs", () => flood.bytes > 50_000 && daemon.pane(2).text === "ready");
    const typed = Uint8Array.from({ length: 20_000 }, (_, i) => 97 + (i % 26));
    daemon.type(2, 5, 1, typed);
    await daemon.sync();
    await daemon.kill();
    await waitUntil("nothing on its way", () => before.keeper.drain());
    const left = readHandover(handoverMessages(before.keeper.handover()));
    const stock = left.panes.find(({ kept }) => kept.pane === 2)!;
    expect(stock.unwritten.length).toBeGreaterThan(0);
    // in place of a process whose other descriptors are gone
    for (const pane of left.panes) pane.program.master = duplicate(pane.program.master);
    const closer = await before.connect();
    for (const { kept } of left.panes) closer.send(TO_KEEPER.close, kept.pane);
    await closer.kill();
    after.keeper.adopt(left, { executable: "/new", state: "done" });
    const next = await after.connect();
    expect(next.welcome!.replaced).toEqual({ executable: "/new", state: "done" });
    expect([...next.blobs]).toEqual([["model", bytes("kept")]]);
    for (const { pane, start } of next.welcome!.panes) next.attach(pane, start, 64 << 20);
    await waitUntil("the last line", () => next.pane(1).text.includes("over"), () => next.pane(1).text.slice(-100));
    const lines = next.pane(1).text.split("\r\n");
    expect(lines.slice(0, 60_000)).toEqual(Array.from({ length: 60_000 }, (_, i) => `line ${i}`));
    await waitUntil("what was typed", () => /\d+ 20000/.test(next.pane(2).text), () => next.pane(2).text);
    const expected = Bun.spawnSync(["cksum"], { stdin: typed }).stdout.toString().trim();
    expect(next.pane(2).text).toContain(expected);
    // typed again by a client that was not told: once is enough
    next.type(2, 5, 1, typed);
    await waitUntil("the acknowledgement", () => next.pane(2).written.length > 0);
  });
});
