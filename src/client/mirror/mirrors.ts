/**
 * The mirrors of all panes that servers send to this client. A pane is known by its server and its number there: two
 * servers may use the same number, and several leaves of a window may show one pane.
 */
import type { Frame } from "../../protocol/messages.ts";
import { LinkTable } from "./link-table.ts";
import { PaneMirror } from "./pane-mirror.ts";

/** @typeParam Server whatever stands for a server */
export class Mirrors<Server> {
  readonly hyperlinks = new LinkTable();
  private readonly servers = new Map<Server, Map<number, PaneMirror>>();

  of(server: Server, pane: number): PaneMirror | undefined {
    return this.servers.get(server)?.get(pane);
  }

  /** Applies a frame; the mirror is made with the first. @throws FugueError `protocol` on malformed rows */
  apply(server: Server, frame: Frame): PaneMirror {
    let panes = this.servers.get(server);
    if (!panes) this.servers.set(server, (panes = new Map<number, PaneMirror>()));
    let mirror = panes.get(frame.pane);
    if (!mirror) panes.set(frame.pane, (mirror = new PaneMirror(frame.pane, this.hyperlinks)));
    mirror.apply(frame);
    return mirror;
  }

  /** Forgets all panes but those for which `isShown` holds. */
  keepOnly(isShown: (server: Server, pane: number) => boolean): void {
    for (const [server, panes] of this.servers) {
      for (const pane of panes.keys()) if (!isShown(server, pane)) panes.delete(pane);
      if (panes.size === 0) this.servers.delete(server);
    }
  }
}
