import { describe, expect, test } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { TO_KEEPER, jsonPayload } from "../../../src/keeper/protocol.ts";
import { keeperRig, shell } from "../../support/keeper-rig.ts";
import { waitUntil } from "../../support/wait-until.ts";

function alive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]![0] !== "Z";
  } catch {
    return false;
  }
}

describe("a daemon that connects", () => {
  test("is told what is kept: panes, blobs and who the keeper is", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    expect(first.welcome).toMatchObject({ version: 1, pid: process.pid, restarts: 0, panes: [] });
    const pid = await first.spawn(3, shell("sleep 100", 101, 32));
    first.putBlob("model", new Uint8Array([1, 2]));
    first.putBlob("gone", new Uint8Array([1]));
    first.putBlob("gone", new Uint8Array());
    first.putBlob("model", new Uint8Array([3]));
    const stranger = await rig.stranger();
    stranger.send(TO_KEEPER.hello, 0, 0, jsonPayload({ versions: [1], pid: 1 }));
    await waitUntil("the welcome", () => stranger.welcome !== undefined);
    // blobs come first: they are complete when the welcome is there
    expect([...stranger.blobs]).toEqual([["model", new Uint8Array([3])]]);
    expect(stranger.welcome!.panes).toEqual([{
      pane: 3, pid, startCols: 101, startRows: 32, start: 0, end: 0, cols: 101, rows: 32, effect: 0, inputs: [],
    }]);
  });

  test("takes the place of the one before, who hears no more", async () => {
    await using rig = await keeperRig();
    const first = await rig.connect();
    const heard = await first.run(1, "stty raw -echo; printf one; read x; printf two; sleep 100");
    await waitUntil("the first output", () => heard.text === "one");
    const second = await rig.connect();
    await waitUntil("the first to be sent away", () => first.closed);
    second.attach(1, 0, 1000);
    second.type(1, 1, 1, "\n");
    await waitUntil("the second output", () => second.pane(1).text === "onetwo", () => second.pane(1).log);
    expect(heard.text).toBe("one");
  });

  test("of a version that is not spoken hears which one is", async () => {
    await using rig = await keeperRig();
    const end = await rig.stranger();
    end.send(TO_KEEPER.hello, 0, 0, jsonPayload({ versions: [2, 3], pid: 1 }));
    await waitUntil("the refusal", () => end.closed, () => end.errors);
    expect(JSON.stringify(end.errors)).toContain("version 1");
    const newer = await rig.stranger();
    await newer.hello([3, 2, 1]);
    expect(newer.welcome!.version).toBe(1);
  });

  test("but says nothing sensible is closed, and the one that works stays", async () => {
    await using rig = await keeperRig();
    const good = await rig.connect();
    for (const bytes of [
      new Uint8Array([255, 255, 255, 255]), new Uint8Array([1, 0, 0, 0, 5]), encoded("not json"), encoded("{}"),
      encoded("null"),
    ]) {
      const bad = await rig.stranger();
      bad.duplex.write(bytes);
      await waitUntil("the end of it", () => bad.closed);
    }
    await good.sync();
    expect(good.closed).toBeFalse();
  });

  test("and does not say hello gets nothing done", async () => {
    await using rig = await keeperRig();
    const mute = await rig.stranger();
    mute.send(TO_KEEPER.spawn, 1, 0, jsonPayload(shell("sleep 100")));
    mute.send(TO_KEEPER.putBlob, 0, 0, new Uint8Array([1, 97, 1]));
    mute.send(TO_KEEPER.stop);
    const good = await rig.connect();
    await good.sync();
    expect(good.blobs.size).toBe(0);
    expect(good.welcome!.panes).toEqual([]);
    expect(rig.ended).toBeFalse();
  });
});

function encoded(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const out = new Uint8Array(17 + payload.length);
  new DataView(out.buffer).setUint32(0, 13 + payload.length, true);
  out[4] = TO_KEEPER.hello;
  out.set(payload, 17);
  return out;
}

test("a daemon that is killed again and again gets every byte exactly once", async () => {
  await using rig = await keeperRig();
  const first = await rig.connect();
  await first.spawn(1, shell("stty raw -echo; i=0; while [ $i -lt 6000 ]; do echo $i; i=$((i+1)); done; read x"));
  await first.kill();
  let text = "";
  for (let n = 0; n < 200 && !text.endsWith("5999\n"); n++) {
    const daemon = await rig.connect();
    // the position up to which everything was taken in, as a checkpoint says it
    daemon.attach(1, text.length, 700 + n * 37);
    await waitUntil("some output", () => daemon.pane(1).bytes > 0, () => [n, text.length, daemon.welcome]);
    text += daemon.pane(1).text;
    if (n % 3 === 0) {
      daemon.send(TO_KEEPER.checkpoint, 1, text.length, new Uint8Array([n]));
      await daemon.sync();
    }
    await daemon.kill();
  }
  expect(text).toBe(Array.from({ length: 6000 }, (_, i) => `${i}\n`).join(""));
});

