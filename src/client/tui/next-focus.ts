/** Where the focus will be after `pane select`, as far as the view tells: shown at once, a round trip before the server says so. */
import type { View, ViewLeaf } from "../../protocol/messages.ts";
import type { Screen } from "./screen.ts";

const SIDES = ["left", "right", "up", "down"] as const;
type Side = (typeof SIDES)[number];

/**
 * Shows the focus where `pane select` will bring it. Input still waits for the reply.
 * @returns what takes that back, if it was a mistake; undefined if nothing was shown
 */
export function showNextFocus(screen: Pick<Screen, "view" | "changed" | "paintSoon">, args: Record<string, unknown>): (() => void) | undefined {
  const { view } = screen;
  const pane = view && nextFocus(view, view.focus.pane, args);
  if (!view || pane === undefined || pane === view.focus.pane) return undefined;
  const show = (shown: View) => {
    screen.view = shown;
    screen.changed();
    screen.paintSoon();
  };
  const guess: View = { ...view, focus: { ...view.focus, pane } };
  show(guess);
  return () => void (screen.view === guess && show(view));
}

/**
 * The shown pane that `pane select` with these arguments goes to.
 * @returns undefined if that is not sure: several panes lie there, or the server alone knows
 */
export function nextFocus(view: View, pane: number, args: Record<string, unknown>): number | undefined {
  const { leaves } = view;
  const shown = (id: number | undefined) => (leaves.some((leaf) => leaf.pane === id) ? id : undefined);
  const side = SIDES.find((name) => args[name]);
  if (typeof args.target === "string") {
    const named = /^%(\d+)$/.exec(args.target)?.[1];
    return named !== undefined && !side && !args.next && !args.previous && !args.last ? shown(Number(named)) : undefined;
  }
  if (args.target !== undefined || args.last || leaves.length !== view.panes.length) return undefined;
  if (side) return beside(view, pane, side);
  if (!args.next && !args.previous) return undefined;
  // the panes of a view come in the order of the layout
  const at = view.panes.findIndex(({ id }) => id === pane);
  const { length } = view.panes;
  return at < 0 ? undefined : shown(view.panes[(at + (args.next ? 1 : length - 1)) % length]!.id);
}

/** The only pane that touches this one on a side; none at the window's edge, where the server goes round. */
function beside({ leaves }: View, pane: number, side: Side): number | undefined {
  const own = leaves.find((leaf) => leaf.pane === pane);
  if (!own) return undefined;
  const found = leaves.filter((leaf) => touches(own, leaf, side));
  return found.length === 1 ? found[0]!.pane : undefined;
}

function touches(own: ViewLeaf, other: ViewLeaf, side: Side): boolean {
  const inRows = other.y < own.y + own.rows && own.y < other.y + other.rows;
  const inColumns = other.x < own.x + own.cols && own.x < other.x + other.cols;
  switch (side) {
    case "left": return inRows && other.x + other.cols === own.x - 1;
    case "right": return inRows && other.x === own.x + own.cols + 1;
    case "up": return inColumns && other.y + other.rows === own.y - 1;
    case "down": return inColumns && other.y === own.y + own.rows + 1;
  }
}
