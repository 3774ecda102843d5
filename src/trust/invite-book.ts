/** The invites that a server has given out and that nobody has used yet. They survive the daemon, not their time. */
import { join } from "node:path";
import { FugueError } from "../base/errors.ts";
import type { Paths } from "../base/paths.ts";
import { randomHex, type Random } from "../base/random.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { formatSecret, parseSecret, SECRET_BYTES } from "./secret.ts";

/** Invites that may be open at a time. */
export const MOST_INVITES = 64;
const ID_BYTES = 8;

interface OpenInvite {
  readonly id: string;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export class InviteBook {
  private readonly path: string;

  constructor(paths: Paths, private readonly random: Random) {
    this.path = join(paths.state, "invites.json");
  }

  /** Opens an invite. @throws FugueError `refused` if too many are open. */
  open(now: number, expires: number): { readonly id: string; readonly secret: Uint8Array } {
    const invites = this.read(now);
    if (invites.length >= MOST_INVITES) {
      throw new FugueError("refused", `${MOST_INVITES} invites are open already`, "wait until some are used or have expired");
    }
    const invite = { id: randomHex(this.random, ID_BYTES), secret: randomHex(this.random, SECRET_BYTES), expires };
    this.write([...invites, invite]);
    return { id: invite.id, secret: parseSecret(invite.secret, this.path) };
  }

  /** The secret of an open invite; undefined if there is none of this id, or its time is over. */
  secretOf(id: string, now: number): Uint8Array | undefined {
    const invite = this.read(now).find((one) => one.id === id);
    return invite && parseSecret(invite.secret, this.path);
  }

  /** Uses an invite up. @returns false if somebody else was first, or its time is over. */
  take(id: string, now: number): boolean {
    const invites = this.read(now);
    const left = invites.filter((one) => one.id !== id);
    if (left.length === invites.length) return false;
    this.write(left);
    return true;
  }

  private read(now: number): OpenInvite[] {
    const text = readPrivateFile(this.path);
    if (text === undefined) return [];
    try {
      return (JSON.parse(text) as unknown[]).filter(isOpenInvite).filter(({ expires }) => expires > now);
    } catch {
      // half a disk's worth of nonsense invites nobody
      return [];
    }
  }

  private write(invites: readonly OpenInvite[]): void {
    writePrivateFile(this.path, `${JSON.stringify(invites)}\n`);
  }
}

function isOpenInvite(value: unknown): value is OpenInvite {
  const { id, secret, expires } = Object(value) as Record<string, unknown>;
  return typeof id === "string" && typeof expires === "number" && typeof secret === "string"
    && secret === formatSecret(Buffer.from(secret, "hex")) && secret.length === SECRET_BYTES * 2;
}
