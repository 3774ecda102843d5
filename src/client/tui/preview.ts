/** The look at a pane in the tree, live: its server is asked for its pictures while the selection stays on it. */
import type { Timer } from "../../base/clock.ts";
import type { PaneLink } from "../../protocol/messages.ts";
import type { Grid } from "../../terminal/grid.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { PaneRoute } from "./pane-routes.ts";
import type { Tui } from "./tui.ts";

/** Who runs through a list asks for nothing. */
const REST_MS = 120;
/** Least time between two drawings. */
const REDRAW_MS = 80;

export class Preview {
  private wanted: PaneRoute | undefined;
  private timer: Timer | undefined;
  private redraw: Timer | undefined;

  /** @param changed the pane that is looked at has changed */
  constructor(private readonly tui: Tui, private readonly changed: () => void) {}

  /** The cells of a pane as far as they are known; from now on it is the one that is looked at. */
  of(server: string, pane: number, target?: PaneLink): Grid | undefined {
    const { servers, screen, routes } = this.tui;
    const link = target ? routes.find(target) : servers.find(server);
    if (!link) return undefined;
    const id = target?.pane ?? pane;
    if (this.wanted?.link !== link || this.wanted.pane !== id) this.rest({ link, pane: id });
    return screen.mirrors.of(link, id)?.grid;
  }

  private rest(route: PaneRoute): void {
    this.wanted = route;
    this.timer?.cancel();
    this.timer = this.tui.clock.after(REST_MS, () => this.watch());
  }

  private watch(): void {
    this.tui.watchPreview(this.wanted);
  }

  /** Pictures of a pane came. */
  frame(link: ServerLink, pane: number): void {
    if (this.wanted?.link !== link || this.wanted.pane !== pane) return;
    this.redraw ??= this.tui.clock.after(REDRAW_MS, () => {
      this.redraw = undefined;
      this.changed();
    });
  }

  dispose(): void {
    this.timer?.cancel();
    this.redraw?.cancel();
    this.redraw = this.wanted = undefined;
    this.watch();
  }
}
