/** The daemon's side of trust: the secret that it shares with its clients, its open invites, and who failed to prove it. */
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Paths } from "../base/paths.ts";
import { systemRandom, type Random } from "../base/random.ts";
import { ownCertificate, type ServerCertificate } from "../trust/certificate.ts";
import { InviteBook } from "../trust/invite-book.ts";
import { newSecret, ownSecret } from "../trust/secret.ts";
import { Strangers } from "./connections/strangers.ts";

export class ServerTrust {
  readonly invites: InviteBook;
  readonly strangers: Strangers;
  private known: Uint8Array | undefined;
  private identity: Promise<ServerCertificate> | undefined;

  constructor(private readonly paths: Paths, private readonly clock: Clock, readonly log: Logger, readonly random: Random = systemRandom) {
    this.invites = new InviteBook(paths, random);
    this.strangers = new Strangers(clock, log);
  }

  /** The lasting secret, made on first use. @throws FugueError `refused` if its file is not private. */
  get secret(): Uint8Array {
    return (this.known ??= ownSecret(this.paths, this.random));
  }

  /** Makes another lasting secret. @throws FugueError `system` if it can't be written: then the old one stays */
  renewSecret(): void {
    this.known = newSecret(this.paths, this.random);
  }

  /** The certificate for tls, made on first use. @throws FugueError `refused` if its file is not private. */
  certificate(): Promise<ServerCertificate> {
    this.identity ??= ownCertificate(this.paths, this.clock);
    // a file that was put right is read the next time
    this.identity.catch(() => (this.identity = undefined));
    return this.identity;
  }
}
