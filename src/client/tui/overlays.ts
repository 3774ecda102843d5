/** Opens the overlays for the TUI and does what is chosen in them. Loaded with the first overlay. */
import { printable } from "../../base/names.ts";
import type { BufferInfo, ClientInfo, Side } from "../../commands/context.ts";
import { applyStyle } from "../../config/style.ts";
import type { PaneLink, View } from "../../protocol/messages.ts";
import { PLAIN, type Style } from "../../terminal/grid.ts";
import type { Prompter } from "../../transport/dialer.ts";
import { windowOffset } from "../compositor/compositor.ts";
import { BufferPicker } from "../ui/buffer-picker.ts";
import { ClientPicker } from "../ui/client-picker.ts";
import { ClockOverlay } from "../ui/clock.ts";
import { Help } from "../ui/help.ts";
import { LineHistory } from "../ui/line-history.ts";
import { Messages } from "../ui/messages.ts";
import type { Overlay, OverlayHost, OverlayRect } from "../ui/overlay.ts";
import { PaneNumbers } from "../ui/pane-numbers.ts";
import type { PanelContext } from "../ui/panel.ts";
import { panelTheme } from "../ui/panel-line.ts";
import { CommandPrompt, ConfirmPrompt } from "../ui/prompt.ts";
import { RequestPrompt } from "../ui/request-prompt.ts";
import { SessionTree, type SessionTreeActions, type SessionTreeOptions } from "../ui/session-tree.ts";
import type { TreeTarget } from "../ui/session-rows.ts";
import { TextPopup } from "../ui/text-popup.ts";
import { openVirtualScreen, type VirtualScreen } from "../ui/virtual-screen.ts";
import type { ServerLink } from "../connection/server-link.ts";
import { SessionLists } from "./session-lists.ts";
import { Preview } from "./preview.ts";
import { completeCommandLine } from "./complete.ts";
import type { Tui } from "./tui.ts";

export class Overlays {
  private screen: Promise<VirtualScreen> | undefined;
  private readonly history = new LineHistory();
  private openTree: SessionTree | undefined;
  /** The tree is there to choose what a link leads to. */
  private choosesLink = false;

  private readonly lists: SessionLists;
  private readonly preview: Preview;

  constructor(private readonly tui: Tui) {
    this.lists = new SessionLists(tui.servers, tui.clock, () => this.listsChanged(), tui.cache);
    this.preview = new Preview(tui, () => this.openTree?.previewChanged());
  }

  /** The host of one overlay: knows it only once it is open. */
  private host(): { host: OverlayHost; set(overlay: Overlay): void } {
    let own: Overlay | undefined;
    const host = {
      changed: () => {
        this.tui.screen.changed();
        this.tui.screen.paintSoon();
      },
      close: () => own && this.tui.closeOverlay(own),
    };
    return { host, set: (overlay) => (own = overlay) };
  }

  private show<T extends Overlay>(make: (host: OverlayHost) => T): T {
    const { host, set } = this.host();
    const overlay = make(host);
    set(overlay);
    this.tui.openOverlay(overlay);
    return overlay;
  }

  private async panel<T extends Overlay>(make: (context: PanelContext) => T): Promise<T> {
    const screen = await (this.screen ??= openVirtualScreen());
    const theme = panelTheme(this.style(this.tui.config.options.modeStyle));
    return this.show((host) => make({ screen, host, clock: this.tui.clock, theme }));
  }

  private style(spec: Parameters<typeof applyStyle>[1]): Style {
    return { ...PLAIN, ...applyStyle(PLAIN, spec) };
  }

  private get promptLook() {
    const { messageStyle, statusPosition } = this.tui.config.options;
    return { style: this.style(messageStyle), position: statusPosition };
  }

  prompt({ text, label, template }: { text?: string; label?: string; template?: string }): void {
    const { actions, config } = this.tui;
    this.show((host) => new CommandPrompt(host, {
      ...this.promptLook, text, label: label === undefined ? undefined : `(${label}) `, keys: config.options.statusKeys,
      history: template === undefined ? this.history : undefined,
      complete: template === undefined ? (line, cursor) => completeCommandLine(line, cursor, this.tui.view) : undefined,
      accept: (answer) => void (template === undefined ? actions.runLine(answer) : actions.runTemplate(template, answer)),
    }));
  }

  confirm(question: string, commandLine: string): void {
    this.show((host) => new ConfirmPrompt(host, {
      ...this.promptLook, question,
      answer: (yes) => void (yes && this.tui.actions.runLine(commandLine)),
    }));
  }

  request(question: string, answer: (yes: boolean) => void): Overlay {
    return this.show((host) => new RequestPrompt(host, { ...this.promptLook, clock: this.tui.clock, question, answer }));
  }

