/** What commands about tunnels, and `proxy`, run against: interfaces only, implemented by the executable. */

/** A tunnel as `--json` shows it. Times are milliseconds; `since` and `startedAt` since the epoch. */
export interface TunnelInfo {
  server: string;
  /** Its process. */
  pid: number;
  release: string;
  /** Login and machine behind it. */
  target: string;
  /** Where clients of this machine connect. */
  endpoints: string[];
  /** `starting`, `ready`, `connecting`, `waiting`, `stuck`; `silent` if its process does not answer. */
  state: string;
  since: number;
  clients: number;
  bytesIn: number;
  bytesOut: number;
  rttMs: number | null;
  reconnects: number;
  lastError: string | null;
  /** The machine that it runs on, if it is another one with the same home. */
  host: string | null;
}

/** The tunnels of this machine. Servers are named as in the configuration. */
export interface Tunnels {
  /** Configured servers that are reached through a tunnel. */
  servers(): Promise<readonly string[]>;
  list(): Promise<TunnelInfo[]>;
  /** Finds the server's tunnel, or starts it and asks at the terminal what has to be asked; waits until it is ready. */
  up(server: string): Promise<TunnelInfo>;
  /** @returns false if there was none */
  stop(server: string): Promise<boolean>;
  /** Ends it and starts it with the settings of now; what was learned of the server is asked for again. */
  restart(server: string): Promise<TunnelInfo>;
  /** Path of the tunnel's log. */
  log(server: string): Promise<string>;
  /** Files of the registry that are damaged, or not ours. */
  damaged(): Promise<string[]>;
}

/** What `proxy` does: see its entry. */
export interface ProxyOptions {
  readonly where: boolean;
  readonly mark?: string;
  /** Another socket than this home's own. */
  readonly socket?: string;
  readonly start: boolean;
}

/** What of the context of the command line is about tunnels. */
export interface TunnelContext {
  readonly tunnels: Tunnels;
  /** Joins standard input and output with this machine's daemon until either ends. */
  proxy(options: ProxyOptions): Promise<number>;
}
