/** What comes back when everything has ended: sessions, layouts, folders, screens and history, from the disk. */
import { describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineText } from "../../../src/terminal/history/line-text.ts";
import { panesOf } from "../../../src/server/model/layout.ts";
import { DaemonRig, type TestClient } from "../../support/daemon-rig.ts";
import { fuzzRounds } from "../../support/fuzz.ts";
import { checkModel } from "../../support/model-checks.ts";
import { waitUntil } from "../../support/wait-until.ts";

const state = (rig: DaemonRig, ...names: string[]) => join(rig.home.paths.state, ...names);

/** The oldest lines of a pane. */
function textOf(rig: DaemonRig, pane: number, count: number): string[] {
  return rig.daemon.panes.get(pane)!.text.lines(0, count).map((line) => lineText(line.bytes));
}

/** Session `work` with two windows, the first of two panes. */
async function work(settings = {}): Promise<{ rig: DaemonRig; client: TestClient }> {
  const rig = await DaemonRig.start(settings);
  const client = await rig.attached({ create: { name: "work", tags: ["a", "b"], env: { KEY: "value" } }, cols: 80, rows: 24 });
  await client.command("split", { right: true });
  await client.command("window new", { name: "logs", dir: "/tmp", command: ["tail", "-f", "x"] });
  await rig.pass(10);
  return { rig, client };
}

function shape(rig: DaemonRig) {
  const { sessions, windows, panes } = rig.daemon.model;
  return {
    sessions: [...sessions.values()].map(({ name, tags, env, windows: ids }) => ({ name, tags, env, ids })),
    windows: [...windows.values()].map(({ id, index, name, tree, active }) => ({ id, index, name, panes: panesOf(tree), active })),
    panes: [...panes.values()].map(({ id, window, cwd, command }) => ({ id, window, cwd, command })),
  };
}

