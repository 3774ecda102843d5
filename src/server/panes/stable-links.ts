/**
 * Stable paths for sockets and files of the client that attached last, such as its ssh agent: programs of a session are
 * told a link, and the link follows. What is no path (DISPLAY) can't be followed and goes to new programs as it is.
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../../base/log.ts";
import { replaceLink } from "../../base/replace-file.ts";

/** Longest path of a socket that every system takes. */
const LONGEST_SOCKET_PATH = 103;

export class StableLinks {
  constructor(private readonly folder: string, private readonly log: Logger) {}

  /** The variables as programs of a session are told them, with the links moved to their values. */
  follow(session: number, env: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, this.stable(session, name, value)]));
  }

  private stable(session: number, name: string, value: string): string {
    const path = join(this.folder, String(session), name);
    const isPath = value.startsWith("/") && !value.includes(":") && /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
    // a client in one of our own panes has a link already
    if (!isPath || value.startsWith(`${this.folder}/`) || Buffer.byteLength(path) > LONGEST_SOCKET_PATH) return value;
    try {
      mkdirSync(join(this.folder, String(session)), { recursive: true, mode: 0o700 });
      replaceLink(path, value);
      return path;
    } catch (error) {
      this.log.warn("no stable link", { name, error: String(error) });
      return value;
    }
  }

  /** Removes the links of a session that has ended. */
  remove(session: number): void {
    try {
      rmSync(join(this.folder, String(session)), { recursive: true, force: true });
    } catch (error) {
      // a disk that can't be written: the next start sweeps
      this.log.warn("links are left over", { session, error: String(error) });
    }
  }

  /** Removes those of sessions that are no more. */
  sweep(alive: ReadonlySet<number>): void {
    try {
      for (const name of readdirSync(this.folder)) if (!alive.has(Number(name))) this.remove(Number(name));
    } catch {
      // there are none
    }
  }
}
