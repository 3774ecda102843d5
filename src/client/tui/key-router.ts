/**
 * Where keys go: to the overlay on top, through the key tables, or to the focused pane. While a command that may move
 * the focus is under way, what is typed is held: type-ahead never lands in the old pane.
 */
import type { Key } from "../../base/keys.ts";
import { sameKey } from "../../base/keys.ts";
import { BoundedQueue } from "../../base/queue.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { bindingKeys } from "../input/binding-keys.ts";
import type { Overlay } from "../ui/overlay.ts";
import type { BoundCommand } from "./keymap.ts";
import type { Tui } from "./tui.ts";

const MOST_HELD_EVENTS = 4096;

export class KeyRouter {
  private readonly held = new BoundedQueue<InputEvent>(MOST_HELD_EVENTS);
  private commandsUnderWay = 0;
  private rest: InputEvent | undefined;
  private prefixed = false;
  private repeatUntil = 0;

  constructor(private readonly tui: Tui) {}

  /** The prefix was pressed: the next key is a command. */
  get inPrefix(): boolean {
    return this.prefixed;
  }

  /** A command is under way that decides where input goes. */
  get waiting(): boolean {
    return this.commandsUnderWay > 0;
  }

  /** Takes what was typed, pasted, or done with the mouse. */
  take(event: InputEvent): void {
    this.tui.link.hurry();
    for (const link of this.tui.routes.servers()) link.hurry();
    if (this.commandsUnderWay > 0 && event.kind !== "mouse" && event.kind !== "focus") {
      if (!this.held.push(event)) this.tui.say("too much was typed ahead: some of it is dropped", true);
      return;
    }
    this.route(event);
  }

  /** Keeps typed input back until the work is done: it decides where the input goes. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    this.commandsUnderWay++;
    try {
      return await work();
    } finally {
      this.commandsUnderWay--;
      this.releaseHeld();
    }
  }

  private releaseHeld(): void {
    while (this.commandsUnderWay === 0) {
      const next = this.rest ?? this.held.shift();
      this.rest = undefined;
      if (!next) return;
      this.route(next);
    }
  }

  private route(event: InputEvent): void {
    const overlay = this.tui.screen.overlays.at(-1);
    if (event.kind === "mouse") return this.tui.mouse.route(event, overlay);
    if (event.kind === "focus") return this.tui.typing.terminalFocus(event);
    if (event.kind !== "paste") this.tui.messages.clear();
    if (overlay) return this.toOverlay(overlay, event);
    if (event.kind === "text") return this.routeText(event.text);
    if (event.kind === "key" && event.event !== 3) {
      const keys = bindingKeys(event);
      if (keys.some((key) => this.takeKey(key))) return;
    }
    this.tui.typing.toPane(event);
  }

  private toOverlay(overlay: Overlay, event: InputEvent): void {
    this.tui.screen.paintSoon();
    if (event.kind !== "text") return overlay.input(event);
    let at = 0;
    for (const char of event.text) {
      overlay.input({ kind: "text", text: char });
      at += char.length;
      if (this.tui.screen.overlays.at(-1) === overlay && this.commandsUnderWay === 0) continue;
      return at < event.text.length ? this.takeRest(event.text.slice(at)) : undefined;
    }
  }

  /** The rest of a text of which a character ran a command or closed an overlay: it comes before everything held. */
  private takeRest(text: string): void {
    if (this.commandsUnderWay > 0) this.rest = { kind: "text", text };
    else this.route({ kind: "text", text });
  }

  /** Text goes to the pane in one piece, except for the characters in it that could be bound. */
  private routeText(text: string): void {
    let from = 0;
    let at = 0;
    for (const char of text) {
      const key = { name: char, mods: 0 };
      at += char.length;
      if (!this.mayBeBound(key)) continue;
      if (at - char.length > from) this.tui.typing.toPane({ kind: "text", text: text.slice(from, at - char.length) });
      from = at - char.length;
      if (!this.takeKey(key)) continue;
      from = at;
      const isOurs = this.commandsUnderWay > 0 || this.tui.screen.overlays.length > 0;
      if (isOurs && at < text.length) return this.takeRest(text.slice(at));
    }
    if (from < text.length) this.tui.typing.toPane({ kind: "text", text: text.slice(from) });
  }

  private mayBeBound(key: Key): boolean {
    const { prefix, prefix2 } = this.tui.config.options;
    if (this.prefixed || this.repeating()) return true;
    return key.name === prefix.name || key.name === prefix2?.name || this.tui.keymap.inRoot(key) !== undefined;
  }

  private repeating(): boolean {
    return this.tui.clock.now() < this.repeatUntil;
  }

  /** Whether a key was one of ours: the prefix, or bound. */
  private takeKey(key: Key): boolean {
    const { prefix, prefix2 } = this.tui.config.options;
    if (this.prefixed) {
      this.setPrefix(false);
      const bound = this.tui.keymap.inPrefix(key);
      if (bound) this.runBound(bound);
      else if (sameKey(key, prefix)) this.tui.actions.sendPrefix();
      return true;
    }
    if (this.repeating()) {
      const bound = this.tui.keymap.inPrefix(key);
      if (bound?.repeat) {
        this.runBound(bound);
        return true;
      }
      this.repeatUntil = 0;
    }
    if (sameKey(key, prefix) || (prefix2 && sameKey(key, prefix2))) {
      this.setPrefix(true);
      return true;
    }
    const bound = this.tui.keymap.inRoot(key);
    if (bound) this.runBound(bound);
    return bound !== undefined;
  }

  private setPrefix(on: boolean): void {
    this.prefixed = on;
    this.tui.screen.paintSoon();
  }

  private runBound(bound: BoundCommand): void {
    this.repeatUntil = bound.repeat ? this.tui.clock.now() + this.tui.config.options.repeatTime : 0;
    void this.tui.actions.runLine(bound.command);
  }
}
