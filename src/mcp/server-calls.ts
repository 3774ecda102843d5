/** What the MCP server needs of the connections to daemons. Implemented in roles, over the client's dialers. */

/** How one call is made. */
export interface CallOptions {
  /** Gives the call up: the daemon is told, and the call fails with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which a server that does not answer counts as dead; default: as long as the command takes. */
  readonly timeout?: number;
  /** This machine's own daemon may be started if none runs. */
  readonly start?: boolean;
}

/** Commands on all servers that this user can reach. */
export interface ServerCalls {
  /** Names of the servers, `local` first. */
  servers(): readonly string[];
  /** The server that is meant when none is named: that of the pane in which this process runs. */
  readonly own: string;
  /** Servers to which there is a connection now. */
  connected(): readonly string[];
  /**
   * Runs a command on a server; calls run side by side.
   * @param server undefined: the own one
   * @throws FugueError as the daemon says; `noServer`, `closed` if it can't be reached
   */
  call(server: string | undefined, command: string, args: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
}