describe("after a reboot", () => {
  test("sessions are there with windows, layout, names, tags and environment, and shells run in their panes", async () => {
    const { rig } = await work();
    await using _ = rig;
    rig.keeper.print(1, "\x1b]7;file:///usr\x1b\\one\r\n$ ");
    await rig.saved();
    const before = shape(rig);
    before.panes[0]!.cwd = "/usr";
    await rig.reboot();
    expect(shape(rig)).toEqual(before);
    checkModel(rig.daemon.model);
    const started = [...rig.keeper.panes.values()].map((p) => [p.id, p.request.argv, p.request.cwd]);
    expect(started).toEqual([[3, ["/bin/sh"], "/tmp"], [2, ["/bin/sh"], "/"], [1, ["/bin/sh"], "/usr"]]);
    expect(rig.keeper.pane(1).request.env["KEY"]).toBe("value");
    expect(rig.daemon.restored).toMatchObject({ sessions: 1, panes: 3, lost: ["tail in work/1 (%3)"] });
    expect(rig.errors).toEqual([]);
  });

  test("screens and history are there, marked, and the new program begins below", async () => {
    const { rig } = await work();
    await using _ = rig;
    for (let n = 0; n < 500; n++) rig.keeper.print(1, `line ${n}\r\n`);
    rig.keeper.print(1, "\x1b[31mred\x1b[?1049h\x1b[?1000h\x1b[Hfull screen");
    await rig.pass(1000);
    await rig.saved();
    await rig.reboot();
    rig.keeper.print(1, "$ ");
    const client = await rig.attached({ target: "%1" });
    await rig.pass(50);
    const lines = client.screen(1).split("\n");
    expect(lines.at(-1)).toBe("$");
    expect(lines.at(-2)).toMatch(/^\[restored \d{4}-\d\d-\d\d \d\d:\d\d\]$/);
    expect(lines.at(-3)).toBe("red");
    const pane = rig.daemon.panes.get(1)!;
    expect(pane.emulator.modes()).toMatchObject({ alternateScreen: false });
    expect(textOf(rig, 1, 20)).toContain("line 7");
    await rig.restart();
    expect(textOf(rig, 1, 20)).toContain("line 7");
    await rig.pass(3000);
    await rig.saved();
    await rig.reboot();
    expect(textOf(rig, 1, 20)).toContain("line 7");
    expect(rig.errors).toEqual([]);
  });

  test("commands run again where that is set, for all or for a session", async () => {
    const { rig, client } = await work({ restore: "command" });
    await using _ = rig;
    await client.command("new", { name: "other", command: ["top"], detached: true });
    rig.daemon.model.sessionNamed("other").restore = "shell";
    rig.daemon.model.touch();
    await rig.saved();
    await rig.reboot();
    expect(rig.keeper.pane(3).request.argv).toEqual(["tail", "-f", "x"]);
    expect(rig.keeper.pane(4).request.argv).toEqual(["/bin/sh"]);
    expect(rig.daemon.restored!.lost).toEqual(["top in other/0 (%4)"]);
  });

  test("nothing comes back where that is set, also later", async () => {
    const { rig } = await work();
    await using _ = rig;
    await rig.saved();
    rig.settings.restore = "off";
    await rig.reboot();
    expect(rig.daemon.model.sessions.size).toBe(0);
    rig.settings.restore = "shell";
    await rig.reboot();
    expect(rig.daemon.model.sessions.size).toBe(0);
    expect(readdirSync(state(rig, "screens"))).toEqual([]);
  });

  test("a command that can't be started leaves a pane that says so, and the others", async () => {
    const { rig } = await work({ restore: "command" });
    await using _ = rig;
    await rig.saved();
    const boot = rig.reboot();
    rig.keeper.failures.push("can't start tail: ENOENT");
    await boot;
    await rig.pass(10);
    expect(rig.daemon.restored!.lost).toEqual(["work/1 (%3): can't start tail: ENOENT"]);
    expect(rig.daemon.panes.size).toBe(3);
    expect(rig.daemon.model.pane(3).kept).toBe(true);
  });

  test("that a daemon did not survive, the next one goes on where it was", async () => {
    const { rig } = await work();
    await using _ = rig;
    rig.keeper.print(1, "first\r\n");
    rig.keeper.print(3, "third\r\n");
    await rig.saved();
    const before = shape(rig);
    rig.keeper = new (rig.keeper.constructor as new () => typeof rig.keeper)();
    rig.keeper.holdSpawns = true;
    void rig.restart();
    await waitUntil("the first spawn", () => rig.keeper.heldSpawns > 0);
    // the first pane was started, and nobody heard of it
    rig.keeper.releaseSpawns();
    rig.keeper.holdSpawns = true;
    await Bun.sleep(5);
    for (const pane of rig.keeper.panes.values()) pane.checkpoint = { position: 0, bytes: new Uint8Array() };
    rig.keeper.holdSpawns = false;
    await rig.restart();
    expect(shape(rig)).toEqual(before);
    const client = await rig.attached({ target: "%1" });
    await rig.pass(50);
    expect(client.screen(1)).toStartWith("first\n[restored");
    await client.command("window select", { target: "work/logs" });
    await rig.pass(50);
    expect(client.screen(3)).toStartWith("third\n[restored");
  });
});

