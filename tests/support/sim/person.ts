/**
 * A simulated client: the real links to several servers, a mirror for every pane it shows, and a note of everything that
 * it typed and asked for, to be compared with what the servers' programs got.
 */
import { asFugueError } from "../../../src/base/errors.ts";
import type { Random } from "../../../src/base/random.ts";
import type { ServerLink } from "../../../src/client/connection/server-link.ts";
import { LinkTable } from "../../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../../src/client/mirror/pane-mirror.ts";
import { Servers, type ServerDoor } from "../../../src/client/tui/servers.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { ProcessClock } from "./process-clock.ts";

/** One thing that was asked of a server. */
export interface Asked {
  readonly server: string;
  readonly tag: string;
  readonly kind: "new" | "send" | "ls";
  /** Undefined: no answer yet. */
  answer?: { readonly result: unknown } | { readonly code: string };
}

export class Person {
  readonly clock: ProcessClock;
  readonly servers: Servers;
  readonly asked: Asked[] = [];
  /** What was typed into the work pane of each server, as tokens in order. */
  readonly typed = new Map<string, string[]>();
  readonly refusals: string[] = [];
  private readonly mirrors = new Map<ServerLink, Map<number, PaneMirror>>();
  private readonly links = new LinkTable();
  private unpainted = new Map<ServerLink, number>();
  private count = 0;
  private switching = 0;
  private size = { cols: 60, rows: 12 };

  /** @param letter marks everything of this client: it is in no other text */
  constructor(readonly letter: string, client: number, doors: readonly ServerDoor[], time: VirtualClock, private readonly random: Random) {
    this.clock = new ProcessClock(time);
    this.servers = new Servers(doors, { client, kind: "tui", name: letter, pid: 1, release: "0" }, this.clock, random);
    this.servers.events = {
      viewed() {}, watched() {}, acknowledged() {}, event() {}, linkChanged() {}, lifeChanged() {}, failed() {}, removed() {},
      frame: (frame, bytes, link) => {
        const mirrors = this.mirrors.get(link) ?? new Map<number, PaneMirror>();
        this.mirrors.set(link, mirrors);
        const mirror = mirrors.get(frame.pane) ?? new PaneMirror(frame.pane, this.links);
        mirrors.set(frame.pane, mirror);
        mirror.apply(frame);
        this.unpainted.set(link, (this.unpainted.get(link) ?? 0) + bytes);
      },
      settled: () => this.paint(),
      refused: (reason) => void this.refusals.push(reason),
    };
  }

  /** Acknowledges what came, at once or somewhat later. */
  private paint(): void {
    for (const [link, bytes] of this.unpainted) {
      if (this.random.integer(3) > 0) link.acknowledgeFrames(bytes);
      else this.clock.after(this.random.integer(20), () => link.acknowledgeFrames(bytes));
    }
    this.unpainted.clear();
  }

  private readonly request = () => ({ target: "work", ...this.size });

  /** Connects to all servers. @throws FugueError if the one in front is not there */
  async start(): Promise<void> {
    await this.servers.openFront(this.request);
    this.servers.startOthers();
  }

  private pick(): ServerLink {
    const links = [...this.servers.all()];
    return links[this.random.integer(links.length)]!;
  }

  mirrorOf(link: ServerLink, pane: number): PaneMirror | undefined {
    return this.mirrors.get(link)?.get(pane);
  }

  /** Types into the work pane of the server in front, or of one whose pane is watched. `pane` says which pane that is. */
  type(pane: number): void {
    // as the view does: what is typed during a switch waits for the new focus
    if (this.switching > 0) return;
    const link = this.random.integer(2) === 0 ? this.servers.front : this.pick();
    if (link !== this.servers.front && !this.watched.has(link)) this.watch(link, pane);
    // many, few, one; and now and then a paste
    for (let n = 1 + (this.random.integer(4) === 0 ? this.random.integer(12) : 0); n > 0; n--) {
      const token = `${this.letter}${++this.count};`;
      const event = this.random.integer(10) === 0
        ? { kind: "paste", text: token, first: true, more: false } as const : { kind: "text", text: token } as const;
      if (!link.input(pane, event)) continue;
      const typed = this.typed.get(link.name) ?? [];
      this.typed.set(link.name, typed);
      typed.push(token);
    }
  }

  private readonly watched = new Set<ServerLink>();

  /** Shows the work pane of a server through a link from now on, or no more. */
  watch(link: ServerLink, pane: number): void {
    if (this.watched.delete(link)) return link.watch([]);
    this.watched.add(link);
    link.watch([pane]);
  }

  toggleWatch(pane: number): void {
    this.watch(this.pick(), pane);
  }

  /** Whether it is shown frames of a server's work pane now. */
  shows(link: ServerLink): boolean {
    return link === this.servers.front || this.watched.has(link);
  }

  ask(): void {
    const link = this.pick();
    const kind = (["new", "send", "ls"] as const)[this.random.integer(3)]!;
    const asked: Asked = { server: link.name, tag: `${this.letter}t${++this.count}`, kind };
    const args = {
      new: { detached: true, tag: [asked.tag], command: ["sh"], size: { cols: 20, rows: 5 } },
      send: { target: "work", text: [`<${asked.tag}>`] },
      ls: {},
    }[kind];
    this.asked.push(asked);
    link.command(kind, args).then(
      ({ result }) => void (asked.answer = { result }),
      (error) => void (asked.answer = { code: asFugueError(error).code }),
    );
  }

  switchFront(): void {
    const names = this.servers.names();
    // where it was away the view stays where it is
    this.switching++;
    this.servers.switchTo(names[this.random.integer(names.length)]!, this.request).catch(() => {}).finally(() => this.switching--);
  }

  resize(): void {
    this.size = { cols: 40 + this.random.integer(40), rows: 8 + this.random.integer(8) };
    this.servers.front.resize(this.size.cols, this.size.rows);
  }

  /** A key is pressed while the server in front is away. */
  hurry(): void {
    this.servers.front.hurry();
  }

  /** The person presses the key that tries again, where nobody tries any more and all is well. */
  retryFailed(isWell: (server: string) => boolean): void {
    for (const link of this.servers.all()) if (link.state === "failed" && isWell(link.name)) link.retry().catch(() => {});
  }

  get isConnected(): boolean {
    return [...this.servers.all()].every((link) => link.connected);
  }

  /** What has not been answered or acknowledged. */
  get waiting(): number {
    return this.asked.filter(({ answer }) => !answer).length;
  }
}
