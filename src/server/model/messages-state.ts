/** Messages between sessions as they are kept: plain, serialisable, and the check of what was kept. */

/** Who sent a message. */
export interface Sender {
  /** Identity of its server. */
  server: string;
  /** Its session there; 0: none. */
  session: number;
  /** The session's name, or the program's, for people. */
  name: string;
}

/** Whom a message is for, on the server where the inbox is. One of the fields is set. */
export interface Recipient {
  session?: number;
  /** Session by name. */
  name?: string;
  tag?: string;
  all?: boolean;
}

/** A message. */
export interface MessageState {
  /** Unique: whoever sends it again with the same id sends it once. */
  id: string;
  from: Sender;
  type: string;
  payload: string;
  /** Milliseconds since the epoch, of the sender's clock. */
  sentAt: number;
  expiresAt: number;
}

/** A message for another server, until somebody who is connected to both has carried it there. */
export interface OutgoingState extends MessageState {
  /** The other server: a name of this machine's configuration, or `@` and its identity. */
  server: string;
  to: Recipient;
  /** Grows by one for each message to that server: what came is never taken again, and nothing out of order. */
  seq: number;
}

/** All that is kept about messages. */
export interface MessagesState {
  version: 1;
  inboxes: { session: number; messages: MessageState[] }[];
  outgoing: OutgoingState[];
  /** The last number that was given to a message for each other server. */
  sent: { server: string; seq: number }[];
  /** The last number that was taken from each stream of another server, and when. */
  taken: { stream: string; seq: number; at: number }[];
  /** Ids of messages that came lately, oldest first. */
  recent: string[];
}

/** The state of a server on which nothing was sent yet. */
export function noMessages(): MessagesState {
  return { version: 1, inboxes: [], outgoing: [], sent: [], taken: [], recent: [] };
}

type Fields = Record<string, unknown>;

/** Characters of a name, an identity, an id or a type: they come from other servers, and are shown to people. */
const LONGEST_WORD = 256;

const isText = (value: unknown): value is string => typeof value === "string";
const isWord = (value: unknown): value is string => isText(value) && value.length <= LONGEST_WORD;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function isMessage(value: unknown): value is MessageState {
  const { id, from, type, payload, sentAt, expiresAt } = fieldsOf(value);
  const { server, session, name } = fieldsOf(from);
  return isWord(id) && isWord(type) && isText(payload) && isCount(sentAt) && isCount(expiresAt)
    && isWord(server) && isCount(session) && isWord(name);
}

function isRecipient(value: unknown): value is Recipient {
  const { session, name, tag, all } = fieldsOf(value);
  const given = [isCount(session), isWord(name), isWord(tag), all === true].filter(Boolean);
  return given.length === 1;
}

/** Whether this is a message that another server's outbox holds. */
export function isOutgoing(value: unknown): value is OutgoingState {
  const { server, to, seq } = fieldsOf(value);
  return isMessage(value) && isWord(server) && isRecipient(to) && isCount(seq);
}

/** A kept state made whole: what is malformed is dropped, entry by entry. */
export function checkedMessages(value: unknown): MessagesState {
  const { version, inboxes, outgoing, sent, taken, recent } = fieldsOf(value);
  if (version !== 1) return noMessages();
  return {
    version: 1,
    inboxes: listOf(inboxes).map(fieldsOf).filter(({ session }) => isCount(session)).map(
      ({ session, messages }) => ({ session: session as number, messages: listOf(messages).filter(isMessage) }),
    ),
    outgoing: listOf(outgoing).filter(isOutgoing),
    sent: listOf(sent).map(fieldsOf).filter(({ server, seq }) => isText(server) && isCount(seq)) as never,
    taken: listOf(taken).map(fieldsOf).filter(({ stream, seq, at }) => isText(stream) && isCount(seq) && isCount(at)) as never,
    recent: listOf(recent).filter(isText),
  };
}