describe("what is on disk", () => {
  test("follows what is closed: killed and ended sessions don't come back", async () => {
    const { rig, client } = await work();
    await using _ = rig;
    await client.command("new", { name: "other", detached: true });
    for (const pane of [1, 2, 3, 4]) rig.keeper.print(pane, "x\r\n".repeat(300));
    await rig.pass(1000);
    await rig.saved();
    expect(readdirSync(state(rig, "screens")).sort()).toEqual(["1.screen", "2.screen", "3.screen", "4.screen"]);
    await client.command("kill", { target: "work" });
    await rig.saved();
    expect([readdirSync(state(rig, "screens")), readdirSync(state(rig, "history"))]).toEqual([["4.screen"], ["4.history"]]);
    rig.keeper.end(4);
    await rig.pass(20);
    await rig.reboot(true);
    expect([...rig.daemon.model.sessions.values()]).toEqual([]);
    expect([readdirSync(state(rig, "screens")), readdirSync(state(rig, "history"))]).toEqual([[], []]);
  });

  test("is not told of programs that end because the machine goes down", async () => {
    const { rig } = await work();
    await using _ = rig;
    await rig.pass(5000);
    await rig.saved();
    for (const pane of [1, 2, 3]) rig.keeper.end(pane, null, "SIGHUP");
    await rig.pass(20);
    expect(rig.daemon.model.sessions.size).toBe(0);
    await rig.daemon.disk.freeze(false);
    await rig.reboot();
    expect([...rig.daemon.model.panes.keys()]).toEqual([1, 2, 3]);
  });

  test("is written to its end for each who says that the end has come", async () => {
    const { rig } = await work();
    await using _ = rig;
    await rig.saved();
    const screen = () => readFileSync(state(rig, "screens/1.screen"));
    const before = screen();
    rig.keeper.print(1, "last words\r\n");
    await rig.pass(20);
    // the keeper says that it stops, and then ends the daemon
    const first = rig.daemon.disk.freeze(false);
    await rig.daemon.disk.freezeOrGiveUp(false);
    const written = screen();
    await first;
    expect([written.equals(before), written.equals(screen())]).toEqual([false, true]);
  });

  test("has the last screens of programs that are hung up while it is written", async () => {
    await using rig = await DaemonRig.withSessions(20);
    for (let pane = 1; pane <= 20; pane++) rig.keeper.print(pane, `\r\nlast words of ${pane}`);
    await rig.pass(20);
    let isWritten = false;
    void rig.daemon.disk.freeze(false).then(() => (isWritten = true));
    for (let pane = 1; pane <= 20; pane++) rig.keeper.end(pane, null, "SIGHUP");
    while (!isWritten) {
      await rig.pass(5);
      // real files are written
      await Bun.sleep(1);
    }
    expect(rig.daemon.panes.size).toBe(0);
    await rig.reboot();
    await rig.pass(100);
    const lacking = [...rig.daemon.panes.keys()].filter((pane) => !textOf(rig, pane, 50).includes(`last words of ${pane}`));
    expect([rig.daemon.panes.size, lacking]).toEqual([20, []]);
  });

  test("is private, and not touched while nothing happens", async () => {
    const { rig } = await work();
    await using _ = rig;
    rig.keeper.print(1, "hello");
    await rig.pass(10_000);
    await rig.saved();
    for (const name of ["model", "screens/1.screen"]) expect(statSync(state(rig, name)).mode & 0o777).toBe(0o600);
    expect(statSync(state(rig, "screens")).mode & 0o777).toBe(0o700);
    const times = () => [statSync(state(rig, "model")).mtimeMs, statSync(state(rig, "screens/1.screen")).mtimeMs];
    const before = times();
    await rig.pass(600_000);
    expect(times()).toEqual(before);
  });

  test("has nothing that panes show where that is set; a killed daemon's history is still there", async () => {
    const { rig, client } = await work();
    await using _ = rig;
    rig.daemon.model.sessionNamed("work").unsaved = true;
    for (let n = 0; n < 500; n++) rig.keeper.print(1, `secret ${n}\r\n`);
    await rig.pass(1000);
    await rig.saved();
    const all = [...readdirSync(state(rig, "history")), ...readdirSync(state(rig, "screens")).map((name) => `screens/${name}`)];
    for (const name of all.filter((each) => each.startsWith("screens"))) {
      const raw = Bun.zstdDecompressSync(readFileSync(state(rig, name)).subarray(14));
      expect(Buffer.from(raw).toString("latin1")).not.toContain("secret");
    }
    expect(all).not.toContain("1.history");
    client.duplex.close(true);
    await rig.restart();
    expect(textOf(rig, 1, 5)).toEqual([0, 1, 2, 3, 4].map((n) => `secret ${n}`));
    await rig.reboot();
    expect(rig.daemon.model.panes.size).toBe(3);
    expect(textOf(rig, 1, 5).join("")).toBe("");
  });
});

