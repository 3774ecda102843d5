/** A socket whose name is removed, with or without its folder, is found again; connections stay. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Duplex } from "../../../src/transport/duplex.ts";
import { keepListening } from "../../../src/transport/kept-socket.ts";
import { connectUnix } from "../../../src/transport/unix.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { VirtualClock } from "../../support/virtual-clock.ts";
import { waitUntil } from "../../support/wait-until.ts";

async function rig(path: string) {
  const clock = new VirtualClock();
  const accepted: Duplex[] = [];
  const listener = await keepListening(path, (duplex) => {
    accepted.push(duplex);
    duplex.listen({ data: (bytes) => duplex.write(bytes.slice()), close() {} });
  }, clock);
  /** The next look, and what comes of it. */
  const look = async () => {
    await clock.advanceAsync(2000);
    await Bun.sleep(1);
  };
  return { clock, accepted, listener, look };
}

test("its name comes back, private, and who was connected stays so", async () => {
  using folder = tempFolder();
  const state = join(folder.path, "state");
  mkdirSync(state);
  const path = join(state, "s");
  const { clock, listener, look, accepted } = await rig(path);
  const first = new DuplexLog(await connectUnix(path));
  rmSync(path);
  await look();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const second = new DuplexLog(await connectUnix(path));
  rmSync(state, { recursive: true });
  await look();
  expect(existsSync(path)).toBe(false);
  mkdirSync(state);
  await look();
  const third = new DuplexLog(await connectUnix(path));
  for (const end of [first, second, third]) {
    end.duplex.write(new TextEncoder().encode("x"));
    await waitUntil("the echo", () => end.text === "x");
    end.duplex.close(true);
  }
  expect(accepted.length).toBe(3);
  listener.dispose();
  await look();
  expect([existsSync(path), clock.timers]).toEqual([false, 0]);
});

test("what somebody else put in its place is left alone", async () => {
  using folder = tempFolder();
  const path = join(folder.path, "s");
  const { listener, look } = await rig(path);
  rmSync(path);
  writeFileSync(path, "theirs");
  await look();
  expect(statSync(path).isFile()).toBe(true);
  listener.dispose();
  expect(statSync(path).isFile()).toBe(true);
});
