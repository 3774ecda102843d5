/** What commands do with messages, for one caller. */
import { FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { randomHex, systemRandom } from "../../base/random.ts";
import type { MessageInfo, MessagePort, MessageTo, PostedMessage } from "../../commands/message-context.ts";
import { isOutgoing, type MessageState, type OutgoingState, type Recipient } from "../model/messages-state.ts";
import { LARGEST_PAYLOAD } from "../model/messages.ts";
import { ownersFor } from "./agent-caller.ts";
import type { Operations } from "./operations.ts";

export class MessageOperations implements MessagePort {
  constructor(private readonly ops: Operations) {}

  private get messages() {
    return this.ops.daemon.mail.messages;
  }

  async send(to: MessageTo, what: { id?: string; type: string; payload: string; expiresMs: number }): Promise<PostedMessage> {
    if (what.payload.length > LARGEST_PAYLOAD) {
      throw new FugueError("tooLarge", `a message holds at most ${LARGEST_PAYLOAD >> 10} K characters`, "send the path of a file");
    }
    const now = this.ops.daemon.clock.wall();
    const message: MessageState = {
      id: what.id ?? randomHex(systemRandom, 8), from: this.sender(), type: what.type, payload: what.payload,
      sentAt: now, expiresAt: now + what.expiresMs,
    };
    const { server, ...recipient } = this.addressOf(to);
    const posted = server === undefined ? this.messages.post(message, recipient) : this.messages.queue(message, server, recipient);
    await this.ops.daemon.mail.kept();
    return { id: message.id, ...posted };
  }

  private sender(): MessageState["from"] {
    const { daemon, caller, connection } = this.ops;
    const { hello } = connection;
    if (hello?.origin) return { server: hello.origin.server, session: hello.origin.session, name: printable(hello.name, 128) };
    const pane = caller.pane === undefined ? undefined : daemon.model.panes.get(caller.pane);
    const session = pane && daemon.model.sessionOf(pane.id);
    return { server: daemon.serverId, session: session?.id ?? 0, name: session?.name ?? printable(hello?.name ?? "", 128) };
  }

  /** Where a message goes. `server` undefined: into inboxes of this one. @throws FugueError `noTarget` */
  private addressOf(to: MessageTo): Recipient & { server?: string } {
    switch (to.kind) {
      case "session":
        if (to.server !== undefined) return { server: to.server, name: to.target };
        return { session: this.ops.find.session(to.target).id };
      case "tag":
        return { server: to.server, tag: to.tag };
      case "all":
        return { server: to.server, all: true };
      case "parent":
        return this.parent();
      case "reply":
        return this.senderOf(to.id);
    }
  }

  /** The session from which the caller's own was made. */
  private parent(): Recipient & { server?: string } {
    const [, maker] = ownersFor(this.ops.daemon, this.ops.connection) ?? [];
    const [server, session] = (maker ?? "").split("/");
    if (!server || !Number(session)) throw new FugueError("noTarget", "no other session made this one", "name a session or a tag");
    return this.place(server, Number(session));
  }

  private senderOf(id: string): Recipient & { server?: string } {
    const session = this.ops.find.session().id;
    const message = this.messages.inbox(session).find((one) => one.id === id);
    if (!message) throw new FugueError("noTarget", `no message '${printable(id, 64)}' in the inbox`, "answer before you acknowledge it");
    const { server, session: theirs, name } = message.from;
    if (theirs === 0) throw new FugueError("noTarget", `'${printable(name)}' has no inbox`);
    return this.place(server, theirs);
  }

  private place(server: string, session: number): Recipient & { server?: string } {
    return server === this.ops.daemon.serverId ? { session } : { server: `@${server}`, session };
  }

  list(session: number, types: readonly string[]): MessageInfo[] {
    const now = this.ops.daemon.clock.wall();
    return this.messages.inbox(session)
      .filter(({ type, expiresAt }) => expiresAt > now && (types.length === 0 || types.includes(type)))
      .map(({ id, from, type, payload, sentAt, expiresAt }) => (
        { id, type, payload, from: from.name, fromServer: from.server, fromSession: from.session, sentAt, expiresAt }
      ));
  }

  async wait(session: number, types: readonly string[], after: string | undefined, timeoutMs: number | undefined): Promise<MessageInfo[]> {
    const look = (): MessageInfo[] | undefined => {
      const there = this.list(this.ops.find.sessionById(session).id, types);
      const fresh = there.slice(there.findIndex(({ id }) => id === after) + 1);
      return fresh.length > 0 ? fresh : undefined;
    };
    return (await this.ops.daemon.mail.wait(look, timeoutMs, this.ops.onCancel)) ?? [];
  }

  async acknowledge(session: number, ids: readonly string[]): Promise<string[]> {
    const done = this.messages.acknowledge(session, ids);
    await this.ops.daemon.mail.kept();
    return done;
  }

  async outgoing(waitMs: number): Promise<OutgoingState[]> {
    const look = () => (this.messages.outgoing.length > 0 ? [...this.messages.outgoing] : undefined);
    return (await this.ops.daemon.mail.wait(look, waitMs, this.ops.onCancel)) ?? [];
  }

  async deliver(message: unknown): Promise<PostedMessage> {
    if (!isOutgoing(message) || message.payload.length > LARGEST_PAYLOAD) {
      throw new FugueError("usage", "this is no message that can be carried");
    }
    try {
      return { id: message.id, ...this.messages.take(message, this.ops.daemon.clock.wall()) };
    } finally {
      await this.ops.daemon.mail.kept();
    }
  }

  async settle(ids: readonly string[], reason: string | undefined): Promise<number> {
    const settled = this.messages.settle(ids, reason && printable(reason), this.ops.daemon.clock.wall());
    await this.ops.daemon.mail.kept();
    return settled;
  }

  tellPeople(text: string): number {
    const attached = [...this.ops.daemon.clients].filter((client) => client.attached);
    for (const client of attached) client.event({ kind: "message", text: printable(text), level: "info" });
    return attached.length;
  }
}