describe("a disk that fails", () => {
  test("costs no pane and no line; who looks on is told once, and again when it works", async () => {
    const { rig, client } = await work();
    await using _ = rig;
    await rig.saved();
    for (const name of ["screens", "history"]) {
      rmSync(state(rig, name), { recursive: true });
      writeFileSync(state(rig, name), "in the way");
    }
    for (let n = 0; n < 400; n++) rig.keeper.print(1, `line ${n}\r\n`);
    await rig.pass(30_000);
    await rig.saved();
    const told = () => client.all("event").filter((event) => event.kind === "message").map((event) => (event as { text: string }).text);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/^state can't be saved: E/);
    expect(rig.daemon.disk.status.failing).toMatch(/^E/);
    await rig.restart();
    expect(textOf(rig, 1, 3)).toEqual(["line 0", "line 1", "line 2"]);
    for (const name of ["screens", "history"]) {
      rmSync(state(rig, name));
      mkdirSync(state(rig, name), { mode: 0o700 });
    }
    rig.keeper.print(1, "more\r\n");
    await rig.pass(30_000);
    await rig.saved();
    expect([rig.daemon.disk.status.failing, existsSync(state(rig, "screens/1.screen"))]).toEqual([undefined, true]);
    expect(existsSync(state(rig, "history/1.history"))).toBe(true);
  });

  test("of any kind lets the daemon start: damage costs what is damaged, and is kept aside", async () => {
    const { rig } = await work();
    await using _ = rig;
    for (const pane of [1, 2, 3]) for (let n = 0; n < 300; n++) rig.keeper.print(pane, `line ${n}\r\n`);
    await rig.pass(1000);
    await rig.saved();
    rig.daemon.model.touch();
    rig.daemon.model.renameSession(1, "work");
    await rig.saved();
    const names = ["model", ...[1, 2, 3].map((n) => `screens/${n}.screen`), ...[1, 2, 3].map((n) => `history/${n}.history`)];
    for (const name of names) copyFileSync(state(rig, name), state(rig, `${name.replace("/", "-")}.copy`));
    const rounds: (() => void)[] = [];
    fuzzRounds("disk", 25, 6000, (random) => void rounds.push(() => {
      for (const name of names) {
        const path = state(rig, name);
        copyFileSync(state(rig, `${name.replace("/", "-")}.copy`), path);
        const size = statSync(path).size;
        const what = random.integer(4);
        if (what === 0) truncateSync(path, random.integer(size));
        else if (what === 1) {
          const bytes = readFileSync(path);
          for (let flips = 0; flips < 3; flips++) bytes[random.integer(size)]! ^= 1 << random.integer(8);
          writeFileSync(path, bytes);
        } else if (what === 2) rmSync(path);
      }
    }));
    for (const damage of rounds) {
      rig.daemon.disk.dispose();
      await rig.settle();
      damage();
      await rig.reboot();
      checkModel(rig.daemon.model);
      for (const pane of rig.daemon.model.panes.keys()) expect(rig.keeper.panes.has(pane)).toBe(true);
      expect(readdirSync(state(rig)).includes("damaged") ? readdirSync(state(rig, "damaged")).length : 0).toBeLessThanOrEqual(20);
      await rig.pass(10);
    }
  }, 30_000);
});

