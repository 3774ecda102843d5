/** Multicast DNS on the loopback interface, at a port of the test's own. */
import { expect, test } from "bun:test";
import { createSocket } from "node:dgram";
import { systemClock } from "../../../src/base/clock.ts";
import type { FugueError } from "../../../src/base/errors.ts";
import { announce, discover, type FoundServer } from "../../../src/transport/discovery.ts";

/** A UDP port that is free now. */
function freeUdpPort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

const failures: FugueError[] = [];
const failed = (error: FugueError) => void failures.push(error);

test("a server that announces itself is found, and not once it has ended", async () => {
  // the group is joined on loopback alone; the socket itself must be bound to all addresses to hear it
  const options = { interface: "127.0.0.1", bind: "0.0.0.0", port: await freeUdpPort() };
  const announced = await announce({ name: "gpu-1a2b", ports: [9999, 7000] }, failed, options);
  let found: FoundServer[] = [];
  // packets may be lost, on a busy machine more so
  for (let tries = 0; tries < 8 && found.length < 2; tries++) found = await discover(600, systemClock, options);
  expect(found.map(({ name, port }) => [name, port])).toEqual([["gpu-1a2b", 9999], ["gpu-1a2b-7000", 7000]]);
  expect(found[0]!.addresses[0]).toBe("127.0.0.1");
  announced.dispose();
  await Bun.sleep(50);
  expect(await discover(200, systemClock, options)).toEqual([]);
  expect(failures).toEqual([]);
});

test("answers that are none, or lie, are harmless", async () => {
  const port = await freeUdpPort();
  const options = { interface: "127.0.0.1", bind: "0.0.0.0", port };
  const { default: multicastDns } = await import("multicast-dns");
  const liar = multicastDns(options);
  const noise = createSocket("udp4");
  liar.on("query", () => {
    noise.send(new Uint8Array([1, 2, 3]), port, "127.0.0.1");
    noise.send(Buffer.from("8400".repeat(200), "hex"), port, "127.0.0.1");
    const srv = (name: string, data: unknown) => ({ name, type: "SRV", ttl: 120, data });
    liar.respond({
      answers: [
        srv("evil\u001b[31m._fugue._tcp.local", { target: "x.local", port: 1 }), srv("zero._fugue._tcp.local", { target: "x.local", port: 0 }),
        srv("other._http._tcp.local", { target: "x.local", port: 80 }),
        ...Array.from({ length: 300 }, (_, i) => srv(`n${i}._fugue._tcp.local`, { target: "x.local", port: 5 })),
      ],
      additionals: Array.from({ length: 20 }, (_, i) => ({ name: "x.local", type: "A", ttl: 120, data: `10.0.0.${i}` })),
    });
  });
  let found: FoundServer[] = [];
  for (let tries = 0; tries < 8 && found.length === 0; tries++) found = await discover(600, systemClock, options);
  expect(found.length).toBe(256);
  for (const { name, addresses } of found) {
    expect(name).not.toMatch(/[\u0000-\u001f]/);
    expect(addresses.length).toBeLessThanOrEqual(8);
  }
  expect(found.map(({ name }) => name)).not.toContain("zero");
  await new Promise<void>((resolve) => liar.destroy(resolve));
  await new Promise<void>((resolve) => void noise.close(resolve));
});
