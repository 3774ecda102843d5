/** What commands for messages run against: the inboxes of sessions, and the outbox for other servers. */

/** Whom a message is for. `server`: another one, to which somebody carries it. */
export type MessageTo =
  | { kind: "session"; target: string; server?: string }
  | { kind: "tag"; tag: string; server?: string }
  | { kind: "all"; server?: string }
  | { kind: "parent" }
  | { kind: "reply"; id: string };

/** A message in an inbox. */
export interface MessageInfo {
  id: string;
  type: string;
  payload: string;
  from: string;
  fromServer: string;
  fromSession: number;
  sentAt: number;
  expiresAt: number;
}

/** What became of a message that was sent. */
export interface PostedMessage {
  id: string;
  state: "delivered" | "queued" | "duplicate";
  recipients: number;
}

/** A message that waits to be carried to another server; all of it is JSON. */
export interface OutgoingMessage {
  id: string;
  server: string;
  seq: number;
  type: string;
  from: { name: string };
}

/** Messages between sessions. What resolves is kept: a kill of the daemon does not lose it. */
export interface MessagePort {
  send(to: MessageTo, what: { id?: string; type: string; payload: string; expiresMs: number }): Promise<PostedMessage>;
  list(session: number, types: readonly string[]): MessageInfo[];
  /** Resolves with all that are there after a message (or all) as soon as there are some; with none when the time is up. */
  wait(session: number, types: readonly string[], after: string | undefined, timeoutMs: number | undefined): Promise<MessageInfo[]>;
  acknowledge(session: number, ids: readonly string[]): Promise<string[]>;
  outgoing(waitMs: number): Promise<OutgoingMessage[]>;
  /** Takes what was carried here from another server's `outgoing`. @throws FugueError if it can't be delivered */
  deliver(message: unknown): Promise<PostedMessage>;
  settle(ids: readonly string[], failed: string | undefined): Promise<number>;
  /** Shows a text to everybody who is attached. @returns to how many */
  tellPeople(text: string): number;
}
