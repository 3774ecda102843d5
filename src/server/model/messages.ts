/**
 * Messages between sessions: inboxes, what waits to be carried to other servers, and what makes each message come once.
 * Pure: no clock, no client. Bounds: at each of them a message is refused, and the sender is told.
 */
import { FugueError } from "../../base/errors.ts";
import { Emitter } from "../../base/lifecycle.ts";
import { printable } from "../../base/names.ts";
import {
  noMessages, type MessagesState, type MessageState, type OutgoingState, type Recipient, type Sender,
} from "./messages-state.ts";

/** Characters of one payload. */
export const LARGEST_PAYLOAD = 64 * 1024;
const MOST_IN_INBOX = 1000;
const LARGEST_INBOX = 1024 * 1024;
const MOST_OUTGOING = 1000;
/** Characters of all payloads together: the whole state is one blob of the keeper. */
const LARGEST_TOTAL = 6 * 1024 * 1024;
const MOST_STREAMS = 1000;
const MOST_RECENT = 2000;
const LONGEST_LIFE_MS = 366 * 86_400_000;

/** What the inboxes must know of sessions. */
export interface Addresses {
  /** Sessions that a recipient names. */
  sessionsFor(to: Recipient): number[];
}

/** What became of a message. */
export interface Posted {
  readonly state: "delivered" | "queued" | "duplicate";
  /** Inboxes that it is in. */
  readonly recipients: number;
}

export class Messages {
  /** Fired after every change, with the sessions that got something; none for other changes. */
  readonly changed = new Emitter<ReadonlySet<number>>();
  private state: MessagesState = noMessages();
  private recent = new Set<string>();
  /** Messages for other servers have numbers above this. */
  private floor = 0;

  constructor(private readonly addresses: Addresses) {}

  export(): MessagesState {
    return { ...this.state, recent: [...this.recent] };
  }

  /** Takes over a checked state. */
  import(state: MessagesState): void {
    this.state = state;
    this.recent = new Set(state.recent);
  }

  /** Messages for other servers are numbered above this from now on: smaller numbers may have been given. */
  numberFrom(floor: number): void {
    this.floor = floor;
  }

  /** What is in a session's inbox and not acknowledged, oldest first. */
  inbox(session: number): readonly MessageState[] {
    return this.state.inboxes.find((inbox) => inbox.session === session)?.messages ?? [];
  }

  /** What waits to be carried to other servers, in order. */
  get outgoing(): readonly OutgoingState[] {
    return this.state.outgoing;
  }

  /** Puts a message into the inboxes of this server. @throws FugueError `noTarget`, `tooLarge`: it is in none of them */
  post(message: MessageState, to: Recipient): Posted {
    if (this.recent.has(message.id)) return { state: "duplicate", recipients: 0 };
    const recipients = this.deliver(message, to);
    this.remember(message.id);
    this.changed.fire(new Set(recipients));
    return { state: "delivered", recipients: recipients.length };
  }

  /** Keeps a message until somebody carries it to another server. @throws FugueError `tooLarge` */
  queue(message: MessageState, server: string, to: Recipient): Posted {
    if (this.recent.has(message.id)) return { state: "duplicate", recipients: 0 };
    if (this.state.outgoing.length >= MOST_OUTGOING) throw new FugueError(
      "tooLarge", `${MOST_OUTGOING} messages wait already to be carried to other servers`, "see: fugue msg outbox",
    );
    this.checkRoom(message);
    const last = this.state.sent.find((one) => one.server === server);
    // a number that was forgotten would be given again, and that message never taken
    if (!last && this.state.sent.length >= MOST_STREAMS) throw new FugueError("tooLarge", `messages went to ${MOST_STREAMS} servers already`);
    const seq = Math.max(last?.seq ?? 0, this.floor) + 1;
    if (last) last.seq = seq;
    else this.state.sent.push({ server, seq });
    this.state.outgoing.push({ ...message, server, to, seq });
    this.remember(message.id);
    this.changed.fire(new Set());
    return { state: "queued", recipients: 0 };
  }

  /** Takes a message that was carried here. What came before is not taken again. @throws as `post` */
  take({ server, to, seq, ...message }: OutgoingState, now: number): Posted {
    const stream = `${message.from.server} ${server}`;
    const last = this.state.taken.find((one) => one.stream === stream);
    if (last && seq <= last.seq) return { state: "duplicate", recipients: 0 };
    // a message for nobody is settled as well: its sender is told, and it does not come again
    const taken = { stream, seq, at: now };
    // clocks of two machines differ: how long it lives counts, from its arrival
    const life = Math.min(LONGEST_LIFE_MS, Math.max(0, message.expiresAt - message.sentAt));
    this.state.taken = [...this.state.taken.filter((one) => one !== last), taken].slice(-MOST_STREAMS);
    try {
      return this.post({ ...message, expiresAt: now + life }, to);
    } catch (error) {
      this.changed.fire(new Set());
      throw error;
    }
  }