  async tree(options: { windows?: boolean }): Promise<void> {
    // a session may end while it is looked at in the tree: one tree is enough
    if (this.isTreeOpen && !this.choosesLink) return;
    this.choosesLink = false;
    const { view, servers } = this.tui;
    const current = view && { server: servers.front.name, session: view.session.id, window: view.focus.window, pane: this.tui.focus.pane };
    if (!servers.several) await this.lists.load();
    await this.showTree({ windows: options.windows, current }, {
      choose: (target) => this.choose(target),
      create: (server, name) => void this.create(server, name),
    });
  }

  /** Opens a tree; what choosing and creating means is the caller's. */
  private async showTree(options: SessionTreeOptions, purpose: Pick<SessionTreeActions, "choose" | "create">): Promise<void> {
    const tree = await this.panel((context) => new SessionTree(context, {
      ...purpose,
      kill: (target) => this.onServer(target.server, "kill", { target: this.targetOf(target) }),
      rename: (target, name) => this.onServer(target.server, "rename", { target: this.targetOf(target), name }),
      retry: (server) => this.retry(server),
      killFar: (link) => this.killFar(link),
      nameOf: (link) => this.tui.routes.nameOf(link),
      preview: (server, pane, link) => this.preview.of(server, pane, link),
      closed: () => this.preview.dispose(),
    }, options));
    this.openTree = tree;
    tree.setSessions(this.lists.all());
    this.lists.refresh();
  }

  /** `%PANE`, `SESSION/INDEX` or the session's name: what commands understand. */
  private targetOf({ session, window, pane }: TreeTarget): string {
    if (pane) return `%${pane.id}`;
    return window ? `${session!.name}/${window.index}` : (session?.name ?? "");
  }

  /** Ends the pane behind a link. */
  private killFar(target: PaneLink): void {
    const link = this.tui.routes.find(target);
    if (link) this.onServer(link.name, "kill", { target: `%${target.pane}` });
    else this.tui.say(`not connected to the server of ${this.tui.routes.nameOf(target)}`, true);
  }

  /** The view ends. */
  dispose(): void {
    this.lists.dispose();
    this.preview.dispose();
  }

  framed(link: ServerLink, pane: number): void {
    this.preview.frame(link, pane);
  }

  serverRemoved(link: ServerLink): void {
    this.lists.forget(link);
  }

  /** The tree, to choose a pane of any server that the window shall show. */
  async chooseLink(side: Side): Promise<void> {
    if (!this.tui.servers.several) return this.tui.say("only one server is open: start with fugue -a, or -s NAME for each");
    this.choosesLink = true;
    await this.showTree({ windows: true }, {
      choose: (target) => void this.tui.actions.link(`${target.server}:${this.targetOf(target)}`, side).catch((error) => this.tui.fail(error)),
      create: (server, name) => void this.createLinked(server, name, side),
    });
  }

  private async createLinked(server: string, name: string | undefined, side: Side): Promise<void> {
    try {
      const { result } = await this.tui.servers.named(server).command("new", { name, detached: true });
      if (this.openTree) this.tui.closeOverlay(this.openTree);
      await this.tui.actions.link(`${server}:${(result as { sessions: { name: string }[] }).sessions[0]!.name}`, side);
    } catch (error) {
      this.tui.fail(error);
    }
  }

  private choose(target: TreeTarget): void {
    const text = this.targetOf(target);
    if (!target.session) return;
    if (target.server !== this.tui.link.name || !this.tui.view) return void this.tui.front.show(target.server, text).catch((error) => this.tui.fail(error));
    if (!this.tui.link.connected) this.tui.keys.giveUp();
    const what = target.pane ? "pane" : target.window ? "window" : "session";
    void this.tui.actions.runLine(`${what} select ${text}`);
  }

  /** Runs a command on the server that a row of the tree belongs to, whichever is in front. */
  private onServer(server: string, command: string, args: Record<string, unknown>): void {
    const link = this.tui.servers.named(server);
    link.command(command, args).then(() => this.lists.refresh(link)).catch((error) => this.tui.fail(error));
  }

  private async create(server: string, name: string | undefined): Promise<void> {
    const { tui } = this;
    try {
      const size = { cols: tui.terminal.cols, rows: tui.screen.height };
      const { result } = await tui.servers.named(server).command("new", { name, detached: true, size });
      const session = (result as { sessions: { name: string }[] }).sessions[0]!;
      if (this.openTree) tui.closeOverlay(this.openTree);
      await tui.front.show(server, session.name);
    } catch (error) {
      tui.fail(error);
    }
  }

  private retry(server: string): void {
    const link = this.tui.servers.named(server);
    if (!link.connected) void link.retry(this.prompter(link.name)).then(() => this.lists.refresh(link)).catch(() => {});
  }

