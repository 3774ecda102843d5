/**
 * Which server's pane each leaf of the window shows. Most are panes of the server in front; a link is a pane of another
 * one, found by that server's identity among the connections that the user opened. Nothing is dialled for a link.
 */
import type { PaneLink, View, Watched, WatchedPane } from "../../protocol/messages.ts";
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
    const shown = new Set(view?.leaves.map(({ pane }) => pane));
    for (const link of this.links()) {
      link.watch([...this.linked.values()].flatMap(({ leaf, route }) => (route?.link === link && shown.has(leaf) ? [route.pane] : [])));
    }
  }

  /** The connection to a server, by the identity that its welcome told. */
  private find({ server }: PaneLink): ServerLink | undefined {
    for (const link of this.links()) if (link.server === server) return link;
    return undefined;
  }

  /** The real pane behind a leaf; undefined for a link to a server that is not connected here. */
  routeOf(leaf: number): PaneRoute | undefined {
    const linked = this.linked.get(leaf);
    return linked ? linked.route : { link: this.front(), pane: leaf };
  }

  /** What a leaf links to, if it is a link. */
  targetOf(leaf: number): PaneLink | undefined {
    return this.linked.get(leaf)?.target;
  }

  /** Leaves that show a pane of a server, besides the pane's own leaf. */
  leavesOf(link: ServerLink, pane: number): number[] {
    return [...this.linked.values()].flatMap(({ leaf, route }) => (route?.link === link && route.pane === pane ? [leaf] : []));
  }

  /** All links of the window. */
  leaves(): Iterable<number> {
    return this.linked.keys();
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
  }
}
