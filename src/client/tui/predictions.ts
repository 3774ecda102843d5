/** Where what is typed is shown before its echo has come: in the pane that was typed into last, if its server is far. */
import type { InputEvent } from "../../protocol/input.ts";
import type { Frame } from "../../protocol/messages.ts";
import type { ServerLink } from "../connection/server-link.ts";
import { Predictor } from "../mirror/predictor.ts";
import type { PaneRoute } from "./pane-routes.ts";
import type { Tui } from "./tui.ts";

/** An echo that takes no longer than this is waited for. */
const FAR_MS = 20;
/** Beyond this the guesses are underlined until they have come true. */
const MARK_MS = 80;

export class Predictions {
  private at: PaneRoute | undefined;
  private predictor: Predictor | undefined;

  constructor(private readonly tui: Tui) {}

  /** Input has left for a pane. */
  typed({ link, pane }: PaneRoute, sequence: number, event: InputEvent): void {
    const mirror = this.wanted(link) ? this.tui.screen.mirrors.of(link, pane) : undefined;
    if (this.predictor && this.predictor.mirror !== mirror) this.dispose();
    if (!mirror) return;
    this.at = { link, pane };
    this.predictor ??= new Predictor(mirror, this.tui.clock, () => this.tui.screen.paintSoon());
    this.predictor.marked = (link.roundTrip ?? 0) > MARK_MS;
    if (this.predictor.typed(sequence, event)) this.tui.screen.paint();
  }

  /** A frame was applied to the mirror. */
  framed(frame: Frame, link: ServerLink): void {
    if (this.isAt(link, frame.pane)) this.predictor?.applied(frame);
  }

  /** Input up to this one is in the pane's terminal. */
  acknowledged(pane: number, sequence: number, link: ServerLink): void {
    if (this.isAt(link, pane)) this.predictor?.acknowledged(sequence);
  }

  private isAt(link: ServerLink, pane: number): boolean {
    return this.at?.link === link && this.at.pane === pane;
  }

  private wanted({ roundTrip }: ServerLink): boolean {
    const { predict } = this.tui.config.options;
    return predict === "always" || (predict === "auto" && roundTrip !== undefined && roundTrip > FAR_MS);
  }

  dispose(): void {
    this.predictor?.dispose();
    this.predictor = this.at = undefined;
  }
}
