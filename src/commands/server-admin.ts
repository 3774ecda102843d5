/** The servers of the configuration as commands work on them: read, written, tested. Implemented by the executable. */

/** A server as `server ls` shows it. */
export interface ServerEntry {
  readonly name: string;
  readonly address: string;
  /** How it is reached: `unix`, `tcp`, `tls`, `ssh`, or `tunnel`. */
  readonly via: string;
  readonly default: boolean;
  /** Whether a secret or certificate of it is stored here. */
  readonly trusted: boolean;
  /** Fields of the file that are not at their defaults. */
  readonly fields: Readonly<Record<string, string | number | boolean>>;
}

/** One step of reaching a server. */
export interface ServerStep {
  readonly step: string;
  readonly ok: boolean;
  /** How long it took, milliseconds. */
  readonly ms: number;
  /** What was found, or what went wrong and what to do. */
  readonly detail: string;
}

export interface ServerAdmin {
  list(): Promise<readonly ServerEntry[]>;
  /**
   * Adds a server to the configuration file; with an invite it is used first, and what it gives is stored.
   * @throws FugueError if the file would have mistakes; then nothing has changed
   */
  add(name: string, fields: Readonly<Record<string, string | number | boolean>>, invite: string | undefined): Promise<ServerEntry>;
  /** Removes a server from the file, and what is stored of it. @throws FugueError `noTarget` */
  remove(name: string): Promise<void>;
  /** Goes the whole way to a server, step by step, until one fails. */
  test(name: string): Promise<readonly ServerStep[]>;
}
