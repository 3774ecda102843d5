/** The servers of one terminal view: a lasting link to each, and which of them is in front. */
import type { Clock, Timer } from "../../base/clock.ts";
import { FugueError } from "../../base/errors.ts";
import { suggestion } from "../../base/names.ts";
import type { Random } from "../../base/random.ts";
import type { Attach, ClientHello, Frame, ServerEvent, View, Watched } from "../../protocol/messages.ts";
import type { Dialer, Prompter } from "../../transport/dialer.ts";
import { ServerLink } from "../connection/server-link.ts";

/** A server by the name that the user gave it, and the way there. */
export interface ServerDoor {
  readonly name: string;
  readonly dial: Dialer;
}

/** What the view hears of its servers. */
export interface ServerEvents {
  viewed(view: View, link: ServerLink): void;
  frame(frame: Frame, bytes: number, link: ServerLink): void;
  watched(watched: Watched, link: ServerLink): void;
  event(event: ServerEvent, link: ServerLink): void;
  settled(): void;
  linkChanged(link: ServerLink): void;
  /** How connections do changed, not what they are. */
  lifeChanged(): void;
  /** Input up to this number is in the terminal of a server's pane, or was refused. */
  acknowledged(pane: number, sequence: number, link: ServerLink): void;
  refused(reason: string): void;
  failed(error: FugueError, link: ServerLink): void;
  /** A server was taken out of the configuration, and its connection is closed. */
  removed(link: ServerLink): void;
}

/** Servers that are dialled at a time when the view begins, unless it is told otherwise, and how long one of them counts. */
const MOST_DIALS = 6;
const DIAL_SLOT_MS = 250;
/** Client ids stay below what an integer argument takes. */
const CLIENT_IDS = 1_000_000_000;

export type AttachRequest = () => Omit<Attach, "seq">;

export class Servers {
  private readonly links = new Map<string, ServerLink>();
  private current: ServerLink;
  /** The server whose session was shown last; another one may be on its way to the front. */
  private shown: ServerLink;
  private switches = 0;
  /** Not dialled yet, and the slots of those that are. */
  private readonly queued: ServerLink[] = [];
  private readonly dials = new Set<Timer>();
  /** Shown, but no more in the configuration: they go when another comes to the front. */
  private readonly leaving = new Set<ServerLink>();
  private isFirst = true;
  events: ServerEvents | undefined;

  /**
   * @param doors at least one; the first is in front
   * @param mostDials dialled at a time when the view begins; at least 1
   */
  constructor(
    doors: readonly ServerDoor[],
    private readonly hello: Omit<ClientHello, "version">,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly mostDials = MOST_DIALS,
  ) {
    for (const door of doors) this.add(door);
    this.current = this.shown = this.links.values().next().value!;
    this.watchAll();
  }

  /** The server whose session is shown. */
  get front(): ServerLink {
    return this.current;
  }

  get several(): boolean {
    return this.links.size > 1;
  }

  all(): Iterable<ServerLink> {
    return this.links.values();
  }

  names(): string[] {
    return [...this.links.keys()];
  }

  find(name: string): ServerLink | undefined {
    return this.links.get(name);
  }

  /** Another name of the same server, which is the one that is shown: of several the first that is connected. */
  twinOf(link: ServerLink): ServerLink | undefined {
    const shown = link.server === undefined ? link : this.shownNames().get(link.server);
    return shown === link ? undefined : shown;
  }

  /** All of them; of names for one server the one that is shown. */
  distinct(): ServerLink[] {
    const names = this.shownNames();
    return [...this.links.values()].filter((link) => link.server === undefined || names.get(link.server) === link);
  }

  /** By a server's identity: which of its names is shown. */
  private shownNames(): Map<string, ServerLink> {
    const names = new Map<string, ServerLink>();
    const better = (link: ServerLink, than: ServerLink) => than !== this.current && (link === this.current || (link.connected && !than.connected));
    for (const link of this.links.values()) {
      if (link.server === undefined) continue;
      const known = names.get(link.server);
      if (!known || better(link, known)) names.set(link.server, link);
    }
    return names;
  }

