/** What an open connection can do, the same with both backends: streams, refusals, ends. */
import { expect } from "bun:test";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Duplex } from "../../src/transport/duplex.ts";
import { ForwardingForbidden } from "../../src/tunnel/ssh/connection.ts";
import { bytesOf, readText } from "../support/duplex-text.ts";
import { testIf } from "../support/e2e-test.ts";
import { connect } from "../support/ssh-rig.ts";
import { freePort, noSshd, sshHome, startSshd } from "../support/sshd.ts";
import { rejection } from "../support/thrown.ts";
import { waitUntil } from "../support/wait-until.ts";

const BACKENDS = ["ssh2", "openssh"] as const;

function testBoth(name: string, body: (backend: (typeof BACKENDS)[number]) => Promise<void>): void {
  for (const backend of BACKENDS) testIf(noSshd(), `${backend}: ${name}`, () => body(backend));
}

/** A server that answers in capitals, and closes after "bye". */
async function shout(where: { path: string } | { port: number; host: string }) {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      socket.write(bytes.toString().toUpperCase());
      if (bytes.includes("bye")) socket.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(where, resolve));
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}

async function talk(duplex: Duplex): Promise<string> {
  const text = readText(duplex);
  duplex.write(bytesOf("hello "));
  await text.until("HELLO ");
  duplex.write(bytesOf("bye"));
  return text.end();
}

testBoth("streams to unix sockets and ports; nobody there is not forbidden", async (backend) => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  const path = join(home.path, "echo.sock");
  const port = await freePort();
  await using _unix = await shout({ path });
  await using _tcp = await shout({ port, host: "127.0.0.1" });
  using connection = await connect(home, sshd, { backend });
  expect(connection.backend).toBe(backend);
  expect(await talk(await connection.openUnix(path))).toBe("HELLO BYE");
  expect(await talk(await connection.openTcp("127.0.0.1", port))).toBe("HELLO BYE");
  const many = await Promise.all(Array.from({ length: 20 }, () => connection.openUnix(path)));
  expect(await Promise.all(many.map(talk))).toEqual(Array.from({ length: 20 }, () => "HELLO BYE"));
  for (const error of [await rejection(connection.openUnix(join(home.path, "none"))), await rejection(connection.openTcp("127.0.0.1", await freePort()))]) {
    expect(error).not.toBeInstanceOf(ForwardingForbidden);
    expect(error.code).toBe("noServer");
  }
  expect(await connection.roundTrip()).toBeLessThan(5000);
});

testBoth("commands: input, output, errors, status, signals", async (backend) => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  using connection = await connect(home, sshd, { backend });
  const cat = await connection.exec(["sh", "-c", "cat; echo \"$GREETING\" >&2; exit 3"], { env: { GREETING: "it's $HOME" } });
  const text = readText(cat.duplex);
  cat.duplex.write(bytesOf("through"));
  await text.until("through");
  cat.duplex.close();
  expect(await cat.exit).toEqual({ code: 3 });
  expect(await text.end()).toBe("through");
  expect(cat.stderr()).toBe("it's $HOME\n");
  const killed = await connection.exec(["sh", "-c", "kill -KILL $$"]);
  killed.duplex.listen({ data() {}, close() {} });
  expect(await killed.exit).toEqual({ signal: "KILL" });
});

testBoth("large amounts in both directions, with a reader that pauses", async (backend) => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  using connection = await connect(home, sshd, { backend });
  const total = 24 << 20;
  const run = await connection.exec(["sh", "-c", `head -c ${total} /dev/zero`]);
  let received = 0;
  let pauses = 0;
  let closed = false;
  run.duplex.listen({
    data: (bytes) => {
      received += bytes.length;
      if (pauses < 5 && received > pauses * (4 << 20)) {
        pauses++;
        run.duplex.pause();
        setTimeout(() => run.duplex.resume(), 20);
      }
    },
    close: () => void (closed = true),
  });
  await waitUntil("all of it", () => closed, () => received, 30_000);
  expect(received).toBe(total);
  const count = await connection.exec(["wc", "-c"]);
  const text = readText(count.duplex);
  const piece = new Uint8Array(1 << 20).fill(120);
  for (let i = 0; i < 24; i++) count.duplex.write(piece);
  expect(count.duplex.buffered).toBeGreaterThan(0);
  count.duplex.close();
  expect((await text.end()).trim()).toBe(String(total));
});

