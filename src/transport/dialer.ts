/** How a byte stream to a daemon comes about: the one shape of every way there, and how it asks the person meanwhile. */
import { asFugueError, type FugueError } from "../base/errors.ts";
import type { Credentials } from "../trust/credentials.ts";
import type { Duplex } from "./duplex.ts";

export type { Credentials };

/** What a dialer is at, for the person who waits. */
export type DialStage = "resolving" | "connecting" | "authenticating" | "asking" | "copying" | "starting" | "attaching";

/** The person who waits for a dial. Background reconnects have none: what would have to be asked then fails. */
export interface Prompter {
  /** False: nobody is there to be asked, only progress is of use. */
  readonly canAsk?: boolean;
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
  /** What a handshake that fails means on this way there, and what to do. */
  explain?(error: FugueError): FugueError;
  /** The far end is on another machine, or may be: bytes are dear. */
  readonly remote?: boolean;
}

/** The error of a handshake, in the words of the way that was taken. */
export function explained(thrown: unknown, { explain }: Dialed): FugueError {
  const error = asFugueError(thrown);
  return explain?.(error) ?? error;
}

/**
 * Opens a byte stream to one server, again and again. Without a prompter nobody is asked anything.
 * @throws FugueError that says which step failed and what to do
 */
export type Dialer = (prompter?: Prompter) => Promise<Dialed>;
