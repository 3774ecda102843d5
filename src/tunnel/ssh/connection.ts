/**
 * What an authenticated SSH connection is, whichever program holds it, and what is needed to open one.
 * `openSsh` in open.ts opens them; its type is `OpenSsh` here, so that its users can be tested without any network.
 */
import type { Clock } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import type { Disposable } from "../../base/lifecycle.ts";
import type { Logger } from "../../base/log.ts";
import type { Prompter } from "../../transport/dialer.ts";
import type { Duplex } from "../../transport/duplex.ts";
import type { SshMemory } from "./memory.ts";

/** Which program speaks SSH: the ssh2 package in this process, or the system's `ssh`. */
export type SshBackend = "ssh2" | "openssh";

/** How a program on the far machine ended: by itself, or by a signal (`TERM`); neither if the connection broke. */
export interface SshExit {
  readonly code?: number;
  readonly signal?: string;
}

/** A program that runs on the far machine. */
export interface SshExec {
  /** Its standard input and output. Closing it closes the channel. */
  readonly duplex: Duplex;
  /** What it has written on standard error so far: the first 64 KiB, as UTF-8. Clean it before it is shown. */
  stderr(): string;
  /** Resolves when it has ended and its output has been delivered. Never rejects. */
  readonly exit: Promise<SshExit>;
}

/** Options of `exec`. */
export interface SshExecOptions {
  /** Variables set for the command with `env NAME=value`. They are visible in the far process list: no secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Forward the agent to it: by default what the configuration's ForwardAgent says; `false` never does. */
  readonly agentForward?: boolean;
}

/** One authenticated SSH connection, whichever program holds it. `dispose` is `close`. */
export interface SshConnection extends Disposable {
  readonly backend: SshBackend;
  /** `user@host:port` after the configuration was read; for people. */
  readonly label: string;
  /** Far programs are given the user's agent, if the server allows it (ForwardAgent). */
  readonly forwardsAgent: boolean;
  /**
   * A stream to a unix socket on the far machine (direct-streamlocal@openssh.com).
   * @throws ForwardingForbidden if the server does not allow it; FugueError `noServer` if nobody listens there,
   * `closed` if the connection is gone
   */
  openUnix(path: string): Promise<Duplex>;
  /** A stream to a TCP port as the far machine sees it (direct-tcpip, RFC 4254 7.2). @throws as openUnix */
  openTcp(host: string, port: number): Promise<Duplex>;
  /**
   * Runs a command there, with the login shell's environment. The words are quoted for that shell (any of sh, fish, csh).
   * @throws FugueError `refused` if the server allows no commands, `closed` if the connection is gone
   */
  exec(argv: readonly string[], options?: SshExecOptions): Promise<SshExec>;
  /** Milliseconds until the far sshd has answered a request that does nothing. @throws FugueError `closed` */
  roundTrip(): Promise<number>;
  /**
   * Whether an sshd greets a new connection to the same address within so many milliseconds. Absent where another
   * connection could only be had through others (jump hosts, the system's ssh), or by asking a person.
   * @param farMs what a connection over the network takes at least, in milliseconds; Infinity if that is not known
   */
  reaches?(patienceMs: number, farMs: number): Promise<boolean>;
  /** While it rests nothing is sent by itself: on a dead line TCP would hold back what comes later. */
  rest?(on: boolean): void;
  /** Resolves once, when the connection is gone; with the reason unless `close` was called. */
  readonly closed: Promise<FugueError | undefined>;
  close(): void;
}

/** Whom to log in to. What is absent comes from the user's ssh configuration. */
export interface SshTarget {
  /** A host name, an address, or an alias of the user's ssh configuration. */
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** Path of a private key, tried before all others. */
  readonly identity?: string;
  /** A configuration file instead of the user's and the system's. */
  readonly config?: string;
  readonly backend: "auto" | SshBackend;
}

/** What opening a connection works with. */
export interface SshOptions {
  /** The person who waits. Without one, nothing is asked: what would have to be asked fails. */
  readonly prompter?: Prompter;
  readonly clock: Clock;
  /** The user's environment: HOME, USER, PATH, SSH_AUTH_SOCK. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until it is given up. Time in which a person is asked does not count. */
  readonly timeoutMs: number;
  /** Existing private folder (0700) for sockets, such as `~/.fugue/tunnels`. Removed from it at close: all of it. */
  readonly folder: string;
  /** argv of this executable as askpass, as `selfCommand("--role=askpass")`; without it the system's ssh can't ask. */
  readonly askpass?: readonly string[];
  /** What was typed before, kept for reconnects by the owner of several connections to the same target. */
  readonly memory?: SshMemory;
  readonly log?: Logger;
  /** Ends the attempt early: it rejects with `interrupted`. */
  readonly signal?: AbortSignal;
}

/** Opens a connection. @throws FugueError that says which step failed and what to do */
export type OpenSsh = (target: SshTarget, options: SshOptions) => Promise<SshConnection>;

/** The far sshd works but does not allow this kind of stream: use another way, such as `fugue proxy` by `exec`. */
export class ForwardingForbidden extends FugueError {
  constructor(readonly kind: "unix" | "tcp", message: string, hint: string, cause?: unknown) {
    super("refused", message, hint, cause);
    this.name = "ForwardingForbidden";
  }
}