describe("what is on disk after a stop", () => {
  test("has the last line, however soon the stop came", async () => {
    const { rig } = await work();
    await using _ = rig;
    await rig.pass(5000);
    await rig.saved();
    for (let n = 0; n < 400; n++) rig.keeper.print(1, `line ${n}\r\n`);
    await rig.settle();
    await rig.reboot(true);
    const lines = textOf(rig, 1, 1000);
    expect(lines.filter((line) => line.startsWith("line "))).toEqual(Array.from({ length: 400 }, (_, n) => `line ${n}`));
  });

  test("is not written by a pane that stays in the middle of a sequence", async () => {
    const { rig } = await work({ save: { intervalMs: 2000, sync: true, historyBytes: 1 << 30 } });
    await using _ = rig;
    rig.keeper.print(1, "hello");
    await rig.pass(10_000);
    await rig.saved();
    rig.keeper.print(1, "\x1b[");
    await rig.pass(10_000);
    const before = statSync(state(rig, "screens")).mtimeMs;
    await rig.pass(60_000);
    expect(statSync(state(rig, "screens")).mtimeMs).toBe(before);
  });
});

describe("written by a later release", () => {
  /** A file of state says that it is of format 2. */
  function makeNewer(path: string): string {
    const bytes = readFileSync(path);
    bytes[4] = 2;
    writeFileSync(path, bytes);
    return bytes.toString("hex");
  }

  test("a model, screens and histories are kept aside, reported, and never removed", async () => {
    const { rig } = await work();
    await using _ = rig;
    for (const pane of [1, 2, 3]) for (let n = 0; n < 300; n++) rig.keeper.print(pane, `line ${n}\r\n`);
    await rig.pass(1000);
    await rig.saved();
    rig.daemon.disk.dispose();
    const model = makeNewer(state(rig, "model"));
    rmSync(state(rig, "model.old"), { force: true });
    const screen = makeNewer(state(rig, "screens/1.screen"));
    await rig.reboot();
    // nothing that was shown is lost: panes come back by their histories
    expect([...rig.daemon.panes.keys()].sort()).toEqual([1, 2, 3]);
    expect(textOf(rig, 1, 3)).toEqual(["line 0", "line 1", "line 2"]);
    const { lost } = rig.daemon.restored!;
    for (const name of ["model", "1.screen"]) expect(lost.some((line) => line.includes(`${name} is of a later release, and is kept in newer`))).toBe(true);
    for (let n = 0; n < 30; n++) {
      await rig.pass(5000);
      await rig.saved();
      rig.daemon.disk.dispose();
      writeFileSync(state(rig, "screens/2.screen"), "damaged");
      await rig.reboot();
    }
    const kept = readdirSync(state(rig, "newer")).sort();
    expect(kept.map((name) => name.replace(/\.\d+$/, ""))).toEqual(["screens-1.screen", "state-model"]);
    expect(kept.map((name) => readFileSync(state(rig, "newer", name)).toString("hex"))).toEqual([screen, model]);
    expect(readdirSync(state(rig, "damaged")).length).toBe(20);
  });

  test("a checkpoint that the keeper holds is kept aside; the pane goes on, with its history", async () => {
    const { rig } = await work();
    await using _ = rig;
    for (let n = 0; n < 300; n++) rig.keeper.print(1, `line ${n}\r\n`);
    rig.keeper.print(1, "\x1b[c\x1b[c\x1b[c");
    await rig.pass(1000);
    const { checkpoint } = rig.keeper.pane(1);
    const newer = checkpoint.bytes.slice();
    const emulator = 9 + 4 + new DataView(newer.buffer).getUint32(9, true);
    newer[emulator] = 99;
    rig.keeper.pane(1).checkpoint = { ...checkpoint, bytes: newer };
    await rig.restart();
    expect(textOf(rig, 1, 3)).toEqual(["line 0", "line 1", "line 2"]);
    const [kept] = readdirSync(state(rig, "newer"));
    expect(new Uint8Array(readFileSync(state(rig, "newer", kept!)))).toEqual(newer);
    // and it is answered when it asks
    const before = rig.keeper.pane(1).written.length;
    rig.keeper.print(1, "\x1b[c");
    await rig.pass(10);
    expect(rig.keeper.pane(1).written.length).toBeGreaterThan(before);
  });
});