  /** Forgets outgoing messages: they were carried. With a reason their senders get them back as undeliverable. */
  settle(ids: readonly string[], reason: string | undefined, now: number): number {
    const settled = this.state.outgoing.filter(({ id }) => ids.includes(id));
    if (settled.length === 0) return 0;
    this.state.outgoing = this.state.outgoing.filter((one) => !settled.includes(one));
    const told = reason === undefined ? [] : settled.flatMap((one) => this.bounce(one, reason, now));
    this.changed.fire(new Set(told));
    return settled.length;
  }

  /** Takes messages out of an inbox. @returns the ids that were there */
  acknowledge(session: number, ids: readonly string[]): string[] {
    const inbox = this.state.inboxes.find((one) => one.session === session);
    const there = (inbox?.messages ?? []).filter(({ id }) => ids.includes(id)).map(({ id }) => id);
    if (!inbox || there.length === 0) return [];
    inbox.messages = inbox.messages.filter(({ id }) => !there.includes(id));
    this.changed.fire(new Set());
    return there;
  }

  /** Drops what has expired; senders of what was never carried get it back as undeliverable. @returns when to look again */
  expire(now: number): number | undefined {
    const late = this.state.outgoing.filter(({ expiresAt }) => expiresAt <= now);
    if (late.length > 0) this.settle(late.map(({ id }) => id), "it expired before it could be carried there", now);
    for (const inbox of this.state.inboxes) {
      const kept = inbox.messages.filter(({ expiresAt }) => expiresAt > now);
      if (kept.length === inbox.messages.length) continue;
      inbox.messages = kept;
      this.changed.fire(new Set());
    }
    const times = [...this.state.outgoing, ...this.state.inboxes.flatMap(({ messages }) => messages)].map((one) => one.expiresAt);
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b));
  }

  /** Sessions that are gone lose their inboxes. */
  keepOnly(sessions: { has(id: number): boolean }): void {
    const kept = this.state.inboxes.filter(({ session, messages }) => sessions.has(session) && messages.length > 0);
    if (kept.length === this.state.inboxes.length) return;
    this.state.inboxes = kept;
    this.changed.fire(new Set());
  }

  private deliver(message: MessageState, to: Recipient): number[] {
    const sessions = this.addresses.sessionsFor(to);
    if (sessions.length === 0) throw new FugueError("noTarget", `no session is ${describe(to)}`, "see: fugue ls");
    this.checkRoom(message);
    const full = sessions.filter((session) => this.isFull(session, message));
    const open = sessions.filter((session) => !full.includes(session));
    if (open.length === 0) throw new FugueError(
      "tooLarge", `the inbox of ${describe(to)} is full`, "its owner has to acknowledge messages first",
    );
    for (const session of open) this.push(session, message);
    return open;
  }

  private push(session: number, message: MessageState): void {
    const inbox = this.state.inboxes.find((one) => one.session === session);
    if (inbox) inbox.messages.push(message);
    else this.state.inboxes.push({ session, messages: [message] });
  }

  private isFull(session: number, message: MessageState): boolean {
    const there = this.inbox(session);
    const held = there.reduce((sum, { payload }) => sum + payload.length, 0);
    return there.length >= MOST_IN_INBOX || held + message.payload.length > LARGEST_INBOX;
  }

  private checkRoom({ payload }: MessageState): void {
    const held = [...this.state.outgoing, ...this.state.inboxes.flatMap(({ messages }) => messages)];
    if (held.reduce((sum, one) => sum + one.payload.length, payload.length) <= LARGEST_TOTAL) return;
    throw new FugueError("tooLarge", "this server holds too many messages", "acknowledge some of them: fugue msg ls, fugue msg ack");
  }

  /** Tells a sender of this server that its message can't be delivered. A bounce that has no place is dropped. */
  private bounce(lost: OutgoingState, reason: string, now: number): number[] {
    const from: Sender = { server: lost.server, session: 0, name: lost.server };
    const payload = JSON.stringify({ id: lost.id, server: lost.server, to: lost.to, type: lost.type, reason });
    const message: MessageState = {
      id: `${lost.id}.undeliverable`, from, type: "undeliverable", payload, sentAt: now,
      expiresAt: now + (lost.expiresAt - lost.sentAt),
    };
    try {
      return this.deliver(message, { session: lost.from.session });
    } catch {
      return [];
    }
  }

  private remember(id: string): void {
    this.recent.add(id);
    if (this.recent.size > MOST_RECENT) this.recent.delete(this.recent.values().next().value!);
  }
}

function describe(to: Recipient): string {
  if (to.all) return "there";
  if (to.tag !== undefined) return `tagged '${printable(to.tag, 64)}'`;
  return to.name === undefined ? `number ${to.session}` : `called '${printable(to.name, 128)}'`;
}
