import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync, chownSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { peerOf } from "../../../src/base/libc.ts";
import type { Disposable } from "../../../src/base/lifecycle.ts";
import type { SocketDuplex } from "../../../src/transport/socket.ts";
import { LONGEST_SOCKET_PATH, connectUnix, listenUnix } from "../../../src/transport/unix.ts";
import { DuplexLog } from "../../support/duplex-log.ts";
import { fuzzRandom } from "../../support/fuzz.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { rejection } from "../../support/thrown.ts";
import { waitUntil } from "../../support/wait-until.ts";

const isRoot = process.getuid?.() === 0;
const encode = (text: string) => new TextEncoder().encode(text);

/** A listener in a new folder, with what it accepted. */
async function listening() {
  const folder = tempFolder();
  const path = join(folder.path, "s");
  const accepted: DuplexLog[] = [];
  const listener = await listenUnix(path, (duplex) => accepted.push(new DuplexLog(duplex)));
  return {
    path, accepted, folder,
    [Symbol.dispose]: () => {
      for (const log of accepted) log.duplex.close(true);
      listener.dispose();
      folder[Symbol.dispose]();
    },
  };
}

async function pair(own: Awaited<ReturnType<typeof listening>>) {
  const client = new DuplexLog(await connectUnix(own.path));
  await waitUntil("the connection", () => own.accepted.length > 0);
  return { client, server: own.accepted.at(-1)! };
}

describe("a unix socket", () => {
  test("carries bytes both ways, and both ends hear once that it is over", async () => {
    using own = await listening();
    const { client, server } = await pair(own);
    client.duplex.write(encode("question"));
    await waitUntil("the question", () => server.text === "question", () => server.state);
    server.duplex.write(encode("answer"));
    await waitUntil("the answer", () => client.text === "answer", () => client.state);
    client.duplex.close();
    client.duplex.close(true);
    await waitUntil("both ends", () => client.closes + server.closes >= 2, () => [client.state, server.state]);
    await Bun.sleep(5);
    expect([client.closes, server.closes]).toEqual([1, 1]);
    server.duplex.write(encode("too late"));
    expect(server.duplex.buffered).toBe(0);
  });

  test("is open to its owner only, whatever the umask says, and says what it is", async () => {
    const umask = process.umask(0);
    using own = await listening();
    expect(process.umask(umask)).toBe(0);
    expect(lstatSync(own.path).mode & 0o777).toBe(0o600);
    const { client, server } = await pair(own);
    expect([client.duplex.label, server.duplex.label]).toEqual([`unix://${own.path}`, `unix://${own.path}`]);
    const fd = ((server.duplex as SocketDuplex).socket as unknown as { fd: number }).fd;
    expect(peerOf(fd)).toEqual({ pid: process.pid, uid: process.getuid!() });
    client.duplex.close();
  });

  test("hands over what the peer said before anyone listened", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    let late: SocketDuplex | undefined;
    const listener = await listenUnix(path, (duplex) => (late = duplex));
    const client = new DuplexLog(await connectUnix(path));
    client.duplex.write(encode("early"));
    await waitUntil("the peer", () => late !== undefined);
    await Bun.sleep(10);
    const server = new DuplexLog(late!);
    await waitUntil("early bytes", () => server.text === "early", () => server.state);
    client.duplex.close();
    listener.dispose();
    await waitUntil("the end", () => client.closes === 1);
  });
});