test("a bound of the disk that is reached is told once, and panes go on", async () => {
  const { rig, client } = await work({ save: { intervalMs: 2000, sync: false, historyBytes: 30_000 } });
  await using _ = rig;
  const told = () => client.all("event").filter((event) => event.kind === "message").map((event) => (event as { text: string }).text);
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 200; n++) rig.keeper.print(1, `${round} ${n} ${Math.imul(round * 200 + n, 2654435761) >>> 0}\r\n`);
    await rig.pass(3000);
  }
  expect(told()).toEqual(["state can't be saved: all the room that save-bytes gives to histories is taken"]);
  const bytes = readdirSync(state(rig, "history")).reduce((sum, name) => sum + statSync(state(rig, "history", name)).size, 0);
  expect(bytes).toBeLessThanOrEqual(30_000);
  await rig.restart();
  expect(textOf(rig, 1, 1)).toEqual([expect.stringMatching(/^0 0 /)]);
});

test("a disk that works again is used again, also while panes are never quiet", async () => {
  const { rig } = await work();
  await using _ = rig;
  await rig.pass(5000);
  const folder = state(rig, "history");
  rmSync(folder, { recursive: true });
  writeFileSync(folder, "in the way");
  const busy = async () => {
    for (let n = 0; n < 100; n++) rig.keeper.print(1, `line ${n}\r\n`);
    rig.daemon.panes.get(1)!.takeCheckpoint();
    await rig.pass(500);
    await Bun.sleep(2);
  };
  for (let round = 0; round < 10; round++) await busy();
  expect(rig.daemon.disk.status.failing).toMatch(/^E/);
  rmSync(folder);
  for (let round = 0; round < 60 && (rig.daemon.disk.status.failing !== undefined || !existsSync(join(folder, "1.history"))); round++) await busy();
  expect([rig.daemon.disk.status.failing, existsSync(join(folder, "1.history"))]).toEqual([undefined, true]);
});

test("the clock of the wall may jump: saving goes on, and what is restored is whole", async () => {
  const { rig } = await work();
  await using _ = rig;
  for (const jump of [-20, 40, -30]) {
    rig.clock.jump(jump * 365 * 24 * 3_600_000);
    rig.keeper.print(1, `after ${jump}\r\n`);
    await rig.pass(5000);
    await rig.saved();
    expect(rig.daemon.disk.status.savedAt).toBe(rig.clock.wall());
  }
  await rig.reboot();
  expect(rig.daemon.panes.size).toBe(3);
  const client = await rig.attached({ target: "%1" });
  await rig.pass(50);
  expect(client.screen(1)).toStartWith("after -20\nafter 40\nafter -30");
});

describe("after a stop or a reboot", () => {
  test("paste buffers, messages, tags and the environment are what they were", async () => {
    const { rig, client } = await work();
    await using _ = rig;
    await client.command("buffer set", { name: "kept", text: "the text" });
    await client.command("msg send", { target: "work", payload: "hello" });
    await client.command("msg send", { target: "work", carry: "far", payload: "carried later" });
    const { inboxes, outgoing } = rig.daemon.mail.messages.export();
    expect([inboxes.length, outgoing.length]).toEqual([1, 1]);
    rig.clock.jump(60_000);
    await rig.saved();
    await rig.reboot(true);
    const after = rig.daemon.mail.messages.export();
    expect([after.inboxes, after.outgoing]).toEqual([inboxes, outgoing]);
    expect(rig.daemon.buffers.get("kept").text).toBe("the text");
    expect(rig.daemon.model.sessionNamed("work")).toMatchObject({ tags: ["a", "b"], env: { KEY: "value" } });
    // also for a daemon that is killed right afterwards
    await rig.restart();
    expect(rig.daemon.mail.messages.export().outgoing).toEqual(outgoing);
    expect(rig.daemon.buffers.get("kept").text).toBe("the text");
    // numbers that the other server has seen are not given again, whatever the last save missed
    const next = await rig.attached({ target: "work" });
    await next.command("msg send", { target: "work", carry: "far", payload: "another" });
    expect(rig.daemon.mail.messages.export().outgoing.at(-1)!.seq).toBeGreaterThan(outgoing[0]!.seq + 1000);
  });

  test("buffers are not there where nothing that panes show is kept; damage costs what is damaged", async () => {
    const { rig, client } = await work({ persistHistory: false });
    await using _ = rig;
    await client.command("buffer set", { name: "kept", text: "secret" });
    await client.command("msg send", { target: "work", payload: "hello" });
    await rig.saved();
    expect([existsSync(state(rig, "buffers")), existsSync(state(rig, "messages"))]).toEqual([false, true]);
    rig.daemon.disk.dispose();
    truncateSync(state(rig, "messages"), 30);
    await rig.reboot();
    expect(rig.daemon.model.sessions.size).toBe(1);
    expect(rig.daemon.restored!.lost.some((line) => line.includes("messages was damaged"))).toBe(true);
  });
});

