/**
 * Panes of a daemon over a keeper that a test controls: what is parsed when, what a killed daemon leaves to the next.
 */
import { describe, expect, test } from "bun:test";
import type { Random } from "../../../../src/base/random.ts";
import { cellDifference, emulatorCells, silentEmulator } from "../../../support/cells.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { between, fuzzRounds, pick } from "../../../support/fuzz.ts";
import { CORPORA, corpus, pieces } from "../../../support/terminal-corpus.ts";

const MIB = 1 << 20;

describe("a program that asks without end", () => {
  test("is answered with one write a piece, and copies and notifies at a bounded rate", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    const writes = rig.keeper.writes;
    rig.keeper.print(1, "\x1b[5n".repeat(200));
    await rig.pass(20);
    expect(rig.keeper.pane(1).written).toBe("\x1b[0n".repeat(200));
    expect(rig.keeper.writes - writes).toBe(1);
    const copies = Array.from({ length: 300 }, (_, n) => `\x1b]52;c;${btoa(`copy ${n}`)}\x07\x1b]9;note ${n}\x07`);
    for (let at = 0; at < copies.length; at += 10) {
      rig.keeper.print(1, copies.slice(at, at + 10).join(""));
      await rig.pass(10);
    }
    await rig.pass(3000);
    const of = (kind: string) => client.all("event").filter((event) => event.kind === kind);
    expect(of("clipboard").length).toBeLessThan(6);
    expect(of("clipboard").at(-1)).toMatchObject({ text: "copy 299" });
    expect(of("notification").length).toBeLessThan(60);
    expect(of("notification").at(-1)).toMatchObject({ body: "note 299" });
    expect(rig.daemon.buffers.get().text).toBe("copy 299");
  });

  test("is heard to the end: what its last words were does not go with its pane", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached({ create: { name: "work" } });
    await client.command("split", { right: true });
    for (const word of ["one", "two", "three"]) {
      rig.keeper.print(1, `\x1b]52;c;${btoa(word)}\x07\x1b]9;${word}\x07`);
      await rig.pass(1);
    }
    rig.keeper.end(1);
    await rig.pass(5);
    expect(rig.daemon.panes.has(1)).toBe(false);
    const told = client.all("event").flatMap((event) => (event.kind === "notification" ? [event.body] : event.kind === "clipboard" ? [`copied ${event.text}`] : []));
    expect(told.filter((text) => !text.startsWith("copied"))).toEqual(["one", "two", "three"]);
    expect(told).toContain("copied three");
  });

  test("and does not read the answers disturbs no client that is about to say who it is", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    const stranger = rig.connect();
    await rig.pass(1);
    rig.keeper.refusing = true;
    rig.keeper.print(1, "\x1b[5n".repeat(50));
    await rig.pass(20);
    expect(stranger.heard.map(({ name }) => name)).toEqual(["serverHello"]);
  });
});

