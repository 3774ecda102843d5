/** The client's side of the handshake: from the server's hello to its welcome, with a mutual proof where one is needed. */
import { FugueError } from "../../base/errors.ts";
import { systemRandom, type Random } from "../../base/random.ts";
import { encodeMessage } from "../../protocol/codec.ts";
import { checkNonce, chooseVersion, isProof, noFugueServer, openSecret, prove, type Terms } from "../../protocol/handshake.ts";
import { NONCE_BYTES } from "../../protocol/limits.ts";
import type { ClientHello, Message, MessageBodies, ServerHello, Welcome } from "../../protocol/messages.ts";
import type { Credentials } from "../../transport/dialer.ts";

/** What a client says of itself; version and proof are the greeting's. */
export type ClientIdentity = Omit<ClientHello, "version" | "proof">;

export class ClientGreeting {
  /** What is waited for. */
  private state: "serverHello" | "serverProof" | "welcome" = "serverHello";
  private version = 0;
  private terms: Terms | undefined;
  /** What the server gave in exchange for an invite: its lasting secret. */
  lastingSecret: Uint8Array | undefined;

  /**
   * @param credentials absent where the peer's user id stands in for the proofs
   * @param write sends bytes
   * @param takeEarly what the caller wants first: it leaves with the hello, in one write
   */
  constructor(
    private readonly identity: ClientIdentity,
    private readonly credentials: Credentials | undefined,
    private readonly write: (bytes: Uint8Array) => void,
    private readonly takeEarly: () => Uint8Array[],
    private readonly random: Random = systemRandom,
  ) {}

  /**
   * Takes a message that came before the welcome.
   * @returns the welcome, once the server has sent it
   * @throws FugueError `protocol`, `version`, or `refused` if the server can't prove itself: then nothing more is sent
   */
  take(message: Message): Welcome | undefined {
    if (message.name !== this.state) throw this.state === "serverHello" ? noFugueServer() : unexpected(message.name);
    switch (message.name) {
      case "serverHello":
        this.begin(message.body);
        return undefined;
      case "serverProof":
        this.believe(message.body);
        return undefined;
      case "welcome":
        this.welcomed(message.body);
        return message.body;
    }
  }

  private begin(server: ServerHello): void {
    this.version = chooseVersion(server);
    if (!this.credentials) return this.sayHello(undefined);
    checkNonce(server.nonce);
    const { fingerprint, invite } = this.credentials;
    const nonce = this.random.bytes(NONCE_BYTES);
    this.terms = { min: server.min, max: server.max, version: this.version, serverNonce: server.nonce, clientNonce: nonce, fingerprint, invite };
    this.state = "serverProof";
    this.write(encodeMessage("clientNonce", { nonce, version: this.version, ...(invite === undefined ? {} : { invite }) }));
  }

  private believe({ proof }: MessageBodies["serverProof"]): void {
    const { secret } = this.credentials!;
    if (!isProof(proof, secret, "server", this.terms!)) {
      throw new FugueError(
        "refused", "the server behind this address is not the expected one: it does not know the secret",
        "another server or program listens there, or its secret is new: run there fugue server invite, then add it here again",
      );
    }
    this.sayHello(prove(secret, "client", this.terms!));
  }

  private sayHello(proof: Uint8Array | undefined): void {
    this.state = "welcome";
    const hello = encodeMessage("clientHello", { version: this.version, ...this.identity, ...(proof ? { proof } : {}) });
    this.write(new Uint8Array(Buffer.concat([hello, ...this.takeEarly()])));
  }

  private welcomed({ version, secret }: Welcome): void {
    if (version !== this.version) throw new FugueError("protocol", `the server welcomes in version ${version}, not ${this.version}`);
    if (secret && this.credentials?.invite !== undefined) {
      this.lastingSecret = openSecret(secret, this.credentials.secret, this.terms!);
    }
  }

  /** Why nothing came of it, if the time is up. */
  get lateness(): FugueError {
    if (this.state !== "serverHello") return new FugueError("timeout", "the server did not finish the handshake in time", "it is overloaded or stopped: try again");
    return new FugueError("timeout", "the server did not greet in time", "it is overloaded or stopped, or another program listens there");
  }

  /** What to make of bytes that are no messages: before the hello, something else is speaking. */
  readAs(error: FugueError): FugueError {
    const isGarbage = error.code === "protocol" || error.code === "tooLarge";
    return isGarbage && this.state === "serverHello" ? noFugueServer(error) : error;
  }
}

function unexpected(name: string): FugueError {
  return new FugueError("protocol", `the server sent ${name} during the handshake`);
}