  /** Asks on this screen what a server wants to know. */
  private prompter(server: string): Prompter {
    const ask = (text: string, hidden: boolean) => new Promise<string | undefined>((resolve) => {
      this.show((host) => new CommandPrompt(host, {
        ...this.promptLook, label: `${server}: ${text} `, keys: this.tui.config.options.statusKeys, hidden,
        accept: (answer) => resolve(answer), cancel: () => resolve(undefined),
      }));
    });
    return {
      progress: (stage, detail) => this.tui.say(`${server}: ${stage}${detail ? ` ${detail}` : ""}`),
      ask: ({ text, echo }) => ask(text, !echo),
      // a fingerprint has to be read to its end
      confirm: (question) => new Promise((resolve) => void this.request(`${server}: ${printable(question, 1000)}`, resolve)),
    };
  }

  /** An open tree follows its servers. */
  viewChanged(_view: View): void {
    if (this.isTreeOpen && !this.tui.servers.several) this.lists.refresh();
  }

  serversChanged(link?: ServerLink): void {
    if (!this.isTreeOpen) return;
    if (link) this.lists.refresh(link);
    else this.listsChanged();
  }

  private get isTreeOpen(): boolean {
    return this.openTree !== undefined && this.tui.screen.overlays.includes(this.openTree);
  }

  private listsChanged(): void {
    if (this.isTreeOpen) this.openTree!.setSessions(this.lists.all());
  }

  async help(): Promise<void> {
    const help = await this.panel((context) => new Help(context));
    const { prefix, root } = this.tui.keymap;
    help.setBindings([
      ...[...prefix.values()].map((b) => ({ table: "prefix", key: b.key, command: b.command, help: b.help })),
      ...[...root.values()].map((b) => ({ table: "root", key: b.key, command: b.command, help: b.help })),
    ]);
  }

  async buffers(): Promise<void> {
    const list = async () => ((await this.tui.call("buffer ls", {})) as { buffers: BufferInfo[] }).buffers;
    const buffers = await list();
    if (buffers.length === 0) return this.tui.say("there is no paste buffer");
    const picker: BufferPicker = await this.panel((context) => new BufferPicker(context, {
      paste: (name) => void this.tui.actions.paste(name).catch((error) => this.tui.fail(error)),
      delete: (name) => void this.tui.call("buffer delete", { name }).then(list).then((left) => picker.setBuffers(left)),
    }));
    picker.setBuffers(buffers);
  }

  async clients(): Promise<void> {
    const list = async () => ((await this.tui.call("clients", {})) as { clients: ClientInfo[] }).clients;
    const picker: ClientPicker = await this.panel((context) => new ClientPicker(context, {
      detach: (client) => void this.tui.call("detach", { client }).then(list).then((left) => picker.setClients(left)).catch(() => {}),
    }));
    picker.setClients(await list());
  }

  async messages(): Promise<void> {
    (await this.panel((context) => new Messages(context))).setMessages(this.tui.messages.all);
  }

  async text(title: string, lines: string[]): Promise<void> {
    await this.panel((context) => new TextPopup(context, title, lines.join("\n")));
  }

  /** Where a pane lies on the screen. */
  private rectOf(pane: number): OverlayRect | undefined {
    const { view, screen, terminal } = this.tui;
    const leaf = view?.leaves.find((l) => l.pane === pane);
    if (!view || !leaf) return undefined;
    const offset = windowOffset({ cols: terminal.cols, height: screen.height, view, mirrors: screen.shownMirrors() });
    return { x: leaf.x - offset.x, y: leaf.y - offset.y + screen.top, cols: leaf.cols, rows: leaf.rows };
  }

  paneNumbers(): void {
    const { options } = this.tui.config;
    const { view } = this.tui;
    if (!view) return;
    this.show((host) => new PaneNumbers(host, this.tui.clock, {
      panes: () => view.leaves.flatMap(({ pane }) => {
        const rect = this.rectOf(pane);
        const index = view.panes.find((p) => p.id === pane)?.index ?? 0;
        return rect ? [{ id: pane, index, active: pane === this.tui.focus.pane, rect }] : [];
      }),
      backdrop: () => this.tui.screen.backdrop(),
      select: (pane) => void this.tui.actions.runLine(`pane select %${pane}`),
      color: options.displayPanesColour, activeColor: options.displayPanesActiveColour, ms: options.displayPanesTime,
    }));
  }

  clock(): void {
    const { options } = this.tui.config;
    const { pane } = this.tui.focus;
    this.show((host) => new ClockOverlay(host, this.tui.clock, {
      area: () => this.rectOf(pane), color: options.clockModeColour, hours: options.clockModeStyle,
    }));
  }
}
