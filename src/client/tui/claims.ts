/**
 * Links whose panes have the size that they have in this window: claimed by the person here, until the link goes, the claim
 * is given up, or another server's session is shown. A link in a window out of sight keeps its claim.
 */
import type { PaneClaim, PaneLink, View } from "../../protocol/messages.ts";
import type { ServerLink } from "../connection/server-link.ts";

interface Claim {
  readonly session: number;
  readonly window: number;
  readonly target: PaneLink;
  cols: number;
  rows: number;
}

export class Claims {
  /** By the leaf of the link. */
  private readonly claims = new Map<number, Claim>();
  /** Whose windows the links are in. */
  private owner: ServerLink | undefined;

  has(leaf: number): boolean {
    return this.claims.has(leaf);
  }

  /** Claims the size of a link of the window that is shown, or gives it up. */
  set(leaf: number, on: boolean, view: View): void {
    const target = view.panes.find(({ id }) => id === leaf)?.link;
    const place = view.leaves.find(({ pane }) => pane === leaf);
    this.claims.delete(leaf);
    if (!on || !target || !place) return;
    this.claims.set(leaf, { session: view.session.id, window: view.focus.window, target, cols: place.cols, rows: place.rows });
  }

  /** Follows the links' sizes, and forgets links that are gone. */
  follow(view: View | undefined, owner: ServerLink): void {
    if (owner !== this.owner) this.claims.clear();
    this.owner = owner;
    if (!view) return;
    for (const [leaf, claim] of this.claims) {
      if (!stands(view, leaf, claim)) this.claims.delete(leaf);
      const place = view.leaves.find(({ pane }) => pane === leaf);
      if (place) Object.assign(claim, { cols: place.cols, rows: place.rows });
    }
  }

  /** What is claimed of a server; of several links to one pane the one that was claimed last. */
  of(isServer: (target: PaneLink) => boolean): PaneClaim[] {
    const panes = new Map<number, PaneClaim>();
    for (const { target, cols, rows } of this.claims.values()) {
      if (isServer(target)) panes.set(target.pane, { pane: target.pane, cols, rows });
    }
    return [...panes.values()];
  }
}

function stands(view: View, leaf: number, { session, window }: Claim): boolean {
  if (view.session.id !== session) return view.sessions.some(({ id }) => id === session);
  if (view.focus.window !== window) return view.windows.some(({ id }) => id === window);
  return view.panes.some(({ id }) => id === leaf);
}
