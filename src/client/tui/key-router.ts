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
/** Commands that concern this terminal alone: they wait for no server that is away. */
const OWN_COMMANDS: ReadonlySet<string> = new Set(["detach", "tree", "discard-input", "suspend"]);

export class KeyRouter {
  private readonly held = new BoundedQueue<InputEvent>(MOST_HELD_EVENTS);
  private commandsUnderWay = 0;
  /** Grows when nobody waits any more for the commands that are under way. */
  private generation = 0;
  /** The prefix, typed while the server is away: the next key decides whether it is held. */
  private heldPrefix: InputEvent | undefined;
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
    if (this.commandsUnderWay === 0 || event.kind === "mouse" || event.kind === "focus") return this.route(event);
    if (!this.takeWhileAway(event)) this.hold(event);
  }

  private hold(event: InputEvent): void {
    if (!this.held.push(event)) this.tui.say("too much was typed ahead: some of it is dropped", true);
  }

  /** Events that wait for a command to come back. */
  get heldEvents(): number {
    return this.held.length;
  }

  /**
   * A command waits for a server that is away, maybe for long: whoever is at the keys can still look at the others, leave,
   * and drop what was typed. @returns false if the event is to be held
   */
  private takeWhileAway(event: InputEvent): boolean {
    if (this.tui.link.connected) return false;
    if (event.kind === "text" && [...event.text].length > 1) {
      for (const text of event.text) this.take({ kind: "text", text });
      return true;
    }
    if (this.tui.screen.overlays.length > 0) {
      this.route(event);
      return true;
    }
    if (event.kind === "paste" || (event.kind === "key" && event.event === 3)) return false;
    const keys = event.kind === "text" ? [{ name: event.text, mods: 0 }] : event.kind === "key" ? bindingKeys(event) : [];
    const { heldPrefix } = this;
    if (!heldPrefix) {
      if (keys.some((key) => this.isPrefix(key))) this.heldPrefix = event;
      return this.heldPrefix !== undefined;
    }
    this.heldPrefix = undefined;
    const bound = keys.map((key) => this.tui.keymap.inPrefix(key)).find((one) => one !== undefined);
    if (!bound || !OWN_COMMANDS.has(bound.command.split(" ")[0]!)) {
      this.hold(heldPrefix);
      return false;
    }
    this.runBound(bound);
    return true;
  }

  /** Drops what is held. @returns how many events that were */
  discard(): number {
    const count = this.held.length;
    while (this.held.shift() !== undefined);
    this.rest = undefined;
    return count;
  }

  /** Something else is to be shown: commands for a server that is away hold nothing up, and what was typed after them is dropped. */
  giveUp(): void {
    this.generation++;
    this.commandsUnderWay = 0;
    this.heldPrefix = undefined;
    if (this.discard() > 0) this.tui.say("what was typed for the server that is away is dropped");
  }

  /** Keeps typed input back until the work is done: it decides where the input goes. */
  async holding<T>(work: () => Promise<T>): Promise<T> {
    const { generation } = this;
    this.commandsUnderWay++;
    try {
      return await work();
    } finally {
      if (generation === this.generation) {
        this.commandsUnderWay--;
        this.releaseHeld();
      }
    }
  }

  private releaseHeld(): void {
    if (this.heldPrefix && this.commandsUnderWay === 0) {
      this.hold(this.heldPrefix);
      this.heldPrefix = undefined;
    }
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

  private isPrefix(key: Key): boolean {
    const { prefix, prefix2 } = this.tui.config.options;
    return sameKey(key, prefix) || (prefix2 !== null && sameKey(key, prefix2));
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
    if (this.prefixed) {
      this.setPrefix(false);
      const bound = this.tui.keymap.inPrefix(key);
      if (bound) this.runBound(bound);
      else if (sameKey(key, this.tui.config.options.prefix)) this.tui.actions.sendPrefix();
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
    if (this.isPrefix(key)) {
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