  /** With several servers each tells of its sessions. */
  private watchAll(): void {
    if (this.several) for (const link of this.links.values()) link.watchSessions();
  }

  /** @throws FugueError `noTarget` with the names there are */
  named(name: string): ServerLink {
    const link = this.find(name);
    if (link) return link;
    throw new FugueError("noTarget", `no server '${name}' is open here`, suggestion(name, this.names(), "servers"));
  }

  /** Adds a server of the configuration; nothing is opened yet. */
  add(door: ServerDoor): ServerLink {
    const link: ServerLink = new ServerLink(door.name, door.dial, this.identity(), this.clock, this.random, {
      view: (view) => this.events?.viewed(view, link),
      frame: (frame, bytes) => this.events?.frame(frame, bytes, link),
      watched: (watched) => this.events?.watched(watched, link),
      event: (event) => this.events?.event(event, link),
      settled: () => this.events?.settled(),
      stateChanged: () => this.events?.linkChanged(link),
      lifeChanged: () => this.events?.lifeChanged(),
      acknowledged: (pane, sequence) => this.events?.acknowledged(pane, sequence, link),
      refused: (reason) => this.events?.refused(reason),
      failed: (error) => this.events?.failed(error, link),
    });
    this.links.set(door.name, link);
    if (this.current) this.watchAll();
    return link;
  }

  /**
   * Each link numbers its input and commands from one: it is a client of its own, also if its server was here before, or is
   * here by another name. Else the server would take what one sends for what the other has sent already.
   */
  private identity(): Omit<ClientHello, "version"> {
    const client = this.isFirst ? this.hello.client : 1 + this.random.integer(CLIENT_IDS - 1);
    this.isFirst = false;
    return { ...this.hello, client };
  }

  /** Closes a server that the configuration has no more. The one in front stays until another is. */
  remove(name: string): void {
    const link = this.links.get(name);
    if (link === this.current || link === this.shown) this.leaving.add(link);
    else if (link) this.drop(link);
  }

  /** A server is in the configuration, after all. */
  keep(name: string): void {
    const link = this.links.get(name);
    if (link) this.leaving.delete(link);
  }

  private drop(link: ServerLink): void {
    this.leaving.delete(link);
    this.links.delete(link.name);
    link.end();
    this.events?.removed(link);
  }

  /** Opens all that are not in front, in the background: a few at a time, so that what is typed meanwhile does not feel it. */
  startOthers(): void {
    for (const link of this.links.values()) if (link !== this.current) this.queued.push(link);
    this.startSome();
  }

  private startSome(): void {
    while (this.dials.size < this.mostDials && this.queued.length > 0) {
      const link = this.queued.shift()!;
      const free = () => {
        slot.cancel();
        if (this.dials.delete(slot)) this.startSome();
      };
      // one that hangs holds nobody up
      const slot = this.clock.after(DIAL_SLOT_MS, free);
      this.dials.add(slot);
      void link.start().then(free);
    }
  }

  /** Connects to the server in front and shows a session of it. @throws FugueError */
  openFront(request: AttachRequest, prompter?: Prompter): Promise<void> {
    return this.current.open(request, prompter);
  }

  /**
   * Shows a session of another server from now on. The one before keeps its connection. Of several switches that are under
   * way at a time the last one counts.
   * @throws FugueError; then nothing has changed
   */
  async switchTo(name: string, request: AttachRequest): Promise<void> {
    const next = this.named(name);
    const turn = ++this.switches;
    // views of the new one come before the reply
    this.current = next;
    try {
      await next.attach(request);
    } catch (error) {
      if (turn === this.switches) this.current = this.shown;
      throw error;
    }
    if (turn === this.switches) {
      const before = this.shown;
      this.shown = next;
      if (next !== before) before.leave();
      if (next !== before && this.leaving.has(before)) this.drop(before);
    } else if (next !== this.current && next !== this.shown) next.leave();
  }

  /** Closes every connection. */
  end(): void {
    this.queued.length = 0;
    for (const slot of this.dials) slot.cancel();
    for (const link of this.links.values()) link.end();
  }
}