describe("a slow reader", () => {
  const SIZE = 12 << 20;

  test("gets everything in order, whatever the sizes of writes, and the writer hears when it has left", async () => {
    using own = await listening();
    const { client, server } = await pair(own);
    const random = fuzzRandom("slow reader");
    const sent = random.bytes(1 << 20);
    server.duplex.pause();
    let written = 0;
    for (let round = 0; written < SIZE; round++) {
      const at = random.integer(sent.length - 70_000);
      const piece = sent.subarray(at, at + 1 + random.integer(round % 3 === 0 ? 65_536 : 300));
      // every piece begins with its place, so that order can be checked without keeping a copy
      const framed = new Uint8Array(8 + piece.length);
      new DataView(framed.buffer).setUint32(0, piece.length);
      new DataView(framed.buffer).setUint32(4, at);
      framed.set(piece, 8);
      client.duplex.write(framed);
      framed.fill(0);
      written += framed.length;
    }
    expect(client.duplex.buffered).toBeGreaterThan(SIZE / 2);
    await Bun.sleep(30);
    expect(server.bytes).toBeLessThan(SIZE / 2);
    server.duplex.resume();
    await waitUntil("everything", () => server.bytes === written, () => [client.state, server.bytes, written]);
    await waitUntil("the drain", () => client.drains > 0 && client.duplex.buffered === 0, () => client.state);
    const content = server.content;
    const view = new DataView(content.buffer);
    for (let i = 0; i < content.length; ) {
      const [length, at] = [view.getUint32(i), view.getUint32(i + 4)];
      expect(Buffer.compare(content.subarray(i + 8, i + 8 + length), sent.subarray(at, at + length))).toBe(0);
      i += 8 + length;
    }
    client.duplex.close();
  });

  test("still gets what was written before the close", async () => {
    using own = await listening();
    const { client, server } = await pair(own);
    server.duplex.pause();
    client.duplex.write(new Uint8Array(SIZE).fill(7));
    client.duplex.write(encode("end"));
    client.duplex.close();
    client.duplex.write(encode("never"));
    await Bun.sleep(10);
    expect(client.closes).toBe(0);
    server.duplex.resume();
    await waitUntil("the close", () => server.closes === 1 && client.closes === 1, () => [client.state, server.state]);
    expect(server.bytes).toBe(SIZE + 3);
    expect(server.text.endsWith("end")).toBeTrue();
  });

  test("does not keep a writer who closes at once", async () => {
    using own = await listening();
    const { client, server } = await pair(own);
    server.duplex.pause();
    client.duplex.write(new Uint8Array(SIZE));
    client.duplex.close();
    client.duplex.close(true);
    expect(client.duplex.buffered).toBe(0);
    await waitUntil("the writer's end", () => client.closes === 1, () => client.state);
    server.duplex.resume();
    await waitUntil("the reader's end", () => server.closes === 1, () => server.state);
    expect(server.bytes).toBeLessThan(SIZE);
  });
});

describe("connecting", () => {
  test("where nothing or nobody is says so and how to start one", async () => {
    using folder = tempFolder();
    const missing = await rejection(connectUnix(join(folder.path, "none")));
    expect([missing.code, missing.hint]).toEqual(["noServer", expect.stringContaining("fugue serve")]);
    writeFileSync(join(folder.path, "file"), "");
    expect((await rejection(connectUnix(join(folder.path, "file")))).code).toBe("noServer");
    expect((await rejection(connectUnix(folder.path))).code).toBe("noServer");
  });

  test("by a path that is too long says how long it may be", async () => {
    const path = `/tmp/${"x".repeat(LONGEST_SOCKET_PATH)}`;
    const error = await rejection(connectUnix(path));
    expect([error.code, error.hint]).toEqual(["usage", expect.stringContaining("FUGUE_HOME")]);
    expect(error.message).toContain("107");
    expect((await rejection(listenUnix(path, () => {}))).code).toBe("usage");
    // bytes count, not characters
    expect((await rejection(connectUnix(`/tmp/${"é".repeat(52)}`))).code).toBe("usage");
  });

  test("by the longest path works", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "x".repeat(LONGEST_SOCKET_PATH - folder.path.length - 1));
    expect(path).toHaveLength(LONGEST_SOCKET_PATH);
    const listener = await listenUnix(path, (duplex) => duplex.close());
    const client = new DuplexLog(await connectUnix(path));
    await waitUntil("the close", () => client.closes === 1);
    listener.dispose();
  });
});

/** Leaves a socket file without anyone behind it, as a killed daemon does. */
async function staleSocket(path: string): Promise<void> {
  const script = `Bun.listen({ unix: ${JSON.stringify(path)}, socket: { data() {} } });
    process.kill(process.pid, "SIGKILL");`;
  await Bun.spawn([process.execPath, "-e", script], { stdio: ["ignore", "ignore", "ignore"] }).exited;
  expect(lstatSync(path).isSocket()).toBeTrue();
}

