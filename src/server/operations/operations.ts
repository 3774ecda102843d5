/** What a command runs against in the daemon: the ports of ServerContext, for one caller. */
import { FugueError } from "../../base/errors.ts";
import { RELEASE } from "../../base/release.ts";
import type { Caller, Clients, ClientInfo, ServerContext, Sessions, SessionRef, PaneRef, SessionOptions, SpawnOptions, WindowRef } from "../../commands/context.ts";
import type { AgentRights, AuditEntry, WhoAmI } from "../../commands/caller-context.ts";
import type { ServerStatus } from "../../commands/server-status.ts";
import { formatAddress } from "../../config/address.ts";
import { PROTOCOL_MAX } from "../../protocol/limits.ts";
import type { Attach } from "../../protocol/messages.ts";
import type { ClientConnection } from "../connections/client-connection.ts";
import type { Daemon } from "../daemon.ts";
import { purgePanes } from "../saved-panes.ts";
import { panesOf } from "../model/layout.ts";
import type { PaneSpec } from "../model/model.ts";
import { paneSpec } from "../panes/pane-spec.ts";
import { audit, ownersFor, rightsOf } from "./agent-caller.ts";
import { presetNamed } from "../../harness/launch.ts";
import { AgentOperations } from "./agent-operations.ts";
import { Finder } from "./find.ts";
import { Labels } from "./labels.ts";
import { MessageOperations } from "./message-operations.ts";
import { PaneOperations } from "./pane-operations.ts";
import { TrustOperations } from "./trust-operations.ts";
import { WindowOperations } from "./window-operations.ts";

/** Size of what nobody looks at yet. */
const DETACHED_SIZE = { cols: 80, rows: 24 };

/** What `status` tells of the disk. */
function savedStatus({ disk, restored }: Daemon): ServerStatus["saved"] {
  const { savedAt, bytes, failing } = disk.status;
  return { at: savedAt, bytes, failing: failing ?? null, restored: restored ?? null };
}

export class Operations implements ServerContext {
  readonly caller: Caller;
  readonly find: Finder;
  readonly sessions: Sessions;
  readonly windows: WindowOperations;
  readonly panes: PaneOperations;
  readonly clients: Clients;
  readonly agents: AgentOperations;
  readonly trust: TrustOperations;

  /** @param onCancel registers what to do when the caller gives up */
  constructor(readonly daemon: Daemon, readonly connection: ClientConnection, readonly onCancel: (cancel: () => void) => void) {
    const { hello, attached, readOnly } = connection;
    this.caller = {
      kind: attached ? "person" : hello?.kind === "mcp" ? "agent" : "script",
      client: attached ? connection.id : undefined,
      pane: hello?.pane,
      readOnly,
    };
    this.find = new Finder(daemon, this.caller, attached ? connection.focus : undefined);
    this.windows = new WindowOperations(this);
    this.panes = new PaneOperations(this);
    this.agents = new AgentOperations(this);
    this.sessions = { create: (o) => this.createSession(o), rename: (id, name) => daemon.model.renameSession(id, name), kill: (id) => this.killSession(id) };
    this.clients = this.clientPort();
    this.trust = new TrustOperations(daemon, connection.peer.trusted && !readOnly);
  }

  get labels(): Labels {
    return new Labels(this.daemon.model);
  }

  get mail(): MessageOperations {
    return new MessageOperations(this);
  }

  get rights(): AgentRights {
    return rightsOf(this.daemon, this.connection);
  }

  audit(entry: AuditEntry): void {
    audit(this.daemon, this.connection, entry);
  }

  whoami(): WhoAmI {
    const { model, serverId, env } = this.daemon;
    const pane = this.person?.focus.valid ? this.person.focus.pane : this.caller.pane;
    const state = pane === undefined ? undefined : model.panes.get(pane);
    return {
      kind: this.caller.kind, server: serverId, host: env.HOSTNAME ?? "", pane: state?.id ?? null, window: state?.window ?? null,
      session: state ? model.sessionOf(state.id).id : null, target: state ? this.find.label(state.id) : null,
    };
  }

  get buffers() {
    return this.daemon.buffers;
  }

  get person(): ClientConnection | undefined {
    return this.caller.kind === "person" ? this.connection : undefined;
  }

  /** Moves the caller's focus if it is a person; for others only the window's default changes. */
  look(pane: number, always = true): void {
    const { model, clock } = this.daemon;
    if (this.person) {
      const { focus } = this.connection;
      const left = focus.valid ? focus.window : undefined;
      focus.lookAt(pane);
      model.focus(pane, clock.wall());
      this.connection.active();
      if (left !== undefined && left !== focus.window) this.daemon.windowLeft(left);
    } else if (always && this.caller.kind === "agent") model.prefer(pane);
    else if (always) model.focus(pane, clock.wall());
  }

  /** The size for something new: the caller's terminal, that of a window beside it, or 80×24. */
  sizeFor(window?: WindowRef): { cols: number; rows: number } {
    if (this.person) return { cols: this.person.cols, rows: this.person.rows };
    return window ? { cols: window.cols, rows: window.rows } : DETACHED_SIZE;
  }

  /** What a new pane runs, in the folder of `beside` unless it says otherwise. */
  spec(options: SpawnOptions, beside?: number): PaneSpec {
    const { daemon } = this;
    return paneSpec(options, daemon.settings(), daemon.env.HOME, beside === undefined ? daemon.env.HOME : this.find.cwdOf(beside));
  }