describe("a daemon that was killed", () => {
  test("answers no question and rings no bell a second time", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    rig.keeper.print(1, "\x1b[c\x07\x1b[6n\x1b]52;c;aGVsbG8=\x1b\\\x1b[5n\x07");
    await rig.pass(20);
    const { written } = rig.keeper.pane(1);
    expect(written).toMatch(/^\x1b\[\?[\d;]*c\x1b\[1;1R\x1b\[0n$/);
    expect(rig.keeper.pane(1).checkpoint.bytes).toHaveLength(0);
    await rig.restart();
    const client = await rig.attached({ target: "work" });
    await rig.pass(100);
    expect(rig.keeper.pane(1).written).toBe(written);
    expect(client.all("event")).toEqual([]);
    expect(rig.daemon.buffers.list()).toHaveLength(1);
    rig.keeper.print(1, "\x1b[5n\x07");
    await rig.pass(20);
    expect(rig.keeper.pane(1).written).toBe(`${written}\x1b[0n`);
    expect(client.all("event")).toMatchObject([{ kind: "bell" }]);
  });

  test("leaves its model, its sessions' names, its buffers and its panes' screens", async () => {
    await using rig = await DaemonRig.start();
    const before = await rig.attached({ create: { name: "work" } });
    await before.command("split", { right: true });
    await before.command("window new", { name: "two" });
    await before.command("buffer set", { text: "kept" });
    for (const pane of [1, 2, 3]) rig.keeper.print(pane, `\x1b[3${pane}mscreen ${pane}\x1b[0m\r\n$ `);
    await rig.pass(1000);
    await rig.restart();
    const after = await rig.attached({ target: "work" });
    expect({ ...after.view, revision: 0 }).toEqual({ ...before.view, revision: 0 } as never);
    await rig.pass(50);
    await after.command("window select", { target: "work/0" });
    await rig.pass(50);
    expect([after.screen(1), after.screen(2)]).toEqual(["screen 1\n$", "screen 2\n$"]);
    expect(rig.daemon.buffers.get().text).toBe("kept");
    expect(rig.errors).toEqual([]);
  });

  test("adopts panes that its model does not know, and forgets those that are gone", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    await rig.pass(10);
    rig.keeper.blobs.clear();
    await rig.restart();
    const client = await rig.attached({});
    expect([...rig.daemon.model.panes.keys()]).toEqual([1]);
    const next = await client.command("split");
    expect(next.error).toBeUndefined();
    expect([...rig.daemon.model.panes.keys()]).toEqual([1, 2]);
    rig.keeper.panes.delete(1);
    await rig.restart();
    expect([...rig.daemon.model.panes.keys()]).toEqual([2]);
  });

  test("in whose journal nothing can be read still has its panes", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    rig.keeper.print(1, "here");
    await rig.pass(10);
    for (const journal of ["{", "null", "5", '{"version":1}', "[]"]) {
      rig.keeper.blobs.set("model", new TextEncoder().encode(journal));
      rig.keeper.blobs.set("buffers", new TextEncoder().encode(journal));
      await rig.restart();
      const client = await rig.attached({});
      await rig.pass(50);
      expect([journal, client.screen(1)]).toEqual([journal, "here"]);
    }
  });

  test("whose checkpoint cannot be read goes on with an empty screen", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached({ create: { name: "work" } });
    rig.keeper.print(1, "old");
    await rig.pass(1000);
    rig.keeper.pane(1).checkpoint.bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 200]);
    await rig.restart();
    const client = await rig.attached({});
    rig.keeper.print(1, "new");
    await rig.pass(50);
    expect(client.screen(1)).toContain("new");
  });

  test("that was killed while its program ended shows how it ended", async () => {
    await using rig = await DaemonRig.start({ remainOnExit: "on" });
    const client = await rig.attached({ create: { name: "work" } });
    rig.keeper.print(1, "bye");
    rig.keeper.end(1, 9);
    await rig.pass(1000);
    expect(client.view!.panes).toMatchObject([{ id: 1, exit: { code: 9 } }]);
    for (let n = 0; n < 2; n++) {
      await rig.restart();
      const again = await rig.attached({ target: "work" });
      await rig.pass(50);
      expect(again.view!.panes).toMatchObject([{ id: 1, exit: { code: 9 } }]);
      expect(again.screen(1)).toStartWith("bye");
      await rig.pass(1000);
    }
  });
});

/**
 * Output, resizes and deaths of the daemon in random order; the reference is a terminal that lives through it all and
 * never forgets a row, where the pane has to take its history back.
 */
async function live(random: Random): Promise<void> {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" }, cols: 40, rows: 10 });
  client.duplex.close(true);
  const reference = silentEmulator(40, 10, 5000);
  const kind = pick(random, Object.keys(CORPORA).filter((name) => name !== "modes"));
  for (let n = between(random, 3, 10); n > 0; n--) {
    const what = random.integer(10);
    if (what < 6) {
      for (const piece of pieces(corpus(kind, between(random, 1, 3000), random.integer(2 ** 32)), random, 400)) {
        rig.keeper.print(1, piece);
        reference.parse(piece);
        if (random.integer(20) === 0) await rig.pass(random.integer(3));
      }
    } else if (what < 8) {
      const [cols, rows] = [between(random, 10, 60), between(random, 3, 20)];
      rig.daemon.model.resizeWindow(1, cols, rows);
      await rig.settle();
      reference.resize(cols, rows);
    } else {
      await rig.pass(random.integer(2) ? random.integer(5) : 2000);
      await rig.restart();
    }
    await rig.pass(random.integer(4) ? 5 : 1000);
  }
  await rig.pass(1000);
  const pane = rig.daemon.panes.get(1)!;
  const difference = cellDifference(emulatorCells(pane.emulator), emulatorCells(reference));
  if (difference) throw new Error(`${kind}: ${difference}`);
  expect(pane.emulator.cursor()).toEqual(reference.cursor());
  expect(rig.errors).toEqual([]);
}

test("whenever daemons die, the screen is that of a terminal that lived through everything", async () => {
  const lives: Promise<void>[] = [];
  fuzzRounds("deaths", 12, 1500, (random) => void lives.push(live(random)));
  await Promise.all(lives);
});

describe("a synchronized update", () => {
  test("is shown when it ends, not before", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    await rig.pass(100);
    rig.keeper.print(1, "\x1b[?2026hhalf");
    await rig.pass(50);
    expect(client.screen(1)).toBe("");
    rig.keeper.print(1, " and whole\x1b[?2026l");
    await rig.pass(50);
    expect(client.screen(1)).toBe("half and whole");
  });

  test("that never ends is shown after a while, without any more output", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    await rig.pass(100);
    rig.keeper.print(1, "\x1b[?2026hstuck");
    await rig.pass(400);
    expect(client.screen(1)).toBe("stuck");
  });

  test("after another is never shown half, however they follow each other", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    await rig.pass(100);
    const torn: string[] = [];
    let newest = "";
    for (let n = 0; n < 60; n++) {
      // every piece ends within an update
      rig.keeper.print(1, `\r${n}b\x1b[?2026l\x1b[?2026h\r${n + 1}a`);
      await rig.pass(17);
      const shown = client.screen(1);
      if (shown !== "" && !/^(\d+)b$/.test(shown)) torn.push(shown);
      newest = shown;
    }
    expect(torn).toEqual([]);
    // and it is not shown late either
    expect(Number.parseInt(newest, 10)).toBeGreaterThan(56);
  });
});

