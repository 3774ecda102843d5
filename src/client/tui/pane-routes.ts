/**
 * Which server's pane each leaf of the window shows. Most are panes of the server in front; a link is a pane of another
 * one, found by that server's identity among the connections that the user opened. Nothing is dialled for a link.
 */
import type { PaneLink, View, Watched, WatchedPane } from "../../protocol/messages.ts";
import { printable } from "../../base/names.ts";
import { Claims } from "./claims.ts";
import type { ServerLink } from "../connection/server-link.ts";

/** A real pane: who owns it, and its number there. */
export interface PaneRoute {
  readonly link: ServerLink;
  readonly pane: number;
}

interface LinkedLeaf {
  readonly leaf: number;
  readonly target: PaneLink;
  /** Absent while the user is not connected to that server. */
  route?: PaneRoute;
}

export class PaneRoutes {
  private linked = new Map<number, LinkedLeaf>();
  private readonly known = new Map<ServerLink, ReadonlyMap<number, WatchedPane>>();
  private readonly watched = new Map<ServerLink, ReadonlySet<number>>();
  private readonly claims = new Claims();
  private view: View | undefined;
  /** A pane that is looked at besides those of the window. */
  private previewed: PaneRoute | undefined;

  constructor(private readonly links: () => Iterable<ServerLink>, private readonly front: () => ServerLink) {}

  /** Takes over the links of a view, and has their panes sent; also to be called when a server was found or lost. */
  update(view: View | undefined): void {
    const before = this.linked;
    this.linked = new Map();
    for (const { id, link: target } of view?.panes ?? []) {
      if (!target) continue;
      const link = this.find(target);
      const old = before.get(id)?.route;
      const same = old !== undefined && old.link === link && old.pane === target.pane;
      this.linked.set(id, { leaf: id, target, route: same ? old : link && { link, pane: target.pane } });
    }
    this.view = view;
    this.shown = new Set(view?.leaves.map(({ pane }) => pane));
    if (view) this.claims.follow(view, this.front());
    this.watchAll();
  }

  /** Leaves of the window; with a zoomed pane only that one. */
  private shown: ReadonlySet<number> = new Set();

  private watchAll(): void {
    for (const link of this.links()) {
      const panes = new Set([...this.linked.values()].flatMap(({ leaf, route }) => (route?.link === link && this.shown.has(leaf) ? [route.pane] : [])));
      if (this.previewed?.link === link) panes.add(this.previewed.pane);
      this.watched.set(link, panes);
      link.watch([...panes], this.claims.of((target) => this.find(target) === link));
    }
  }

  /** Whether the pane behind a link has the size that the link has. */
  isClaimed(leaf: number): boolean {
    return this.claims.has(leaf);
  }

  /** Gives the pane behind a link the size of the link, or its own again. */
  claim(leaf: number, on: boolean): void {
    if (this.view) this.claims.set(leaf, on, this.view);
    this.watchAll();
  }

  /** Has one more pane sent, to look at it, or none. */
  preview(route: PaneRoute | undefined): void {
    this.previewed = route;
    this.watchAll();
  }

  /** Whether a server was asked for a pane's pictures besides those of its session. */
  watches(link: ServerLink, pane: number): boolean {
    return this.watched.get(link)?.has(pane) ?? false;
  }

  /** The connection to a server, by the identity that its welcome told; of several to the same one, one that stands. */
  find({ server }: Pick<PaneLink, "server">): ServerLink | undefined {
    const links = [...this.links()].filter((link) => link.server === server);
    return links.find((link) => link.connected) ?? links[0];
  }

  /** The real pane behind a leaf; undefined for a link to a server that is not connected here. */
  routeOf(leaf: number): PaneRoute | undefined {
    const linked = this.linked.get(leaf);
    return linked ? linked.route : { link: this.front(), pane: leaf };
  }

  /** The pane that a link leads to, as a target: its server by the name that it has here, or had where the link was made. */
  nameOf(target: PaneLink): string {
    return `${printable(this.find(target)?.name ?? target.name, 80)}:%${target.pane}`;
  }

  /** What a leaf links to, if it is a link. */
  targetOf(leaf: number): PaneLink | undefined {
    return this.linked.get(leaf)?.target;
  }

  /** The link of the window that shows a pane of a server, if there is one. */
  leafOf(link: ServerLink, pane: number): number | undefined {
    return [...this.linked.values()].find(({ route }) => route?.link === link && route.pane === pane)?.leaf;
  }

  /** The servers of the panes of the window, besides the one in front. */
  servers(): Set<ServerLink> {
    return new Set([...this.linked.values()].flatMap(({ route }) => (route ? [route.link] : [])));
  }

  /** Title, program and size of linked panes, as their server tells. */
  tell(link: ServerLink, { panes }: Watched): void {
    this.known.set(link, new Map(panes.map((pane) => [pane.id, pane])));
  }

  /** What is known of the pane behind a link. */
  knownOf(leaf: number): WatchedPane | undefined {
    const route = this.linked.get(leaf)?.route;
    return route && this.known.get(route.link)?.get(route.pane);
  }

  /** A server was removed. */
  forget(link: ServerLink): void {
    this.known.delete(link);
    this.watched.delete(link);
    if (this.previewed?.link === link) this.previewed = undefined;
  }
}