  /** Tags that a preset gives the session that is made for it. */
  private tagsOf({ preset }: SpawnOptions): readonly string[] {
    return preset === undefined ? [] : (presetNamed(preset, this.daemon.settings().presets).tags ?? []);
  }

  /** @param clientEnv variables of the client that is about to attach */
  private async createSession(options: SessionOptions, clientEnv: Record<string, string> = {}): Promise<{ session: SessionRef; window: WindowRef; pane: PaneRef }> {
    const { model, clock } = this.daemon;
    const size = this.sizeFor();
    const made = model.newSession(
      { name: options.name, cols: options.cols ?? size.cols, rows: options.rows ?? size.rows, tags: [...new Set([...(options.tags ?? []), ...this.tagsOf(options)])], env: options.env, now: clock.wall(), owners: this.person ? undefined : ownersFor(this.daemon, this.connection) },
      this.spec({ ...options, env: {} }),
    );
    made.session.restore = options.restore;
    made.session.unsaved = options.unsaved;
    this.daemon.follow(made.session.id, clientEnv);
    await this.daemon.life.spawn(made.pane);
    return made;
  }

  private killSession(id: number): void {
    for (const window of [...this.daemon.model.session(id).windows]) this.windows.kill(window);
  }

  /** The pane that an attach shows: the target's, the last session's, or that of a new session. */
  async sessionToAttach(request: Attach): Promise<number> {
    const { model } = this.daemon;
    if (request.target !== undefined) return this.paneToAttach(request.target, request.session);
    const wanted = request.create;
    if (wanted && (wanted.name !== undefined || wanted.command?.length || model.sessions.size === 0)) {
      const { name, cwd, command, env, tags } = wanted;
      const made = await this.createSession({ name, cwd, command, env, tags, cols: request.cols, rows: request.rows }, request.env);
      return made.pane.id;
    }
    return this.find.pane(undefined).id;
  }

  private paneToAttach(target: string, fallback: string | undefined): number {
    try {
      return this.find.pane(target).id;
    } catch (error) {
      if (fallback === undefined) throw error;
      return this.find.pane(fallback).id;
    }
  }

  private clientPort(): Clients {
    const { daemon } = this;
    const attached = () => [...daemon.clients].filter((c) => c.attached && c.focus.valid);
    const byId = (id: number): ClientConnection => {
      const found = attached().find((c) => c.id === id);
      if (!found) throw new FugueError("noTarget", `no client ${id}`, "list them with: fugue clients");
      return found;
    };
    const me = (id?: number): ClientConnection => {
      if (id !== undefined) return byId(id);
      if (!this.person) throw new FugueError("usage", "this command needs a client", "name one with --client, see: fugue clients");
      return this.person;
    };
    return {
      list: () => attached().map((c) => this.clientInfo(c)),
      detach: (id, reason) => byId(id).detach(reason),
      switchTo: (session, client) => this.showSession(me(client), session),
      step: (to) => {
        const client = me();
        const ids = [...daemon.model.sessions.keys()];
        const at = ids.indexOf(client.focus.session);
        const next = to === "last" ? client.focus.lastSession : ids[(at + (to === "next" ? 1 : ids.length - 1)) % ids.length];
        if (next === undefined || !daemon.model.sessions.has(next)) throw new FugueError("failed", "there is no last session");
        this.showSession(client, next);
      },
      message: (text, client) => me(client).event({ kind: "message", text, level: "info" }),
    };
  }

  private showSession(client: ClientConnection, session: number): void {
    client.focus.setSession(session);
    client.focus.lookAt(client.focus.pane);
    client.active();
    client.sync();
  }

  private clientInfo(client: ClientConnection): ClientInfo {
    return {
      id: client.id, name: client.hello!.name, pid: client.hello!.pid, session: this.daemon.model.session(client.focus.session).name,
      cols: client.cols, rows: client.rows, readOnly: client.readOnly, attachedAt: client.attachedAt, activeAt: client.activeAt,
    };
  }

  status(): ServerStatus {
    const { daemon } = this;
    const { welcome, model } = daemon;
    return {
      id: daemon.serverId, release: RELEASE, protocol: PROTOCOL_MAX, home: daemon.paths.home,
      keeper: {
        pid: welcome.pid, release: welcome.release ?? null, startedAt: welcome.startedAt, restarts: welcome.restarts, lastExit: welcome.lastExit ?? null,
        replaced: daemon.keeper.replaced ? { why: null, ...daemon.keeper.replaced } : null,
      },
      daemon: { pid: process.pid, startedAt: daemon.startedAt },
      upgrade: daemon.keeper.upgrade ? { why: null, ...daemon.keeper.upgrade } : null,
      saved: savedStatus(daemon),
      sessions: model.sessions.size, windows: model.windows.size, panes: model.panes.size,
      clients: [...daemon.clients].filter((c) => c.attached).length, 
      listening: daemon.listening.map(formatAddress), notListening: [...daemon.notListening],
    };
  }

  stop(): void {
    this.daemon.stop();
  }

  async upgrade(executable: string, keeper: boolean): Promise<void> {
    const { state, why } = await this.daemon.upgrade(executable, keeper);
    if (state === "failed") throw new FugueError("failed", `the upgrade failed: ${why}`, "everything runs as before");
  }

  purge(session?: number): number {
    return purgePanes(this.daemon, session);
  }

  /** Panes of a window in layout order. */
  panesIn(window: WindowRef): number[] {
    return panesOf(this.daemon.model.window(window.id).tree);
  }
}
