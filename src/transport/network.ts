/** What tcp and tls have in common: dialling within a time, listening, and errors that say what to do. */
import type { Socket, TCPSocketListener, TLSOptions } from "bun";
import { systemClock, type Clock } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Disposable } from "../base/lifecycle.ts";
import { describePortOwner } from "./port-owner.ts";
import { SocketDuplex, socketHandlers } from "./socket.ts";

/** A host name or IP address (without brackets) and a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  /** Milliseconds for the name, the connection and TLS together. */
  readonly patienceMs?: number;
  readonly clock?: Clock;
}

/** Time that a connection may take, unless the caller says otherwise. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** An idle connection is probed by the system after this long, so that a NAT keeps it and a dead peer is noticed. */
const KEEPALIVE_MS = 15_000;

export type NetworkSocket = Socket<{ duplex?: SocketDuplex }>;

/** `[::1]:9999`, `host:9999`. */
export function formatEndpoint({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Small messages leave at once; dead peers are noticed. */
export function tune(socket: NetworkSocket): void {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEPALIVE_MS);
}

/** Runs a dial that must end in time; then `late` is aborted, and what comes after it is closed. @throws FugueError `timeout`. */
export function withinPatience<T extends { close(now?: boolean): void }>(
  endpoint: Endpoint, { patienceMs = CONNECT_TIMEOUT_MS, clock = systemClock }: DialOptions, dial: (late: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  return new Promise((resolve, reject) => {
    const timer = clock.after(patienceMs, () => {
      const seconds = Math.round(patienceMs / 100) / 10;
      reject(new FugueError(
        "timeout", `${formatEndpoint(endpoint)} did not answer within ${seconds} s`, "is the machine up, and does a firewall let this port through?",
      ));
      late.abort();
    });
    dial(late.signal).then(
      (made) => {
        timer.cancel();
        if (late.signal.aborted) made.close(true);
        else resolve(made);
      },
      (error) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}

/** What a failed connect means. */
export function connectError(endpoint: Endpoint, error: unknown): FugueError {
  const code = systemCode(error) ?? "";
  const where = formatEndpoint(endpoint);
  if (/^(ENOTFOUND|EAI_|ENODATA|EDNS|ESERVFAIL)/.test(code)) {
    return new FugueError("noServer", `the host '${endpoint.host}' is unknown`, "check its name, and this machine's network", error);
  }
  if (code === "ECONNREFUSED" || code === "ECONNRESET") {
    return new FugueError("noServer", `nothing listens at ${where}`, "start the server there with: fugue serve --listen, or the forward that leads there", error);
  }
  if (code === "ETIMEDOUT") {
    return new FugueError("timeout", `${where} did not answer`, "is the machine up, and does a firewall let this port through?", error);
  }
  if (/^E(HOST|NET)(UNREACH|DOWN)$/.test(code)) {
    return new FugueError("noServer", `there is no way to ${where}`, "check this machine's network", error);
  }
  return new FugueError("noServer", `can't connect to ${where}: ${code || String(error)}`, "check the address and the network", error);
}

/** A listener's port: the one asked for, or the one the system chose for 0. */
export interface Listening extends Disposable {
  readonly port: number;
}

/** Listens on one address. @throws FugueError that names who holds a busy port, or what else is wrong */
export function listenNetwork(endpoint: Endpoint, handlers: ReturnType<typeof socketHandlers>, tls?: TLSOptions): Listening {
  const { host, port } = endpoint;
  let listener: TCPSocketListener<{ duplex?: SocketDuplex }>;
  try {
    listener = Bun.listen({ hostname: host, port, exclusive: true, data: {} as { duplex?: SocketDuplex }, socket: handlers, ...(tls && { tls }) });
  } catch (error) {
    throw listenError(endpoint, error);
  }
  let ended = false;
  return {
    port: listener.port,
    dispose: () => {
      if (!ended) listener.stop();
      ended = true;
    },
  };
}

function listenError(endpoint: Endpoint, error: unknown): FugueError {
  const code = systemCode(error) ?? "";
  const where = formatEndpoint(endpoint);
  if (code === "EADDRINUSE") {
    return new FugueError("failed", `${where} is in use: ${describePortOwner(endpoint)}`, "end that process, or listen on another port", error);
  }
  if (code === "EACCES") {
    return new FugueError("refused", `no permission to listen on ${where}`, "ports below 1024 are the system's: use another one", error);
  }
  if (code === "EADDRNOTAVAIL" || /^ENOTFOUND|^EAI_/.test(code)) {
    return new FugueError("failed", `${endpoint.host} is not an address of this machine`, "use 0.0.0.0 or [::] for all of them", error);
  }
  return new FugueError("failed", `can't listen on ${where}: ${code || String(error)}`, "use another address", error);
}
