/** Where typed input ends: in the focused pane or its copy mode, and with synchronised input in the window's others. */
import type { InputEvent } from "../../protocol/input.ts";
import { LARGEST_INPUT_TEXT } from "../../protocol/limits.ts";
import type { Tui } from "./tui.ts";

export class Typing {
  /** Whether synchronised input also goes to panes of other servers; switched on by the person at this client only. */
  crossesServers = false;
  /** When something was typed into a pane last, milliseconds of the clock. */
  typedAt = -Infinity;

  constructor(private readonly tui: Tui) {}

  /** Types into the focused pane, or into its copy mode. */
  toPane(event: InputEvent): void {
    const { pane } = this.tui.focus;
    if (event.kind !== "mouse" && event.kind !== "focus") this.typedAt = this.tui.clock.now();
    if (this.tui.copyModes.input(pane, event)) return this.tui.screen.paintSoon();
    if (!this.send(pane, event)) this.tui.say(this.refusal(pane), true);
  }

  private refusal(leaf: number): string {
    if (!this.tui.routes.routeOf(leaf)) return "not connected to the server of this pane: what you type is dropped";
    return "the server does not take input: what you type is dropped";
  }

  /** Sends input to the pane behind a leaf, and to all others of the window if input is synchronised. @returns false if it was dropped */
  send(leaf: number, event: InputEvent): boolean {
    const { routes, view } = this.tui;
    const route = routes.routeOf(leaf);
    const sequence = route?.link.input(route.pane, event);
    if (route && sequence !== undefined) this.tui.predictions.typed(route, sequence, event);
    if (this.crossesServers && view?.synchronized && event.kind !== "mouse" && event.kind !== "focus") this.sendToOthers(leaf, event);
    return sequence !== undefined;
  }

  /** The server in front sends to its own panes by itself, if one of them was typed into. A pane with several links gets it once. */
  private sendToOthers(leaf: number, event: InputEvent): void {
    const { routes, view } = this.tui;
    const isLink = (id: number) => routes.targetOf(id) !== undefined;
    let reachedOwn = !isLink(leaf);
    const reached = [routes.routeOf(leaf)];
    for (const { id } of view!.panes) {
      if (id === leaf || (!isLink(id) && reachedOwn)) continue;
      if (!isLink(id)) reachedOwn = true;
      const route = routes.routeOf(id);
      if (!route || reached.some((other) => other?.link === route.link && other.pane === route.pane)) continue;
      reached.push(route);
      route.link.input(route.pane, event);
    }
  }

  /** Pastes text into the focused pane, in pieces that fit a message. */
  paste(text: string): void {
    for (let at = 0; at < text.length; ) {
      let end = Math.min(text.length, at + LARGEST_INPUT_TEXT);
      // a pair of surrogates stays together
      if (end < text.length && text.charCodeAt(end - 1) >= 0xd800 && text.charCodeAt(end - 1) < 0xdc00) end--;
      this.toPane({ kind: "paste", text: text.slice(at, end), first: at === 0, more: end < text.length });
      at = end;
    }
  }

  /** The terminal got or lost the focus. */
  terminalFocus(event: InputEvent & { kind: "focus" }): void {
    const { tui } = this;
    const { pane } = tui.focus;
    if (tui.config.options.focusEvents && tui.screen.mirrorOf(pane)?.modes.focusEvents) this.send(pane, event);
  }
}
