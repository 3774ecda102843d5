/**
 * Tells subscribers what happens to sessions, windows, panes, agents and clients. What changed is found by comparing the
 * model with how it was last, so that no change can be forgotten; without subscribers nothing is compared.
 */
import type { Notice } from "../protocol/notices.ts";
import type { PaneExit } from "../keeper/protocol.ts";
import type { Subscription } from "./connections/subscription.ts";
import type { Daemon } from "./daemon.ts";
import { panesOf } from "./model/layout.ts";

interface SeenSession {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
}

interface SeenWindow {
  readonly id: number;
  readonly index: number;
  readonly name: string;
  readonly session: SeenSession;
}

interface SeenPane {
  readonly id: number;
  readonly target: string;
  readonly window: SeenWindow;
}

interface SeenClient {
  readonly id: number;
  readonly name: string;
  readonly session: SeenSession | undefined;
}

/** Everything that is compared. */
interface Seen {
  readonly sessions: ReadonlyMap<number, SeenSession>;
  readonly windows: ReadonlyMap<number, SeenWindow>;
  readonly panes: ReadonlyMap<number, SeenPane>;
  readonly clients: ReadonlyMap<number, SeenClient>;
}

const EMPTY: Seen = { sessions: new Map(), windows: new Map(), panes: new Map(), clients: new Map() };

export class NoticeBoard {
  private readonly subscribers = new Set<Subscription>();
  private seen = EMPTY;

  constructor(private readonly daemon: Daemon) {}

  add(subscriber: Subscription): void {
    // others are told first what they have not been told yet
    if (this.subscribers.size > 0) this.compare();
    else this.seen = this.look();
    this.subscribers.add(subscriber);
  }

  remove(subscriber: Subscription): void {
    this.subscribers.delete(subscriber);
    if (this.subscribers.size === 0) this.seen = EMPTY;
  }

  /** Something may have changed. */
  compare(): void {
    if (this.subscribers.size === 0) return;
    const before = this.seen;
    this.seen = this.look();
    this.tell(differences(before, this.seen));
  }

  /** The program of a pane ended by itself. */
  exited(pane: number, { code, signal }: PaneExit): void {
    const about = this.about(pane);
    if (about) this.tell([{ kind: "pane", event: "exited", ...about, exit: { code, signal } }]);
  }

  /** An agent is in another state; `none`: there is no agent any more. */
  agentChanged(pane: number, agent: { agent: string; state: string; question?: string }, before: string): void {
    const about = this.about(pane);
    if (about) this.tell([{ kind: "agent", event: "changed", ...about, agent, before }]);
  }

  private about(pane: number): Partial<Notice> | undefined {
    if (this.subscribers.size === 0 || !this.daemon.model.panes.has(pane)) return undefined;
    this.compare();
    return paneFacts(this.seen.panes.get(pane)!);
  }

  private tell(found: readonly Omit<Notice, "time">[]): void {
    if (found.length === 0) return;
    const time = this.daemon.clock.wall();
    const notices = found.map((one) => ({ time, ...one }));
    for (const subscriber of this.subscribers) subscriber.tell(notices);
  }

  private look(): Seen {
    const { model } = this.daemon;
    const base = this.daemon.settings().paneBaseIndex;
    const seen = { sessions: new Map<number, SeenSession>(), windows: new Map<number, SeenWindow>(), panes: new Map<number, SeenPane>(), clients: new Map<number, SeenClient>() };
    for (const { id, name, tags } of model.sessions.values()) seen.sessions.set(id, { id, name, tags: [...tags] });
    for (const { id, index, name, session, tree } of model.windows.values()) {
      const window = { id, index, name, session: seen.sessions.get(session)! };
      seen.windows.set(id, window);
      panesOf(tree).forEach((pane, i) => seen.panes.set(pane, { id: pane, window, target: `${window.session.name}/${index}.${i + base}` }));
    }
    for (const client of this.daemon.clients) {
      if (!client.attached || !client.focus.valid) continue;
      seen.clients.set(client.id, { id: client.id, name: client.hello?.name ?? "", session: seen.sessions.get(client.focus.session) });
    }
    return seen;
  }
}

