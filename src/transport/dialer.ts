/** How a byte stream to a daemon comes about: the one shape of every way there, and how it asks the person meanwhile. */
import type { Credentials } from "../trust/credentials.ts";
import type { Duplex } from "./duplex.ts";

export type { Credentials };

/** What a dialer is at, for the person who waits. */
export type DialStage = "resolving" | "connecting" | "authenticating" | "starting" | "attaching";

/** The person who waits for a dial. Background reconnects have none: what would have to be asked then fails. */
export interface Prompter {
  progress(stage: DialStage, detail?: string): void;
  /** Asks for a password, a passphrase or a code. @returns undefined if the person gave up. */
  ask(question: { text: string; echo: boolean }): Promise<string | undefined>;
  /** Asks yes or no; giving up is no. */
  confirm(question: string): Promise<boolean>;
}

/** A byte stream on which the handshake may begin. */
export interface Dialed {
  readonly duplex: Duplex;
  /** Absent on unix sockets, also those that a tunnel holds: the peer's user id stands in. */
  readonly credentials?: Credentials;
  /**
   * Set where somebody other than us holds the port that was dialled: who, for the error if the handshake fails. Nothing
   * but the handshake may be sent before the server has proved itself.
   */
  readonly foreign?: string;
  /** The far end is on another machine, or may be: bytes are dear. */
  readonly remote?: boolean;
}

/**
 * Opens a byte stream to one server, again and again. Without a prompter nobody is asked anything.
 * @throws FugueError that says which step failed and what to do
 */
export type Dialer = (prompter?: Prompter) => Promise<Dialed>;
