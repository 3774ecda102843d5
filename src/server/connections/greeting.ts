/** The server's side of the handshake: until it is over, nothing of this server is said and nothing else is listened to. */
import type { Clock, Timer } from "../../base/clock.ts";
import { asFugueError, FugueError } from "../../base/errors.ts";
import { RELEASE } from "../../base/release.ts";
import { checkNonce, isProof, prove, sealSecret, type Terms } from "../../protocol/handshake.ts";
import { COMMAND_CLIENT, HANDSHAKE_TIMEOUT_MS, NONCE_BYTES, PROTOCOL_MAGIC, PROTOCOL_MAX, PROTOCOL_MIN } from "../../protocol/limits.ts";
import type { ClientHello, ClientNonce, Message, MessageBodies, MessageName } from "../../protocol/messages.ts";
import type { ServerTrust } from "../trust.ts";

/** How a connection came in. */
export interface Peer {
  /** The system says that it is our own user: no proof is needed. */
  readonly trusted: boolean;
  /** Where it comes from: an IP address, or `unix`. */
  readonly from: string;
  /** SHA-256 of the certificate that we showed it, lowercase hex; empty without TLS. */
  readonly fingerprint: string;
}

/** Our own user, at a unix socket. */
export const OWN_USER: Peer = { trusted: true, from: "unix", fingerprint: "" };

export interface GreetingPort {
  send<N extends MessageName>(name: N, body: MessageBodies[N]): void;
  /** Ends the connection; a stranger that does not even speak the protocol is not told why. */
  fail(error: FugueError): void;
}

export class ServerGreeting {
  /** The other side has sent a message that belongs to the handshake: it may be told what is wrong. */
  speaks = false;
  /** To be given to who came with an invite: the lasting secret, sealed. */
  sealed: Uint8Array | undefined;
  readonly from: string;
  private readonly serverNonce: Uint8Array;
  private readonly timeout: Timer | undefined;
  private terms: Terms | undefined;
  private secret: Uint8Array | undefined;
  /** The server's proof waits: this address failed before. */
  private slowed: Timer | undefined;
  private done = false;

  constructor(
    private readonly trust: ServerTrust, private readonly clock: Clock, private readonly peer: Peer, private readonly port: GreetingPort,
  ) {
    this.from = peer.from;
    this.serverNonce = trust.random.bytes(NONCE_BYTES);
    // our own user may take their time: a tunnel's spare stream waits here until somebody needs it
    if (peer.trusted) return;
    this.timeout = clock.after(HANDSHAKE_TIMEOUT_MS, () => port.fail(new FugueError("timeout", "no handshake in time")));
    trust.strangers.enter(this);
  }

  /** Says the first word. */
  begin(): void {
    this.port.send("serverHello", { magic: PROTOCOL_MAGIC, min: PROTOCOL_MIN, max: PROTOCOL_MAX, nonce: this.serverNonce });
  }

  /**
   * Takes a message of a client that is not accepted yet.
   * @returns its hello once it is accepted
   * @throws FugueError if it can't be
   */
  take(message: Message): ClientHello | undefined {
    if (message.name === "clientNonce" && !this.terms) {
      this.speaks = true;
      this.agree(message.body);
      return undefined;
    }
    if (message.name !== "clientHello" || this.slowed) throw new FugueError("protocol", `${message.name} before clientHello`);
    this.speaks = true;
    this.check(message.body);
    this.end();
    return message.body;
  }

  /** The handshake is over, or the connection is. */
  end(): void {
    this.done = true;
    this.timeout?.cancel();
    this.slowed?.cancel();
    this.trust.strangers.leave(this);
  }

  /** Makes room for others. */
  drop(): void {
    this.speaks = false;
    this.port.fail(new FugueError("refused", "too many handshakes at a time"));
  }

  private agree({ nonce, version, invite }: ClientNonce): void {
    checkNonce(nonce);
    this.checkVersion(version, undefined);
    this.secret = this.secretFor(invite);
    if (!this.secret) throw this.failed("unknown invite", unusableInvite());
    const { serverNonce, peer: { fingerprint } } = this;
    this.terms = { min: PROTOCOL_MIN, max: PROTOCOL_MAX, version, serverNonce, clientNonce: nonce, fingerprint, invite };
    const delay = this.peer.trusted ? 0 : this.trust.strangers.delay(this.from);
    if (delay === 0) return this.proveOurselves();
    this.slowed = this.clock.after(delay, () => {
      this.slowed = undefined;
      if (!this.done) this.proveOurselves();
    });
  }

  /** The secret that is meant. What is wrong with our own files is for the log, not for a stranger. */
  private secretFor(invite: string | null | undefined): Uint8Array | undefined {
    try {
      return invite == null ? this.trust.secret : this.trust.invites.secretOf(invite, this.clock.wall());
    } catch (error) {
      this.trust.log.error("the secret can't be read", { error: String(error) });
      throw new FugueError("failed", "the server can't prove itself", "look there at: fugue logs");
    }
  }

  private proveOurselves(): void {
    this.port.send("serverProof", { proof: prove(this.secret!, "server", this.terms!) });
  }

  private check(hello: ClientHello): void {
    this.checkVersion(hello.version, hello.release);
    if (hello.client === 0 || hello.client === COMMAND_CLIENT) throw new FugueError("protocol", "this client id is reserved");
    if (!this.terms) {
      if (this.peer.trusted) return;
      throw this.failed("no proof", new FugueError(
        "refused", "this address wants a proof of the server's secret, and the client has sent none",
        "run fugue server invite on the server's machine, and fugue server add here",
      ));
    }
    if (hello.version !== this.terms.version || !isProof(hello.proof, this.secret!, "client", this.terms)) {
      throw this.failed("wrong proof", new FugueError(
        "refused", "the client does not know this server's secret",
        "run fugue server invite on the server's machine, and fugue server add here",
      ));
    }
    this.trust.strangers.succeeded(this.from);
    if (this.terms.invite != null) this.redeem(this.terms.invite);
  }

  private redeem(invite: string): void {
    if (!this.trust.invites.take(invite, this.clock.wall())) throw this.failed("used invite", unusableInvite());
    this.sealed = sealSecret(this.trust.secret, this.secret!, this.terms!);
  }

  private checkVersion(version: number, release: string | undefined): void {
    if (version >= PROTOCOL_MIN && version <= PROTOCOL_MAX) return;
    const here = `protocol ${PROTOCOL_MIN} to ${PROTOCOL_MAX}`;
    // who has proved nothing is not told which release this is
    const known = this.peer.trusted && release !== undefined;
    const message = known
      ? `this daemon (fugue ${RELEASE}) speaks ${here}, the client (fugue ${release}) ${version}`
      : `this server speaks ${here}, the client ${version}`;
    throw new FugueError("version", message, "bring the older one up to date; a newer fugue replaces its daemon with: fugue upgrade");
  }

  private failed(why: string, error: FugueError): FugueError {
    if (!this.peer.trusted) this.trust.strangers.failed(this.from, why);
    return error;
  }

  /** What the log and the table of failures hear of a stranger that did not get through. */
  refused(thrown: unknown): void {
    const { code } = asFugueError(thrown);
    if (!this.peer.trusted && (code === "protocol" || code === "tooLarge")) this.trust.strangers.failed(this.from, "no message of the protocol");
  }
}

function unusableInvite(): FugueError {
  return new FugueError(
    "refused", "this invite is not open: it was used, has expired, or is of another server", "make another one there: fugue server invite",
  );
}
