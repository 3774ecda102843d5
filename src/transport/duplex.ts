/** The one shape of a two-way stream of bytes: unix, tcp, tls, stdio and in-memory connections all look like this. */

/** What the owner of a Duplex hears. Called from the event loop, never from inside `write`. */
export interface DuplexHandlers {
  /** Bytes arrived. They are valid only during the call: copy what is kept. */
  data(bytes: Uint8Array): void;
  /** The stream ended, by either side; `error` says why if it was not in order. Called exactly once. */
  close(error?: Error): void;
  /** Everything that was written has left this process. */
  drain?(): void;
}

export interface Duplex {
  /** What this is, for messages: `unix:///…/fugue.sock`. */
  readonly label: string;
  /** Bytes written that have not left this process. The writer keeps this bounded; see each queue's owner. */
  readonly buffered: number;
  /** Sets who is told. Must be called in the tick in which the duplex was handed over. */
  listen(handlers: DuplexHandlers): void;
  /** Queues bytes in order. The bytes are copied if they cannot be sent at once. After close: nothing. */
  write(bytes: Uint8Array): void;
  /** Stops reading until `resume`; what arrives meanwhile stays with the peer. */
  pause(): void;
  resume(): void;
  /** Sends what is queued, then ends. `now` drops the queue. */
  close(now?: boolean): void;
}