test("a preset says what of its panes comes back, and whether their text is on the disk; a session's own word wins", async () => {
  const presets = [
    { name: "again", command: "top", restore: "command" as const },
    { name: "plain", command: "top", restore: "shell" as const },
    { name: "never", command: "top", restore: "off" as const },
    { name: "secret", command: "top", persist_history: false },
  ];
  const { rig, client } = await work({ presets, restore: "shell" });
  await using _ = rig;
  for (const { name } of presets) expect((await client.command("new", { name, preset: name, detached: true })).error).toBeUndefined();
  await client.command("new", { name: "forced", preset: "never", restore: "command", detached: true });
  const idOf = (name: string) => rig.daemon.model.windows.get(rig.daemon.model.sessionNamed(name).active)!.active;
  const ids = Object.fromEntries(["again", "plain", "never", "secret", "forced"].map((name) => [name, idOf(name)]));
  for (const id of Object.values(ids)) for (let n = 0; n < 300; n++) rig.keeper.print(id, `hidden ${n}\r\n`);
  await rig.pass(1000);
  let saved = false;
  void rig.saved().then(() => (saved = true));
  while (!saved) {
    await rig.pass(1);
    await Bun.sleep(1);
  }
  expect(existsSync(state(rig, `history/${ids.again}.history`))).toBe(true);
  expect(existsSync(state(rig, `history/${ids.secret}.history`))).toBe(false);
  expect(Bun.zstdDecompressSync(readFileSync(state(rig, `screens/${ids.secret}.screen`)).subarray(14)).toString("latin1")).not.toContain("hidden");
  await rig.reboot();
  const argv = (name: string) => rig.keeper.panes.get(ids[name]!)?.request.argv;
  expect([argv("again"), argv("plain"), argv("never"), argv("forced")]).toEqual([["top"], ["/bin/sh"], undefined, ["top"]]);
  expect([...rig.daemon.model.sessions.values()].map(({ name }) => name)).not.toContain("never");
});

test("a disk that can't even be read costs no pane its history, also of panes that are never quiet", async () => {
  const { rig } = await work();
  await using _ = rig;
  for (const pane of [1, 2, 3]) for (let n = 0; n < 300; n++) rig.keeper.print(pane, `line ${n}\r\n`);
  await rig.pass(5000);
  await rig.saved();
  for (const name of ["screens", "history"]) {
    rmSync(state(rig, name), { recursive: true });
    writeFileSync(state(rig, name), "in the way");
  }
  for (const pane of [1, 2, 3]) rig.keeper.print(pane, "more\r\n");
  await rig.settle();
  await rig.daemon.disk.flush();
  await rig.restart();
  for (const pane of [1, 2, 3]) expect(textOf(rig, pane, 3)).toEqual(["line 0", "line 1", "line 2"]);
});