test("blobs are bounded together, and one that is too much leaves the old one", async () => {
  await using rig = await keeperRig();
  const daemon = await rig.connect();
  const part = new Uint8Array(15 << 20);
  const held = ["b", "c", "d", "e", "f", "g", "h"];
  for (const key of ["a", ...held, "refused"]) daemon.putBlob(key, part);
  daemon.putBlob("a", new Uint8Array([1]));
  daemon.putBlob("i", part);
  await daemon.sync();
  const next = await rig.connect();
  expect([...next.blobs].map(([key, bytes]) => `${key}:${bytes.length}`)).toEqual([
    "a:1", ...[...held, "i"].map((key) => `${key}:${15 << 20}`),
  ]);
  expect(rig.lines.some((line) => line.includes("blob refused"))).toBeTrue();
});

test.skipIf(process.getuid?.() !== 0 || Bun.which("setpriv") === null)("another user is sent away", async () => {
  await using rig = await keeperRig();
  // only for this test: the folder and the socket's mode keep others out before the uid is looked at
  chmodSync(dirname(rig.path), 0o755);
  chmodSync(rig.path, 0o666);
  const script = `await Bun.connect({ unix: ${JSON.stringify(rig.path)}, 
    socket: { data() {}, close() { process.exit(0); } } }); setTimeout(() => process.exit(3), 2000);`;
  const other = Bun.spawn([
    "setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", process.execPath, "-e", script,
  ], {
    stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env["PATH"], HOME: "/tmp" },
  });
  const status = await other.exited;
  const refused = rig.lines.some((line) => line.includes("foreign peer refused") && line.includes("12345"));
  const err = await new Response(other.stderr).text();
  if (!refused && status === 127) return console.log("SKIPPED: another user cannot run this runtime here:", err);
  // closed, or reset while it still connected; not left open
  expect([refused, status !== 3, err]).toEqual([true, true, err]);
});

test("a keeper that is being replaced tries no daemon of another build, and is replaced by one at a time", async () => {
  await using rig = await keeperRig();
  let fail!: (why: string) => void;
  rig.keeper.replace = () => new Promise((resolve) => (fail = resolve));
  const daemon = await rig.connect();
  const ask = (type: number, executable: string) => daemon.send(type, 0, 0, jsonPayload({ executable }));
  ask(TO_KEEPER.replace, "/new");
  ask(TO_KEEPER.upgrade, "/daemon");
  for (let n = 0; n < 2; n++) ask(TO_KEEPER.replace, "/newer");
  await waitUntil("the answers", () => daemon.upgrades.length === 4);
  const busy = { state: "failed", why: "an upgrade is under way" } as const;
  expect(daemon.upgrades).toEqual([{ executable: "/new", state: "trying" }, ...["/daemon", "/newer", "/newer"].map((executable) => ({ executable, ...busy }))]);
  expect(rig.keeper.replaced).toEqual({ executable: "/new", state: "trying" });
  fail("it can't");
  await waitUntil("its end", () => daemon.upgrades.length === 5);
  expect(daemon.upgrades.at(-1)).toEqual({ executable: "/new", state: "failed", why: "it can't" });
});

describe("the end", () => {
  test("hangs programs up, kills those that do not mind, and is soon over", async () => {
    const rig = await keeperRig();
    const daemon = await rig.connect();
    const polite = await daemon.run(1, "trap 'exit 5' HUP; echo ready; while true; do sleep 0.01; done");
    const deaf = await daemon.run(2, "trap '' HUP TERM; echo ready; while true; do sleep 0.01; done");
    const stopped = await daemon.run(3, "echo ready; kill -STOP $$; sleep 100");
    await waitUntil("all programs", () => [polite, deaf, stopped].every((h) => h.text.includes("ready")));
    const pids = (await (await rig.connect()).hello()).panes.map((p) => p.pid);
    expect(pids.every(alive)).toBeTrue();
    const begin = performance.now();
    await rig[Symbol.asyncDispose]();
    expect(performance.now() - begin).toBeLessThan(8000);
    expect(rig.ended).toBeTrue();
    await waitUntil("all to be gone", () => !pids.some(alive), () => pids.filter(alive));
  });

  test("comes at once where no program holds it up, also when it is asked for twice", async () => {
    const rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.spawn(1, shell("sleep 100"));
    const begin = performance.now();
    daemon.send(TO_KEEPER.stop);
    daemon.send(TO_KEEPER.stop);
    await waitUntil("the end", () => rig.ended, () => rig.lines);
    expect(performance.now() - begin).toBeLessThan(1900);
    await rig[Symbol.asyncDispose]();
  });

  test("lets nothing new begin", async () => {
    await using rig = await keeperRig();
    const daemon = await rig.connect();
    await daemon.run(1, "trap '' HUP; sleep 100");
    daemon.send(TO_KEEPER.stop);
    await expect(daemon.spawn(2, shell("sleep 100"))).rejects.toThrow("stopping");
  });
});
