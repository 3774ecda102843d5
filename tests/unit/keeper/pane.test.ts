/** One pane of a real keeper: its log, its credit and its input, with real programs on real terminals. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { LOG_BOUND_BYTES, TO_KEEPER } from "../../../src/keeper/protocol.ts";
import { keeperRig, shell } from "../../support/keeper-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** Output without the terminal's own changes of it. */
const RAW = "stty raw -echo";

/** Waits until something is the same after a while: a machine with much else to do takes longer to fill what is to be full. */
async function standsStill(what: () => unknown): Promise<void> {
  await waitUntil("it to stand still", async () => {
    const before = await what();
    await Bun.sleep(150);
    return (await what()) === before;
  });
}

describe("output", () => {
  test("comes in order, each byte with its place, then the exit", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; for i in 1 2 3; do printf line$i; sleep 0.01; done; exit 3`);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.log);
    expect(heard.text).toBe("line1line2line3");
    expect(heard.log.at(-1)).toEqual({ kind: "exited", position: 15, exit: { code: 3, signal: null } });
    expect(heard.end).toBe(16);
  });

  test("of a megabyte is complete before the exit is told", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; head -c 1000000 /dev/zero | tr '\\0' a; printf end`);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.log.slice(-3));
    expect(heard.bytes).toBe(1_000_003);
    expect(heard.text.endsWith("aend")).toBeTrue();
  });

  test("that waits for credit is not lost when its program has ended meanwhile", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.spawn(
      1, shell(`${RAW}; printf r; read go; printf first; head -c 3000 /dev/zero | tr '\\0' b; printf last`),
    );
    daemon.attach(1, 0, 1);
    const heard = daemon.pane(1);
    await waitUntil("the first output", () => heard.text === "r", () => heard.log);
    daemon.type(1, 1, 1, "\n");
    // long after the program's end, and longer than anything is waited for after it
    await Bun.sleep(500);
    expect(heard.text).toBe("r");
    daemon.credit(1, 100_000);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.log.slice(-3));
    expect(heard.bytes).toBe(1 + 5 + 3000 + 4);
    expect(heard.text.endsWith("last")).toBeTrue();
  });

  test("of what a program leaves running ends with it, and nothing hangs", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; (trap '' HUP; sleep 12) & printf done`);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.log, 10_000);
    expect(heard.text).toBe("done");
    daemon.send(TO_KEEPER.close, 1);
    await daemon.sync();
    expect((await (await rig.connect()).hello()).panes.map((p) => p.pane)).not.toContain(1);
  });
});

describe("how a program ended", () => {
  test.each([
    ["exit 0", { code: 0, signal: null }], ["exit 255", { code: 255, signal: null }],
    ["kill -9 $$", { code: null, signal: "SIGKILL" }], ["kill -TERM $$", { code: null, signal: "SIGTERM" }],
  ])(
    "%s is told as %j",
    async (script, exit) => {
      await using rig = await keeperRig();
      const heard = await (await rig.connect()).run(1, script);
      await waitUntil("the exit", () => heard.exit !== undefined, () => heard.log);
      expect(heard.exit).toEqual(exit);
    },
  );

  test("is remembered for a daemon that comes later", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    const heard = await first.run(1, `${RAW}; printf x; exit 7`);
    await waitUntil("the exit", () => heard.exit !== undefined);
    const second = await rig.connect();
    expect(second.welcome!.panes).toMatchObject([{ pane: 1, start: 0, end: 2, exit: { code: 7, signal: null } }]);
    second.attach(1, 0, 1000);
    await waitUntil("the replay", () => second.pane(1).exit !== undefined, () => second.pane(1).log);
    expect(second.pane(1).text).toBe("x");
  });
});

describe("credit", () => {
  test("really pauses: a flooding program stands still, and little is held", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const counter = `${rig.path}.count`;
    // says how far it came: what it could not write is not counted
    const script = `${RAW}; n=0; while true; do head -c 65536 /dev/zero; n=$((n+1)); echo $n > ${counter}; done`;
    await daemon.spawn(1, shell(script));
    daemon.attach(1, 0, 200_000);
    const heard = daemon.pane(1);
    await waitUntil("the first credit to be used", () => heard.bytes >= 200_000, () => heard.bytes);
    const count = () => (existsSync(counter) ? Number(readFileSync(counter, "utf8")) : 0);
    await standsStill(() => `${count()} ${heard.bytes}`);
    expect(heard.bytes).toBeLessThan(400_000);
    expect(count() * 65_536).toBeLessThan(3 << 20);
    for (let n = 0; n < 4; n++) {
      const had = heard.bytes;
      daemon.credit(1, 100_000);
      await waitUntil("more", () => heard.bytes >= had + 36_000, () => heard.bytes);
    }
    daemon.send(TO_KEEPER.close, 1);
  });

  test("is counted per pane: one without credit holds up no other", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.spawn(1, shell("yes"));
    daemon.attach(1, 0, 1);
    const heard = await daemon.run(2, "echo free");
    await waitUntil("the other pane", () => heard.text.includes("free"), () => heard.log);
    await waitUntil("its exit", () => heard.exit !== undefined);
  });

  test("a resize passes what waits for it only in the order of the log", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.spawn(
      1, shell(`${RAW}; trap 'printf [resized]' WINCH; printf ready; while true; do sleep 0.02; done`),
    );
    daemon.attach(1, 0, 1000);
    const heard = daemon.pane(1);
    await waitUntil("the start", () => heard.text === "ready", () => heard.log);
    daemon.resize(1, 100, 30);
    await waitUntil("the program to notice", () => heard.text.includes("[resized]"), () => heard.log);
    expect(heard.log.map((r) => r.kind)).toEqual(["output", "resized", "output"]);
    expect(heard.log[1]).toEqual({ kind: "resized", position: 5, cols: 100, rows: 30 });
    expect(heard.log[2]).toMatchObject({ position: 6 });
    expect((await (await rig.connect()).hello()).panes[0]).toMatchObject({ cols: 100, rows: 30 });
  });
});

describe("the log", () => {
  test("is bounded while no daemon takes it: then the program stands still", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    await first.spawn(1, shell(`${RAW}; yes 0123456789abcdef`));
    await first.kill();
    const held = async () => {
      const daemon = await rig.connect();
      const { start, end } = daemon.welcome!.panes.find((p) => p.pane === 1)!;
      await daemon.kill();
      return end - start;
    };
    await waitUntil("the log to fill", async () => (await held()) >= LOG_BOUND_BYTES, held);
    await standsStill(held);
    expect(await held()).toBeLessThan(LOG_BOUND_BYTES + (2 << 20));
    const daemon = await rig.connect();
    daemon.attach(1, 0, 1 << 20);
    await waitUntil("the beginning", () => daemon.pane(1).bytes >= 1 << 20, () => daemon.pane(1).bytes);
    expect(daemon.pane(1).text.startsWith("0123456789abcdef\n0123456789abcdef\n")).toBeTrue();
    daemon.send(TO_KEEPER.close, 1);
  });

  test("of many small outputs takes not much more memory than their bytes", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; i=0; while [ $i -lt 4000 ]; do printf ab; i=$((i+1)); done; printf end`);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.text.slice(-20));
    const { log } = (rig.keeper as unknown as { panes: Map<number, { log: Iterable<unknown> }> }).panes.get(1)!;
    expect(heard.bytes).toBe(8003);
    expect([...log].length).toBeLessThan(40);
    // and all of it is there again for the next daemon, at the right places
    const next = await rig.connect();
    next.attach(1, 0, 1 << 20);
    await waitUntil("the replay", () => next.pane(1).exit !== undefined);
    expect(next.pane(1).text).toBe(heard.text);
    expect(next.pane(1).end).toBe(heard.end);
  });

  test("is replayed from any place, also the middle of a record, exactly once", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    const heard = await first.run(1, `${RAW}; printf 0123456789; sleep 0.02; printf abcdefghij; exit 1`);
    await waitUntil("the exit", () => heard.exit !== undefined);
    for (const from of [0, 3, 10, 13, 19]) {
      const daemon = await rig.connect();
      daemon.attach(1, from, 1000);
      await waitUntil(`the replay from ${from}`, () => daemon.pane(1).exit !== undefined, () => daemon.pane(1).log);
      expect(daemon.pane(1).text).toBe("0123456789abcdefghij".slice(from));
      expect(daemon.pane(1).log[0]!.position).toBe(from);
      expect(daemon.pane(1).end).toBe(21);
    }
    const last = await rig.connect();
    last.attach(1, 20, 1000);
    await waitUntil("the exit alone", () => last.pane(1).log.length === 1);
    expect(last.pane(1).log).toEqual([{ kind: "exited", position: 20, exit: { code: 1, signal: null } }]);
  });

  test("before a checkpoint is dropped to the byte, and the checkpoint is handed out", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    const heard = await first.run(1, `${RAW}; printf 0123456789; read more; printf abc`);
    await waitUntil("the output", () => heard.bytes === 10);
    first.send(TO_KEEPER.checkpoint, 1, 4, new Uint8Array([1, 2, 3]));
    first.send(TO_KEEPER.checkpoint, 1, 2, new Uint8Array([9]));
    first.send(TO_KEEPER.checkpoint, 1, 5000, new Uint8Array([9]));
    await first.sync();
    const second = await rig.connect();
    expect(second.welcome!.panes.find((p) => p.pane === 1)).toMatchObject({ start: 4, end: 10 });
    second.send(TO_KEEPER.fetchCheckpoint, 1);
    await waitUntil("the checkpoint", () => second.checkpoints.has(1));
    expect(second.checkpoints.get(1)).toEqual([{ position: 4, bytes: new Uint8Array([1, 2, 3]) }]);
    second.attach(1, 4, 1000);
    await waitUntil("the rest", () => second.pane(1).bytes === 6, () => second.pane(1).log);
    expect(second.pane(1).text).toBe("456789");
    second.type(1, 1, 1, "\n");
    await waitUntil("the exit", () => second.pane(1).exit !== undefined);
    expect(second.pane(1).text).toBe("456789abc");
  });

  test("that is full goes on after a checkpoint", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const total = LOG_BOUND_BYTES + (1 << 20);
    const heard = await daemon.run(1, `${RAW}; head -c ${total} /dev/zero; printf end`);
    await waitUntil("the bound", () => heard.bytes >= LOG_BOUND_BYTES, () => heard.bytes);
    await Bun.sleep(50);
    expect(heard.exit).toBeUndefined();
    daemon.send(TO_KEEPER.checkpoint, 1, heard.end, new Uint8Array([1]));
    await waitUntil("the rest", () => heard.exit !== undefined, () => heard.bytes);
    expect(heard.bytes).toBe(total + 3);
  });
});