describe("listening", () => {
  const accept = () => {};

  test("where a dead daemon left its socket replaces it", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    await staleSocket(path);
    const listener = await listenUnix(path, (duplex) => duplex.close());
    const client = new DuplexLog(await connectUnix(path));
    await waitUntil("the close", () => client.closes === 1);
    listener.dispose();
    expect(existsSync(path)).toBeFalse();
  });

  test("where a living one answers is refused, and that one stays", async () => {
    using own = await listening();
    const error = await rejection(listenUnix(own.path, accept));
    expect([error.code, error.hint]).toEqual(["failed", expect.stringContaining("fugue stop")]);
    const { client } = await pair(own);
    client.duplex.close();
    await waitUntil("the close", () => client.closes === 1);
  });

  test("in place of one that it has replaced takes the path, which the other leaves alone when it ends", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    const before = await listenUnix(path, accept, true);
    const listener = await listenUnix(path, (duplex) => duplex.close(), true);
    before.dispose();
    const client = new DuplexLog(await connectUnix(path));
    await waitUntil("the close", () => client.closes === 1);
    listener.dispose();
    expect(existsSync(path)).toBeFalse();
  });

  test("where something else is refuses to remove it", async () => {
    using folder = tempFolder();
    const file = join(folder.path, "file");
    writeFileSync(file, "precious");
    const sub = join(folder.path, "folder");
    mkdirSync(sub);
    const link = join(folder.path, "link");
    symlinkSync(file, link);
    for (const path of [file, sub, link]) {
      const error = await rejection(listenUnix(path, accept));
      expect([error.code, error.message]).toEqual(["failed", expect.stringContaining("not a socket")]);
      expect(existsSync(path)).toBeTrue();
    }
  });

  test.skipIf(!isRoot)("where another user's socket is refuses to remove it", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    await staleSocket(path);
    chownSync(path, 12_345, 12_345);
    expect((await rejection(listenUnix(path, accept))).code).toBe("refused");
    expect(existsSync(path)).toBeTrue();
  });

  test("ends with its file, and a second time does nothing to whoever came after it", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    const first = await listenUnix(path, accept);
    first.dispose();
    expect(existsSync(path)).toBeFalse();
    const second = await listenUnix(path, (duplex) => duplex.close());
    first.dispose();
    const client = new DuplexLog(await connectUnix(path));
    await waitUntil("the close", () => client.closes === 1);
    second.dispose();
  });

  test("ends the connections it has", async () => {
    using folder = tempFolder();
    const path = join(folder.path, "s");
    const accepted: DuplexLog[] = [];
    const listener: Disposable = await listenUnix(path, (duplex) => accepted.push(new DuplexLog(duplex)));
    const client = new DuplexLog(await connectUnix(path));
    await waitUntil("the connection", () => accepted.length === 1);
    listener.dispose();
    await waitUntil(
      "the end", () => client.closes === 1 && accepted[0]!.closes === 1, () => [client.state, accepted[0]!.state],
    );
  });
});

test.skipIf(!isRoot || Bun.which("setpriv") === null)("another user's connection is known by its uid", async () => {
  using own = await listening();
  chmodSync(own.folder.path, 0o755);
  chmodSync(own.path, 0o666);
  const script = `await Bun.connect({ unix: ${JSON.stringify(own.path)},
    socket: { data() {}, close() { process.exit(0); } } });`;
  const other = Bun.spawn([
    "setpriv", "--reuid=12345", "--regid=12345", "--clear-groups", process.execPath, "-e", script,
  ], {
    stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env["PATH"], HOME: "/tmp" },
  });
  const failed = Promise.race([other.exited, Bun.sleep(4000)]);
  await Promise.race([waitUntil("the connection", () => own.accepted.length > 0), failed]);
  if (own.accepted.length === 0) {
    console.log("SKIPPED: another user cannot run this runtime here:", await new Response(other.stderr).text());
  } else {
    const fd = ((own.accepted[0]!.duplex as SocketDuplex).socket as unknown as { fd: number }).fd;
    expect(peerOf(fd)?.uid).toBe(12_345);
    own.accepted[0]!.duplex.close(true);
  }
  other.kill("SIGKILL");
  await other.exited;
});
