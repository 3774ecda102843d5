/** What the TUI's own commands do: the TuiContext. Overlays are loaded when the first of them opens. */
import { asFugueError, FugueError } from "../../base/errors.ts";
import type { Side } from "../../commands/context.ts";
import type { TuiContext } from "../../commands/tui-context.ts";
import type { ServerCommand } from "../../commands/command.ts";
import { findFarPane } from "../../commands/far-pane.ts";
import { parseTarget } from "../../commands/target.ts";
import { serverTargets, targetServer } from "../../commands/target-server.ts";
import type { ArgValues } from "../../commands/values.ts";
import type { ReadyCommand } from "../../commands/command-line.ts";
import { parseFormat } from "../../config/format.ts";
import type { View } from "../../protocol/messages.ts";
import type { ServerLink } from "../connection/server-link.ts";
import type { Overlay } from "../ui/overlay.ts";
import type { Tui } from "./tui.ts";

/** Commands that show their target. */
const SELECTING: ReadonlySet<string> = new Set(["session select", "window select", "pane select"]);

/** The commands, and the language of their lines. */
type Commands = Pick<typeof import("../../commands/registry.ts"), "lookup">
  & Pick<typeof import("../../commands/command-line.ts"), "parseLine" | "parseTemplate" | "runCommands">;

export class Actions implements TuiContext {
  private commands: Commands | undefined;
  private loading: Promise<Commands> | undefined;
  private overlays: Promise<import("./overlays.ts").Overlays> | undefined;
  /** Links of which it was said what their size means. */
  private readonly explained = new Set<number>();
  private loaded: import("./overlays.ts").Overlays | undefined;

  constructor(private readonly tui: Tui) {}

  get focus(): { window: number; pane: number } {
    return this.tui.focus;
  }

  /** Loads the commands: after the first picture, which shows nothing of them. */
  load(): Promise<Commands> {
    return (this.loading ??= Promise.all([import("../../commands/registry.ts"), import("../../commands/command-line.ts")]).then(
      ([{ lookup }, language]) => (this.commands = { ...language, lookup }),
    ));
  }

  async call(command: string, args: Record<string, unknown>): Promise<unknown> {
    const { lookup } = this.commands ?? await this.load();
    const entry = lookup(command) as ServerCommand | undefined;
    const targets = entry && serverTargets(entry, args as ArgValues);
    const server = targets && targetServer(targets);
    if (targets && server !== undefined) return this.callAt(server, command, targets.values, args.target as string | undefined);
    const across = args.on === undefined ? undefined : entry?.across;
    if (across) return across({ call: (server, name, values) => this.callOn(server, name, values) }, args as never);
    // a wait moves no focus and may last: typing goes on meanwhile
    if (command === "pane resize") this.explainResize(args);
    if (command === "wait") return this.tui.link.command(command, args).then(({ result }) => result);
    return this.tui.call(command, args);
  }

  /** Runs a command on the server that its target names. To select something of another server brings that to the front. */
  private async callAt(name: string, command: string, args: ArgValues, target: string | undefined): Promise<unknown> {
    const link = this.tui.servers.named(name);
    if (link === this.tui.link) return this.call(command, args);
    if (SELECTING.has(command) && target !== undefined) return this.tui.front.show(name, args.target as string);
    return (await link.command(command, args)).result;
  }

  /** A link that is made larger or smaller shows more or less of its pane: said once for each. */
  private explainResize({ target }: Record<string, unknown>): void {
    const { pane } = this.focus;
    const link = target === undefined ? this.tui.routes.targetOf(pane) : undefined;
    if (!link || this.tui.routes.isClaimed(pane) || this.explained.has(pane)) return;
    this.explained.add(pane);
    this.tui.say(`the link is resized, ${this.tui.routes.nameOf(link)} is not: pane claim (prefix J) gives it this size`);
  }

  /** Runs a command on a server of this view; undefined: the one in front. */
  private callOn(server: string | undefined, name: string, args: Record<string, unknown>): Promise<unknown> {
    if (server === undefined || server === this.tui.link.name) return this.tui.call(name, args);
    return this.tui.servers.named(server).command(name, args).then(({ result }) => result);
  }