describe("a control string without end", () => {
  test("does not stop its pane: what follows is shown, and the log does not fill up", async () => {
    await using rig = await DaemonRig.start();
    const client = await rig.attached();
    for (const intro of ["\x1b]1337;File=:", "\x1bPq", "\x1b_G"]) {
      rig.keeper.print(1, `\x1b[H\x1b[2J${intro}`);
      const part = new TextEncoder().encode("A".repeat(64 * 1024));
      for (let n = 0; n < 12 * 16; n++) {
        rig.keeper.print(1, part);
        if (n % 16 === 0) await rig.pass(20);
      }
      await rig.pass(1000);
      const { log, end } = rig.keeper.pane(1);
      expect([intro, end - (log[0]?.offset ?? end) < 9 * MIB]).toEqual([intro, true]);
      rig.keeper.print(1, "\x1b\\after");
      await rig.pass(100);
      expect([intro, client.screen(1)]).toEqual([intro, "after"]);
    }
  }, 20_000);
});

describe("credit", () => {
  test("is given for what was parsed, never much more", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached();
    const first = rig.keeper.pane(1).credit;
    expect(first).toBeGreaterThan(10_000);
    expect(first).toBeLessThanOrEqual(512 * 1024);
    let printed = 0;
    for (let n = 0; n < 100; n++) {
      rig.keeper.print(1, "x".repeat(10_000));
      printed += 10_000;
      await rig.pass(2);
      expect(rig.keeper.pane(1).credit).toBeLessThanOrEqual(printed + 512 * 1024);
    }
    expect(rig.keeper.pane(1).credit).toBeGreaterThan(printed);
  });
});

describe("a checkpoint", () => {
  test("is taken when its pane is quiet, and then not again", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached();
    rig.keeper.print(1, "hello");
    await rig.pass(2000);
    const { checkpoint, end, log } = rig.keeper.pane(1);
    expect([checkpoint.position, log.length]).toEqual([end, 0]);
    rig.keeper.pane(1).checkpoint = { position: 0, bytes: new Uint8Array() };
    await rig.pass(60_000);
    expect(rig.keeper.pane(1).checkpoint.bytes).toHaveLength(0);
  });

  test("is not taken within a sequence or a character", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached();
    for (const half of ["\x1b[3", "\x1b]0;tit", new Uint8Array([0xe6, 0x97])]) {
      await rig.pass(2000);
      const before = rig.keeper.pane(1).checkpoint.position;
      rig.keeper.print(1, half);
      await rig.pass(2000);
      expect(rig.keeper.pane(1).checkpoint.position).toBe(before);
      rig.keeper.print(1, "\x18\x07x");
    }
  });

  test("comes under a flood as well", async () => {
    await using rig = await DaemonRig.start();
    await rig.attached();
    const part = new TextEncoder().encode("y\r\n".repeat(20_000));
    for (let n = 0; n < 160; n++) {
      rig.keeper.print(1, part);
      await rig.pass(1);
    }
    const { checkpoint, end } = rig.keeper.pane(1);
    expect(end - checkpoint.position).toBeLessThan(8 * MIB);
    expect(checkpoint.position).toBeGreaterThan(0);
  }, 20_000);
});

test("a size is asked for once, and the screen changes where the keeper says so", async () => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: {}, cols: 20, rows: 5 });
  rig.keeper.print(1, "0123456789abcdefghij");
  client.send("resize", { cols: 10, rows: 5 });
  await rig.pass(50);
  const pane = rig.daemon.panes.get(1)!;
  expect([pane.emulator.cols, pane.emulator.rows]).toEqual([10, 5]);
  const resizes = rig.keeper.pane(1).log.filter((record) => record.type === 4).length;
  client.send("resize", { cols: 10, rows: 5 });
  await rig.pass(50);
  expect(rig.keeper.pane(1).log.filter((record) => record.type === 4).length).toBe(resizes);
});

test("a program that asked to hear of focus hears of the first and the last that look at it", async () => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" } });
  rig.keeper.print(1, "\x1b[?1004h");
  await rig.pass(20);
  await client.command("window new");
  await rig.pass(20);
  // that it is looked at may be told when it asks, or when that changes next
  expect(rig.keeper.pane(1).written).toMatch(/^(\x1b\[I)?\x1b\[O$/);
  await client.command("window select", { target: "work/0" });
  await rig.pass(20);
  expect(rig.keeper.pane(1).written).toEndWith("\x1b[O\x1b[I");
});
