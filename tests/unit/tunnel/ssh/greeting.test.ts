import { expect, test } from "bun:test";
import { systemClock } from "../../../../src/base/clock.ts";
import { greets } from "../../../../src/tunnel/ssh/greeting.ts";

function listener(first: string): { port: number; heard: () => number; stop(): void } {
  let bytes = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1", port: 0,
    socket: { open: (socket) => void (first !== "" && socket.write(first)), data: (_, data) => void (bytes += data.length) },
  });
  return { port: server.port, heard: () => bytes, stop: () => server.stop(true) };
}

test("an sshd greets, anything else does not, and nothing is said to either", async () => {
  const sshd = listener("SSH-2.0-OpenSSH_9.2\r\n");
  const web = listener("HTTP/1.1 400 Bad Request\r\n");
  const mute = listener("");
  try {
    expect(await greets("127.0.0.1", sshd.port, systemClock, 5000)).toBeTrue();
    expect(await greets("127.0.0.1", web.port, systemClock, 5000)).toBeFalse();
    expect(await greets("127.0.0.1", mute.port, systemClock, 100)).toBeFalse();
    // a connection that took as long as one over the network is answer enough
    expect(await greets("127.0.0.1", mute.port, systemClock, 5000, 0)).toBeTrue();
    expect([sshd.heard(), web.heard(), mute.heard()]).toEqual([0, 0, 0]);
  } finally {
    for (const { stop } of [sshd, web, mute]) stop();
  }
});

test("a port that nobody listens on does not", async () => {
  const gone = listener("");
  gone.stop();
  expect(await greets("127.0.0.1", gone.port, systemClock, 5000)).toBeFalse();
});
