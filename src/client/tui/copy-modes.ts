/** The copy modes of the panes: entering, feeding, drawing, and what becomes of copied text. Loaded by the first of them. */
import { applyStyle } from "../../config/style.ts";
import { FugueError } from "../../base/errors.ts";
import type { InputEvent, MouseInput } from "../../protocol/input.ts";
import type { View } from "../../protocol/messages.ts";
import { PLAIN } from "../../terminal/grid.ts";
import type { CopyMode } from "../copy/mode.ts";
import type { YankDetails, YankTarget } from "../copy/action.ts";
import type { CopyMemory } from "../copy/state.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { HistorySource } from "./history-source.ts";
import type { Tui } from "./tui.ts";

/** Events that come while the first lines are on their way. */
const MOST_EARLY_EVENTS = 256;

interface Opening {
  early: InputEvent[];
}

export class CopyModes {
  private readonly modes = new Map<number, CopyMode>();
  private readonly opening = new Map<number, Opening>();
  /** Whose panes they are. */
  private server: ServerLink | undefined;
  /** Searches and jumps of earlier visits. */
  private readonly memory: CopyMemory = { patterns: [] };

  /** What was copied last, and to which server's buffers. */
  private copied: { text: string; link: ServerLink; at: number } | undefined;

  constructor(private readonly tui: Tui) {}

  active(pane: number): boolean {
    return this.modes.has(pane) || this.opening.has(pane);
  }

  /** Text for the status line while a pattern or line number is typed. */
  prompt(pane: number): { text: string; error: boolean } | undefined {
    const text = this.modes.get(pane)?.promptText;
    return text === undefined ? undefined : { text, error: false };
  }

  /** Enters copy mode; `up` scrolls a page at once, `mouse` leaves again at the bottom. */
  async enter(pane: number, options: { up?: boolean; mouse?: boolean }, first?: InputEvent): Promise<void> {
    if (this.active(pane)) return first && void this.input(pane, first);
    const { tui } = this;
    const leaf = tui.view?.leaves.find((l) => l.pane === pane);
    const mirror = tui.screen.mirrorOf(pane);
    if (!leaf || !mirror) return;
    const opening: Opening = { early: first ? [first] : [] };
    this.opening.set(pane, opening);
    try {
      const route = tui.routes.routeOf(pane);
      if (!route) throw new FugueError("closed", "not connected to the server of this pane");
      const [{ CopyMode }, { HistorySource }] = await Promise.all([import("../copy/mode.ts"), import("./history-source.ts")]);
      const source = await HistorySource.open(route.link, route.pane);
      if (!this.opening.has(pane)) return;
      const mode = this.make(CopyMode, pane, source, leaf, mirror.cursor, options);
      this.modes.set(pane, mode);
      tui.screen.replacements.set(pane, mode);
      if (options.up) mode.input({ kind: "key", key: { name: "PageUp", mods: 0 } });
      for (const event of opening.early) mode.input(event);
    } catch (error) {
      tui.fail(error);
    } finally {
      this.opening.delete(pane);
      tui.screen.changed();
      tui.screen.paintSoon();
    }
  }

  private make(Mode: typeof CopyMode, pane: number, source: HistorySource, size: { cols: number; rows: number }, cursor: { x: number; y: number }, options: { mouse?: boolean }): CopyMode {
    const { options: o, keys } = this.tui.config;
    const style = { ...PLAIN, ...applyStyle(PLAIN, o.modeStyle) };
    const { rows } = source;
    const mode = new Mode({
      source, cols: size.cols, rows: rows.length, keys: o.modeKeys, bindings: o.modeKeys === "vi" ? keys["copy-vi"] : keys["copy-emacs"],
      wordSeparators: o.wordSeparators, wheelLines: o.wheelLines, exitAtBottom: options.mouse ?? false, clock: this.tui.clock,
      start: rows[cursor.y] ?? source.screen, top: source.screen, memory: this.memory, modeStyle: style,
      onExit: () => this.leave(pane),
      onYank: (text, target, details) => void this.yank(text, target, details),
      // lines come when they come, not with a frame
      changed: () => {
        this.tui.screen.changed();
        this.tui.screen.paintSoon();
      },
      onMessage: (text) => this.tui.say(text),
      onCommand: (line) => void this.tui.actions.runLine(line),
    });
    // the program's terminal may not have its new size yet
    mode.resize(size.cols, size.rows);
    return mode;
  }

