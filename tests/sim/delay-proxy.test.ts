import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { connectTcp } from "../../src/transport/tcp.ts";
import { DelayProxy, type Line } from "../support/delay-proxy.ts";
import { waitUntil } from "../support/wait-until.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const run of cleanups.splice(0).reverse()) await run();
});

/** A server that sends everything back, behind a proxy, and a client of it that writes down what it hears. */
async function echoBehind(line: Line) {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy = await DelayProxy.start({ port: 0 }, { port: (server.address() as { port: number }).port }, line);
  const duplex = await connectTcp("127.0.0.1", proxy.port);
  const state = { heard: 0, closed: false };
  duplex.listen({ data: (bytes) => void (state.heard += bytes.length), close: () => void (state.closed = true) });
  cleanups.push(async () => {
    duplex.close(true);
    await proxy[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { proxy, duplex, state };
}

test("bytes take the delay in each direction", async () => {
  const { duplex, state } = await echoBehind({ delayMs: 60 });
  const before = performance.now();
  duplex.write(new Uint8Array(1000));
  await waitUntil("the echo", () => state.heard === 1000);
  expect(performance.now() - before).toBeGreaterThanOrEqual(118);
});

test("a limited line takes its time", async () => {
  const { duplex, state } = await echoBehind({ delayMs: 0, bytesPerSecond: 50_000 });
  const before = performance.now();
  duplex.write(new Uint8Array(10_000));
  await waitUntil("the echo", () => state.heard === 10_000);
  expect(performance.now() - before).toBeGreaterThanOrEqual(190);
});

test("what a stall holds back arrives after it; a cut ends the connection", async () => {
  const { proxy, duplex, state } = await echoBehind({ delayMs: 0 });
  proxy.stall();
  duplex.write(new Uint8Array(100));
  await Bun.sleep(50);
  expect(state).toEqual({ heard: 0, closed: false });
  proxy.resume();
  await waitUntil("the echo", () => state.heard === 100);
  expect(proxy.connections).toBe(1);
  proxy.cut();
  await waitUntil("the end", () => state.closed);
  expect(proxy.connections).toBe(0);
});