describe("input", () => {
  test("is written once for each client and number, and each time acknowledged", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; printf ready; head -c 6; printf .`);
    await waitUntil("the start", () => heard.text.startsWith("ready"));
    daemon.type(1, 7, 1, "a");
    daemon.type(1, 7, 1, "a");
    daemon.type(1, 8, 1, "b");
    daemon.type(1, 7, 3, "c");
    daemon.type(1, 7, 2, "x");
    daemon.type(1, 0, 0, "d");
    daemon.type(1, 0, 0, "d");
    daemon.type(1, 8, 4_000_000_000_000, "e");
    await waitUntil("the echo", () => heard.exit !== undefined, () => heard.text);
    expect(heard.text).toBe("readyabcdde.");
    expect(heard.written.map(({ client, sequence }) => `${client}:${sequence}`).join(" ")).toBe(
      "7:1 7:1 8:1 7:3 7:2 0:0 0:0 8:4000000000000",
    );
  });

  test("sent again by the next daemon is not written again", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    const heard = await first.run(1, `${RAW}; printf ready; dd bs=1 count=3 2>/dev/null; printf .`);
    await waitUntil("the start", () => heard.text.startsWith("ready"));
    for (const [n, key] of [[1, "a"], [2, "b"]] as const) first.type(1, 7, n, key);
    await waitUntil("the echo", () => heard.text === "readyab", () => heard.text);
    await first.kill();
    const second = await rig.connect();
    expect(second.welcome!.panes[0]!.inputs).toEqual([[7, 2]]);
    second.attach(1, 0, 1000);
    for (const [n, key] of [[1, "a"], [2, "b"], [3, "c"]] as const) second.type(1, 7, n, key);
    await waitUntil("the end", () => second.pane(1).exit !== undefined, () => second.pane(1).text);
    expect(second.pane(1).text).toBe("readyabc.");
  });

  test("with the ordinal of an effect is written once for it, also if only the effect was recorded", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; printf ready; head -c 3; printf .`);
    await waitUntil("the start", () => heard.text.startsWith("ready"));
    daemon.type(1, 0, 0, "a", 1);
    daemon.type(1, 0, 0, "a", 1);
    daemon.send(TO_KEEPER.effect, 1, 5);
    daemon.send(TO_KEEPER.effect, 1, 2);
    daemon.type(1, 0, 0, "x", 4);
    daemon.type(1, 0, 0, "x", 5);
    daemon.type(1, 0, 0, "b", 6);
    await daemon.sync();
    expect((await (await rig.connect()).hello()).panes.find((p) => p.pane === 1)!.effect).toBe(6);
    const next = await rig.connect();
    next.attach(1, 0, 1000);
    next.type(1, 0, 0, "c", 7);
    await waitUntil("the end", () => next.pane(1).exit !== undefined, () => next.pane(1).text);
    expect(next.pane(1).text).toBe("readyabc.");
  });

  test("for a program that does not read is refused at a bound, not lost before it, and holds up nobody", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await Bun.spawn(["mkfifo", `${rig.path}.go`]).exited;
    const heard = await daemon.run(
      1, `${RAW}; printf ready; read go < ${rig.path}.go; head -c 5000000 | wc -c; printf .`,
    );
    await waitUntil("the start", () => heard.text.startsWith("ready"), () => heard.log);
    const piece = new Uint8Array(1 << 20).fill(97);
    for (let n = 1; n <= 6; n++) daemon.type(1, 7, n, piece);
    await waitUntil("the refusal", () => heard.refused.length >= 2, () => heard);
    expect(heard.refused).toEqual([{ client: 7, sequence: 5 }, { client: 7, sequence: 6 }]);
    expect(heard.written).toEqual([]);
    const other = await daemon.run(2, "echo free");
    await waitUntil("another pane", () => other.exit !== undefined, () => other.log);
    // what was refused may be sent again, and is not taken for a repeat
    await Bun.spawn(["sh", "-c", `echo go > ${rig.path}.go`]).exited;
    await waitUntil("what was taken", () => heard.written.length === 4, () => heard.written);
    daemon.type(1, 7, 5, piece);
    await waitUntil("the rest", () => heard.exit !== undefined, () => [heard.text.slice(-50), heard.written]);
    expect(heard.text).toContain("5000000");
  }, 60_000);

  test("repeated while it waits to be read is acknowledged when it has been", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    const heard = await daemon.run(1, `${RAW}; printf ready; sleep 0.2; head -c 200000 | wc -c`);
    await waitUntil("the start", () => heard.text.startsWith("ready"));
    daemon.type(1, 7, 1, new Uint8Array(200_000).fill(97));
    daemon.type(1, 7, 1, new Uint8Array(200_000).fill(97));
    await daemon.sync();
    expect(heard.written).toEqual([]);
    await waitUntil("the acknowledgement", () => heard.written.length === 2, () => heard);
    await waitUntil("the exit", () => heard.exit !== undefined, () => heard.text);
    expect(heard.text).toContain("200000");
  });

  test("remembers a bounded number of clients, the latest ones", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.run(1, `${RAW}; sleep 100`);
    for (let client = 1; client <= 300; client++) daemon.type(1, client, 5, "x");
    daemon.type(1, 45, 6, "x");
    daemon.type(1, 999, 1, "x");
    await daemon.sync();
    const { inputs } = (await rig.connect()).welcome!.panes.find((p) => p.pane === 1)!;
    expect(inputs).toHaveLength(256);
    expect(inputs.slice(-2)).toEqual([[45, 6], [999, 1]]);
    expect(inputs[0]![0]).toBe(47);
  });
});
