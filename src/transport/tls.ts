/** TLS with a pinned certificate: no authority is asked; the certificate is the one whose SHA-256 is known, or it is not. */
import { systemClock, type Clock, type Timer } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Duplex } from "./duplex.ts";
import {
  connectError, formatEndpoint, listenNetwork, tune, withinPatience, type DialOptions, type Endpoint, type Listening, type NetworkSocket,
} from "./network.ts";
import { SocketDuplex, socketHandlers } from "./socket.ts";

/** Time that a client has for the handshake of TLS. */
const TLS_TIMEOUT_MS = 10_000;
/** What the system's check of a certificate may find: with a pinned certificate no authority matters, nor its dates. */
const UNTRUSTED = /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_PURPOSE)/;

/** A certificate with its key, both as PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** One connection that has not finished the handshake of TLS. */
export interface TlsGuest {
  /** IP address. */
  readonly from: string;
  drop(): void;
}

/** Bounds how many of them there are. */
export interface TlsGuests {
  enter(guest: TlsGuest): void;
  leave(guest: TlsGuest): void;
}

/**
 * Connects. Not a byte of ours leaves, and none of the other side is heard, before its certificate is the pinned one.
 * @param fingerprint SHA-256 of the certificate, 64 lowercase hexadecimal digits
 * @throws FugueError `refused` for another certificate, `protocol` if no TLS is spoken, `noServer` or `timeout`
 */
export function connectTls(host: string, port: number, fingerprint: string, options: DialOptions = {}): Promise<Duplex> {
  const endpoint = { host, port };
  return withinPatience(endpoint, options, (late) => new Promise<Duplex>((resolve, reject) => {
    const handlers = socketHandlers((socket) => {
      tune(socket);
      if (late.aborted) socket.terminate();
      else late.addEventListener("abort", () => socket.terminate());
    });
    const connecting = Bun.connect({
      hostname: host, port, data: {} as { duplex?: SocketDuplex },
      // the check by fingerprint replaces the one by authorities
      tls: { rejectUnauthorized: false },
      socket: {
        ...handlers,
        handshake(socket: NetworkSocket, ok: boolean, error: Error | null) {
          const problem = peerProblem(socket, endpoint, fingerprint, ok, error);
          if (problem) {
            // before the end of the socket, which is told at once and knows no reason
            reject(problem);
            return void socket.terminate();
          }
          const duplex = new SocketDuplex(socket, `tls://${formatEndpoint(endpoint)}`);
          socket.data = { duplex };
          resolve(duplex);
        },
        close(socket: NetworkSocket, error?: Error) {
          handlers.close(socket, error);
          reject(new FugueError("closed", `${formatEndpoint(endpoint)} closed the connection before it said who it is`, "another program may listen there"));
        },
      },
    });
    connecting.catch((error) => reject(connectError(endpoint, error)));
  }));
}

function peerProblem(socket: NetworkSocket, endpoint: Endpoint, expected: string, ok: boolean, error: Error | null): FugueError | undefined {
  const where = formatEndpoint(endpoint);
  if (!ok && !UNTRUSTED.test(systemCode(error) ?? "")) {
    return new FugueError("protocol", `no TLS is spoken at ${where}`, "another program listens there, or the server listens with tcp://", error);
  }
  const found = fingerprintOf(socket);
  if (found === expected) return undefined;
  return new FugueError(
    "refused", `${where} shows another certificate than the pinned one (SHA-256 ${found.slice(0, 16)}…, pinned ${expected.slice(0, 16)}…)`,
    "if the server was set up anew: run there fugue server invite and add it here again; else somebody is in between",
  );
}

/** SHA-256 of the certificate that the other side proved to hold; empty if it has shown none. */
function fingerprintOf(socket: NetworkSocket): string {
  const certificate = (socket as unknown as { getPeerCertificate(): { fingerprint256?: string } | undefined }).getPeerCertificate();
  return (certificate?.fingerprint256 ?? "").replaceAll(":", "").toLowerCase();
}

/**
 * Listens. A connection is handed over after the handshake of TLS; those that are at it are `guests`.
 * @throws FugueError that names who holds a busy port
 */
export function listenTls(
  endpoint: Endpoint, { cert, key }: TlsIdentity, guests: TlsGuests, accept: (duplex: SocketDuplex, from: string) => void,
  clock: Clock = systemClock,
): Listening {
  const waiting = new Map<NetworkSocket, { guest: TlsGuest; timer: Timer }>();
  const forget = (socket: NetworkSocket): void => {
    const one = waiting.get(socket);
    if (!one) return;
    waiting.delete(socket);
    one.timer.cancel();
    guests.leave(one.guest);
  };
  const handlers = socketHandlers((socket) => {
    tune(socket);
    const guest = { from: socket.remoteAddress, drop: () => socket.terminate() };
    waiting.set(socket, { guest, timer: clock.after(TLS_TIMEOUT_MS, guest.drop) });
    guests.enter(guest);
  });
  return listenNetwork(endpoint, {
    ...handlers,
    handshake(socket: NetworkSocket, ok: boolean) {
      forget(socket);
      if (!ok) return void socket.terminate();
      const duplex = new SocketDuplex(socket, `tls://${formatEndpoint(endpoint)}`);
      socket.data = { duplex };
      accept(duplex, socket.remoteAddress);
    },
    close(socket: NetworkSocket, error?: Error) {
      forget(socket);
      handlers.close(socket, error);
    },
  } as typeof handlers, { cert, key });
}