  leave(pane: number): void {
    this.opening.delete(pane);
    const mode = this.modes.get(pane);
    if (!mode) return;
    mode.dispose();
    this.modes.delete(pane);
    this.tui.screen.replacements.delete(pane);
    const mirror = this.tui.screen.mirrorOf(pane);
    if (mirror) mirror.allDirty = true;
    this.tui.screen.changed();
    this.tui.screen.paintSoon();
  }

  /** Feeds a pane's copy mode. @returns whether there is one. */
  input(pane: number, event: InputEvent): boolean {
    const opening = this.opening.get(pane);
    if (opening) {
      if (opening.early.length < MOST_EARLY_EVENTS) opening.early.push(event);
      return true;
    }
    const mode = this.modes.get(pane);
    mode?.input(event);
    if (mode) this.tui.screen.changed();
    return mode !== undefined;
  }

  /** A mouse event in a pane's own coordinates enters copy mode if need be. */
  mouse(pane: number, event: MouseInput, options: { mouse: boolean }): void {
    if (!this.input(pane, event)) void this.enter(pane, options, event);
    this.tui.screen.paintSoon();
  }

  /** Follows what is shown. Panes of another server are others, whatever their numbers. */
  follow(view: View, server: ServerLink): void {
    const panes = new Set(server === this.server ? view.panes.map(({ id }) => id) : []);
    this.server = server;
    for (const pane of [...this.modes.keys(), ...this.opening.keys()]) if (!panes.has(pane)) this.leave(pane);
    this.resized();
  }

  resized(): void {
    for (const [pane, mode] of this.modes) {
      const leaf = this.tui.view?.leaves.find((l) => l.pane === pane);
      if (leaf) mode.resize(leaf.cols, leaf.rows);
    }
  }

  /** Copied text goes to a buffer of the server and to the system's clipboard. */
  private async yank(text: string, target: YankTarget, details: YankDetails): Promise<void> {
    try {
      if (target !== "command") await this.store(text, details.append);
    } catch (error) {
      this.tui.fail(error);
    }
    if (target === "buffer") return;
    const said: string[] = [];
    if (details.command || target === "command") said.push(await this.toClipboard(text, details.command || undefined));
    if (target === "clipboard") said.push(await this.toClipboard(text));
    this.tui.say(said.join("; "));
  }

  /** Makes a buffer of the text, or adds it to the newest one. */
  private async store(text: string, append: boolean): Promise<void> {
    const { link } = this.tui;
    if (!append) {
      this.copied = { text, link, at: this.tui.clock.wall() };
      return void (await link.command("buffer set", { text }));
    }
    const { result } = await link.command("buffer show", {});
    const [newest] = (result as { buffers: { name: string; text: string }[] }).buffers;
    await link.command("buffer set", { text: (newest?.text ?? "") + text, name: newest?.name });
  }

  /** What was copied here while another server was in front, unless the one in front has a newer buffer. @throws FugueError */
  async copiedElsewhere(): Promise<string | undefined> {
    const { copied, tui: { link } } = this;
    if (!copied || copied.link === link) return undefined;
    const { buffers } = (await link.command("buffer ls", {})).result as { buffers: { createdAt: number }[] };
    return buffers.some(({ createdAt }) => createdAt > copied.at) ? undefined : copied.text;
  }

  /** A program set the clipboard (OSC 52): passed on to the outer terminal. */
  fromProgram(text: string): void {
    if (this.tui.config.options.setClipboard === "on") void this.toClipboard(text).then((said) => this.tui.say(said));
  }

  /** @returns what happened, for the user */
  private async toClipboard(text: string, command?: string): Promise<string> {
    const { options } = this.tui.config;
    const { copyText } = await import("../copy/clipboard.ts");
    return copyText(text, {
      osc52: options.setClipboard !== "off", copyCommand: command ?? (options.copyCommand || undefined), env: this.tui.env,
      platform: process.platform, clock: this.tui.clock,
      write: (bytes) => this.tui.terminal.write(bytes),
      which: (program) => Bun.which(program) !== null,
      spawn: runTool,
    });
  }
}

/** Runs a program with text on its input; the signal ends it. */
async function runTool(argv: readonly string[], stdin: Uint8Array, signal: AbortSignal): Promise<number> {
  const proc = Bun.spawn([...argv], { stdin, stdout: "ignore", stderr: "ignore", signal });
  return proc.exited;
}