testBoth("AllowStreamLocalForwarding no and AllowTcpForwarding no are told apart from nobody being there", async (backend) => {
  using home = sshHome();
  await using sshd = await startSshd(home, { config: ["AllowStreamLocalForwarding no", "AllowTcpForwarding no"] });
  const path = join(home.path, "echo.sock");
  await using _unix = await shout({ path });
  using connection = await connect(home, sshd, { backend });
  const unix = await rejection(connection.openUnix(path));
  expect(unix).toBeInstanceOf(ForwardingForbidden);
  expect((unix as ForwardingForbidden).kind).toBe("unix");
  expect((await rejection(connection.openUnix(join(home.path, "none")))).code).toBe("noServer");
  const tcp = await rejection(connection.openTcp("127.0.0.1", 1));
  expect(tcp).toBeInstanceOf(ForwardingForbidden);
  expect((tcp as ForwardingForbidden).kind).toBe("tcp");
  const run = await connection.exec(["echo", "works"]);
  expect(await readText(run.duplex).end()).toBe("works\n");
});

testBoth("sshd killed in mid-session: streams, commands and requests end with a reason", async (backend) => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  using connection = await connect(home, sshd, { backend });
  const run = await connection.exec(["sleep", "600"]);
  const text = readText(run.duplex);
  sshd.signal("SIGKILL");
  const reason = await connection.closed;
  expect(reason?.code).toBe("closed");
  expect(reason?.message).toContain(connection.label);
  await text.end();
  expect(await run.exit).toEqual({});
  expect((await rejection(connection.roundTrip())).code).toBe("closed");
  expect((await rejection(connection.openUnix("/x"))).code).toBe("closed");
  expect((await rejection(connection.exec(["true"]))).code).toBe("closed");
});

testIf(noSshd(), "a stopped sshd does not let a dial hang, and a connection notices it", async () => {
  using home = sshHome();
  await using sshd = await startSshd(home);
  // both at once: it takes 15 s of silence
  const connections = await Promise.all(BACKENDS.map((backend) => connect(home, sshd, { backend })));
  sshd.signal("SIGSTOP");
  await Promise.all(connections.map(async (connection) => {
    const error = await rejection(connect(home, sshd, { backend: connection.backend }, { timeoutMs: 1500 }));
    expect(error.code).toBe("timeout");
    const waiting = rejection(connection.roundTrip());
    expect((await connection.closed)?.code).toBe("timeout");
    expect((await waiting).code).toMatch(/timeout|closed/);
  }));
  sshd.signal("SIGCONT");
});

testBoth("hosts that are unknown or refuse, and names that may not be given to ssh", async (backend) => {
  using home = sshHome();
  const port = await freePort();
  const refused = await rejection(connect(home, { host: "127.0.0.1", port }, { backend }));
  expect(refused.message).toContain("refuses connections");
  expect(refused.code).toBe("noServer");
  const unknown = await rejection(connect(home, { host: "no-such-host.invalid", port }, { backend }));
  expect(unknown.message).toContain("'no-such-host.invalid' is unknown");
  for (const host of ["-oProxyCommand=touch x", "a b", "a;b", "$(id)", "a`b`", ""]) {
    expect((await rejection(connect(home, { host, port }, { backend }))).code).toBe("usage");
  }
  expect((await rejection(connect(home, { host: "127.0.0.1", port }, { backend, user: "-x" }))).code).toBe("usage");
});