  /** Runs a command line: from a key, the `:` prompt or a menu. Errors become messages. */
  runLine(line: string): Promise<void> {
    return this.run(({ parseLine }) => parseLine(line));
  }

  /** Runs a template with what was typed in place of `%%`. */
  runTemplate(template: string, answer: string): Promise<void> {
    return this.run(({ parseTemplate }) => parseTemplate(template, answer));
  }

  private run(read: (commands: Commands) => ReadyCommand[]): Promise<void> {
    if (this.commands) return this.runWith(this.commands, read);
    // in the first moments: what is typed behind a key is meant for what comes of it
    return this.tui.holding(async () => this.runWith(await this.load(), read));
  }

  private async runWith(commands: Commands, read: (commands: Commands) => ReadyCommand[]): Promise<void> {
    try {
      const style = { color: false, raw: false, cols: this.tui.terminal.cols, now: this.tui.clock.wall() };
      for (const { command, values, result } of await commands.runCommands(this, read(commands))) {
        const text = command.runs === "server" ? command.render?.(result as never, style, values as never) : undefined;
        if (text) await this.show(command.name, text);
        else if (text === "" && command.effect === "read") this.tui.say(`${command.name}: there is none`);
      }
    } catch (error) {
      this.tui.fail(error);
    }
  }

  private async show(title: string, text: string): Promise<void> {
    const lines = text.trimEnd().split("\n");
    if (lines.length === 1) this.tui.say(lines[0]!);
    else (await this.lazy()).text(title, lines);
  }

  private lazy() {
    this.overlays ??= import("./overlays.ts").then(({ Overlays }) => (this.loaded = new Overlays(this.tui)));
    return this.overlays;
  }

  private async open(which: (overlays: import("./overlays.ts").Overlays) => void | Promise<void>): Promise<void> {
    try {
      // what is typed meanwhile is meant for the overlay
      await this.tui.holding(async () => which(await this.lazy()));
    } catch (error) {
      this.tui.fail(asFugueError(error));
    }
  }

  /** The view changed: overlays that show it follow. */
  viewChanged(): void {
    void this.overlays?.then((overlays) => overlays.viewChanged(this.tui.view as View));
  }

  /** Pictures of a pane came: the tree may look at it. */
  framed(link: ServerLink, pane: number): void {
    this.loaded?.framed(link, pane);
  }

  dispose(): void {
    this.loaded?.dispose();
  }

  serverRemoved(link: ServerLink): void {
    this.loaded?.serverRemoved(link);
  }

  /** A server's state or sessions changed: an open tree follows. */
  serversChanged(link?: ServerLink): void {
    void this.overlays?.then((overlays) => overlays.serversChanged(link));
  }

  enterCopyMode(options: { up?: boolean; mouse?: boolean }): void {
    void this.tui.copyModes.enter(this.focus.pane, options);
  }

  openPrompt(options: { text?: string; label?: string; template?: string }): void {
    void this.open((o) => o.prompt({ ...options, text: options.text === undefined ? undefined : this.expand(options.text) }));
  }

  confirm(question: string, commandLine: string): void {
    const link = this.tui.routes.targetOf(this.focus.pane);
    // what goes is the link, not the pane that it shows
    const asked = link === undefined ? question : question.replace("#P", `#P (only the link to ${this.tui.routes.nameOf(link)})`);
    void this.open((o) => o.confirm(this.expand(asked).replace(/ *\(y\/n\) *$/, ""), commandLine));
  }

  /** Asks whether something that a program wants may be done. */
  async askForProgram(question: string, answer: (yes: boolean) => void): Promise<Overlay> {
    return (await this.lazy()).request(question, answer);
  }