type Facts = Omit<Notice, "time">;

const sessionFacts = ({ id, name }: SeenSession) => ({ session: { id, name } });
const windowFacts = ({ id, index, name, session }: SeenWindow) => ({ ...sessionFacts(session), window: { id, index, name } });
const paneFacts = ({ id, target, window }: SeenPane) => ({ ...windowFacts(window), pane: { id, target } });
const clientFacts = ({ id, name, session }: SeenClient) => ({ ...(session && sessionFacts(session)), client: { id, name } });

/** What happened between two looks: what is new from the outside in, then what changed, then what went from the inside out. */
function differences(before: Seen, now: Seen): Facts[] {
  const created: Facts[] = [
    ...added(before.sessions, now.sessions).map((one): Facts => ({ kind: "session", event: "created", ...sessionFacts(one), tags: [...one.tags] })),
    ...added(before.windows, now.windows).map((one): Facts => ({ kind: "window", event: "created", ...windowFacts(one) })),
    ...added(before.panes, now.panes).map((one): Facts => ({ kind: "pane", event: "created", ...paneFacts(one) })),
    ...added(before.clients, now.clients).map((one): Facts => ({ kind: "client", event: "attached", ...clientFacts(one) })),
  ];
  const changed = [
    ...both(before.sessions, now.sessions).flatMap(([was, is]) => sessionChanges(was, is)),
    ...both(before.windows, now.windows).flatMap(([was, is]) => windowChanges(was, is)),
    ...both(before.panes, now.panes).flatMap(([was, is]): Facts[] => (
      was.window.id === is.window.id ? [] : [{ kind: "pane", event: "moved", ...paneFacts(is), before: was.target }]
    )),
    ...both(before.clients, now.clients).flatMap(([was, is]): Facts[] => (
      was.session?.id === is.session?.id ? [] : [{ kind: "client", event: "moved", ...clientFacts(is), ...(was.session && { before: was.session.name }) }]
    )),
  ];
  const closed: Facts[] = [
    ...added(now.clients, before.clients).map((one): Facts => ({ kind: "client", event: "detached", ...clientFacts(one) })),
    ...added(now.panes, before.panes).map((one): Facts => ({ kind: "pane", event: "closed", ...paneFacts(one) })),
    ...added(now.windows, before.windows).map((one): Facts => ({ kind: "window", event: "closed", ...windowFacts(one) })),
    ...added(now.sessions, before.sessions).map((one): Facts => ({ kind: "session", event: "closed", ...sessionFacts(one) })),
  ];
  return [...created, ...changed, ...closed];
}

function sessionChanges(was: SeenSession, is: SeenSession): Facts[] {
  const changes: Facts[] = [];
  if (was.name !== is.name) changes.push({ kind: "session", event: "renamed", ...sessionFacts(is), before: was.name });
  if (was.tags.join() !== is.tags.join()) changes.push({ kind: "session", event: "tagged", ...sessionFacts(is), tags: [...is.tags] });
  return changes;
}

function windowChanges(was: SeenWindow, is: SeenWindow): Facts[] {
  const changes: Facts[] = [];
  if (was.name !== is.name) changes.push({ kind: "window", event: "renamed", ...windowFacts(is), before: was.name });
  if (was.session.id !== is.session.id || was.index !== is.index) {
    changes.push({ kind: "window", event: "moved", ...windowFacts(is), before: `${was.session.name}/${was.index}` });
  }
  return changes;
}

/** What is in the second and not in the first. */
function added<T>(first: ReadonlyMap<number, T>, second: ReadonlyMap<number, T>): T[] {
  return [...second].flatMap(([id, one]) => (first.has(id) ? [] : [one]));
}

function both<T>(first: ReadonlyMap<number, T>, second: ReadonlyMap<number, T>): [was: T, is: T][] {
  return [...second].flatMap(([id, is]): [T, T][] => (first.has(id) ? [[first.get(id)!, is]] : []));
}
