/** An SSH server in this process (ssh2's own), whose login a test decides; it runs no commands but `echo`. */
import { createServer, type Socket } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server, utils, type AuthContext, type ParsedKey } from "ssh2";
import { makeKey, type SshHome } from "./sshd.ts";

export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** `method` of every login attempt, in order. */
  readonly attempts: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param login decides on each attempt: accept, reject, prompt */
export async function startServer(home: SshHome, login: (context: AuthContext) => void, banner?: string): Promise<TestServer> {
  const path = join(home.path, "server_key");
  const publicKey = makeKey(path);
  const attempts: string[] = [];
  const clients = new Set<{ end(): void }>();
  const server = new Server({ hostKeys: [readFileSync(path, "utf8")], ...(banner === undefined ? {} : { banner }) }, (client) => {
    clients.add(client);
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    client.on("authentication", (context: AuthContext) => {
      attempts.push(context.method);
      login(context);
    });
    client.on("session", (accept: () => import("node:events").EventEmitter) => {
      accept().on("exec", (take: () => { end(text: string): void; exit(code: number): void }) => {
        const stream = take();
        stream.exit(0);
        stream.end("in\n");
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  writeFileSync(home.knownHosts, `[127.0.0.1]:${port} ${publicKey}\n`, { flag: "a" });
  return {
    host: "127.0.0.1", port, attempts,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Whether a public key attempt offers this key, and proves it if it is the signed one. */
export function offers(context: AuthContext, publicLine: string): boolean {
  const key = utils.parseKey(publicLine) as ParsedKey;
  return context.method === "publickey" && context.key!.data.equals(key.getPublicSSH());
}

/** A server of plain TCP that does what the test says. */
export async function startTcp(connected: (socket: Socket) => void, port = 0): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    connected(socket);
  });
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  return {
    host: "127.0.0.1", port: (server.address() as { port: number }).port, attempts: [],
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