  /** `#W`, `#P` and the like in questions. */
  private expand(text: string): string {
    const { view } = this.tui;
    const window = view?.windows.find((w) => w.id === view.focus.window);
    const pane = view?.panes.find((p) => p.id === this.focus.pane);
    const values: Record<string, string> = { W: window?.name ?? "", I: String(window?.index ?? ""), S: view?.session.name ?? "", P: String(pane?.index ?? "") };
    return text.replace(/#([WISP])/g, (_, letter: string) => values[letter]!);
  }

  openTree(options: { windows?: boolean }): Promise<void> {
    return this.open((o) => o.tree(options));
  }

  async link(target: string | undefined, side: Side): Promise<void> {
    if (target === undefined) return void this.open((o) => o.chooseLink(side));
    const { server } = parseTarget(target);
    const link = this.tui.servers.named(server ?? this.tui.link.name);
    const far = await findFarPane(target, async (command, args) => (await link.command(command, args)).result);
    await this.call("pane link", { ...far, [side]: true });
  }

  nextAgent(): Promise<void> {
    return this.tui.agents.showNext();
  }

  claimSize(on: boolean | "toggle"): void {
    const { tui } = this;
    const { pane } = this.focus;
    const target = tui.routes.targetOf(pane);
    if (!target) throw new FugueError("failed", "this is no link: its pane has this size already");
    const name = tui.routes.nameOf(target);
    if (!tui.routes.routeOf(pane)) throw new FugueError("noServer", `not connected to the server of ${name}`);
    tui.routes.claim(pane, on === "toggle" ? !tui.routes.isClaimed(pane) : on);
    tui.say(tui.routes.isClaimed(pane) ? `${name} has the size of this link, until the link goes` : `${name} has its own size`);
  }

  synchronizeLinks(on: boolean | "toggle"): void {
    const { tui } = this;
    tui.typing.crossesServers = on === "toggle" ? !tui.typing.crossesServers : on;
    tui.say(tui.typing.crossesServers ? "synchronised input reaches other servers" : "synchronised input stays on this server");
  }

  discardInput(): void {
    const link = this.tui.routes.routeOf(this.focus.pane)?.link;
    const count = this.tui.keys.discard() + (link?.discardWaiting() ?? 0);
    this.tui.say(count === 0 ? "nothing waits to be delivered" : `${count} ${count === 1 ? "input" : "inputs"} discarded`);
  }

  openHelp(): void {
    void this.open((o) => o.help());
  }

  openBuffers(): void {
    void this.open((o) => o.buffers());
  }

  openClients(): void {
    void this.open((o) => o.clients());
  }

  showPaneNumbers(): void {
    void this.open((o) => o.paneNumbers());
  }

  showClock(): void {
    void this.open((o) => o.clock());
  }

  showMessages(): void {
    void this.open((o) => o.messages());
  }

  showInfo(format?: string): void {
    const { view, terminal } = this.tui;
    if (!view) return;
    if (format !== undefined) return this.tui.say(this.tui.textOf(parseFormat(format)));
    const window = view.windows.find((w) => w.id === view.focus.window);
    const leaf = view.leaves.find((l) => l.pane === this.focus.pane);
    this.tui.say(`session ${view.session.name}, window ${window?.index} (${window?.name}), pane %${this.focus.pane} ${leaf?.cols}x${leaf?.rows}, window ${view.cols}x${view.rows}, terminal ${terminal.cols}x${terminal.rows}`);
  }

  detach(): void {
    const { servers, view } = this.tui;
    const from = view && `${servers.several ? `${servers.front.name}:` : ""}${view.session.name}`;
    this.tui.finish({ status: 0, message: from === undefined ? "[detached]" : `[detached (from session ${from})]` });
  }

  suspend(): void {
    // the process stops inside suspend: whoever is to wake up must be there before
    process.once("SIGCONT", () => {
      this.tui.terminal.resume();
      this.tui.screen.redraw();
    });
    this.tui.terminal.suspend();
  }

  redraw(): void {
    this.tui.screen.redraw();
  }

  reloadConfig(): void {
    this.tui.reload();
  }

  sendPrefix(): void {
    this.tui.typing.toPane({ kind: "key", key: this.tui.config.options.prefix });
  }

  /** What is typed meanwhile comes after the text. */
  paste(buffer?: string): Promise<void> {
    return this.tui.holding(async () => {
      const text = buffer === undefined ? await this.tui.copyModes.copiedElsewhere() : undefined;
      if (text !== undefined) return this.tui.typing.paste(text);
      const { buffers } = (await this.call("buffer show", { name: buffer })) as { buffers: { text: string }[] };
      this.tui.typing.paste(buffers[0]?.text ?? "");
    });
  }

  message(text: string): void {
    this.tui.say(text);
  }
}
