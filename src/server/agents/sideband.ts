/**
 * What programs ask by the sideband: carried out as the preset of their pane allows it, in their own session only, and
 * bounded in depth, number and rate. What needs a person's yes is shown to those who look at the session, and expires.
 */
import { parseSideband, writtenOut, type SidebandRequest, type SpawnRequest } from "../../agents/sideband.ts";
import type { Timer } from "../../base/clock.ts";
import { asFugueError, FugueError } from "../../base/errors.ts";
import { printable } from "../../base/names.ts";
import { randomHex, systemRandom } from "../../base/random.ts";
import type { ProgramRequest } from "../../commands/agent-context.ts";
import type { Preset, SidebandPolicy } from "../../config/presets.ts";
import type { Daemon } from "../daemon.ts";
import { splitPane } from "../model/layout.ts";
import type { PaneState } from "../model/state.ts";
import { paneSpec } from "../panes/pane-spec.ts";
import type { Pane } from "../panes/pane.ts";
import { foregroundFolder } from "../panes/program.ts";

/** A request that nobody answers is forgotten after this long. */
export const ASK_MS = 60_000;
/** Requests of one pane, and of all, that may wait for an answer; further ones are refused. */
const MOST_ASKED_BY_ONE = 3;
const MOST_ASKED = 20;
/** Programs that programs start may start others, so many generations deep. */
const DEEPEST = 3;
/** Panes of a session that were made this way. */
const MOST_SPAWNED = 16;
/** What a pane may ask for in a minute. */
const RATES: Readonly<Record<SidebandRequest["kind"], number>> = { spawn: 6, mail: 60, notify: 60, status: 240, title: 240 };
const MINUTE_MS = 60_000;
const MAIL_EXPIRY_MS = 7 * 86_400_000;
const LONGEST_STATUS = 1000;
const LONGEST_TITLE = 128;

interface Asked extends ProgramRequest {
  readonly request: SidebandRequest;
  readonly timer: Timer;
}

/** A notice for people, on its way through the pacing that all notices of a pane have. */
export type Notify = (title: string, body: string) => void;

/** Hears why a request is not done. */
export type Refused = (why: string) => void;

export class Sideband {
  private readonly asked = new Map<number, Asked>();
  private next = 1;
  /** When requests of each kind came, in the last minute. */
  private readonly came = new Map<Pane, Map<string, number[]>>();

  constructor(private readonly daemon: Daemon) {}

  /** A program wrote a request. Never throws. */
  handle(pane: Pane, payload: string, notify: Notify): void {
    const policy = this.policyOf(pane.id);
    if (policy === "off") return;
    const request = parseSideband(payload);
    if (!request) return this.note(pane.id, "unknown", "not understood");
    this.take(pane, request, notify);
  }

  private presetOf(id: number): Preset | undefined {
    const name = this.daemon.model.panes.get(id)?.preset;
    return name === undefined ? undefined : this.daemon.settings().presets.find((preset) => preset.name === name);
  }

  /** What the preset of a pane allows its programs. A pane without one has nothing. */
  private policyOf(id: number): SidebandPolicy {
    return this.presetOf(id)?.sideband ?? "off";
  }

  /** Whether what the agent of a pane says may be a request as well. */
  hearsText(id: number): boolean {
    return this.presetOf(id)?.sideband_text === true && this.policyOf(id) !== "off";
  }

  /** The agent of a pane has asked for this in its own words. @param refused told at once or later, once at most */
  spoken(pane: Pane, request: SpawnRequest, refused: Refused): void {
    this.take(pane, request, () => {}, refused);
  }

  private take(pane: Pane, request: SidebandRequest, notify: Notify, refused: Refused = () => {}): void {
    const refuse = (why: string) => {
      this.note(pane.id, request.kind, why);
      refused(why);
    };
    if (!this.isPaced(pane, request.kind)) return refuse("too many in a minute");
    // what a program says of itself runs nothing
    const asks = this.policyOf(pane.id) === "ask" && (request.kind === "spawn" || request.kind === "mail");
    if (asks) return this.ask(pane, request, refuse);
    void this.carryOut(pane.id, request, notify).then(
      () => this.note(pane.id, request.kind, "done"), (error) => refuse(asFugueError(error).message),
    );
  }

  private isPaced(pane: Pane, kind: SidebandRequest["kind"]): boolean {
    const now = this.daemon.clock.now();
    const kinds = this.came.get(pane) ?? new Map<string, number[]>();
    this.came.set(pane, kinds);
    const times = (kinds.get(kind) ?? []).filter((at) => now - at < MINUTE_MS);
    kinds.set(kind, times);
    if (times.length >= RATES[kind]) return false;
    times.push(now);
    return true;
  }

  private note(id: number, command: string, outcome: string): void {
    this.daemon.audit.info(`sideband ${command}`, { pane: `%${id}`, outcome: printable(outcome, 300) });
  }

  // Asking a person

  private ask(pane: Pane, request: SidebandRequest, refuse: Refused): void {
    const { daemon } = this;
    const window = daemon.windowOf(pane.id);
    if (!window) return;
    const mine = [...this.asked.values()].filter((each) => each.pane === pane.id);
    const text = this.describe(request);
    if (mine.some((each) => each.text === text)) return;
    if (mine.length >= MOST_ASKED_BY_ONE || this.asked.size >= MOST_ASKED) return refuse("too many requests wait");
    const id = this.next++;
    const timer = daemon.clock.after(ASK_MS, () => this.settle(id, "expired"));
    const session = daemon.model.session(window.session);
    this.asked.set(id, { id, pane: pane.id, session: session.name, text, expiresAt: daemon.clock.wall() + ASK_MS, request, timer });
    for (const client of daemon.clients) {
      if (!client.attached || client.readOnly || !client.focus.valid || client.focus.session !== window.session) continue;
      client.event({ kind: "request", id, pane: pane.id, text, expiresMs: ASK_MS });
    }
  }

  /** What would be done, as a whole, with everything written out that is not plain text. */
  private describe(request: SidebandRequest): string {
    if (request.kind === "mail") return `put a message of the type ${request.type} into the inbox of its session: ${writtenOut(request.text)}`;
    if (request.kind !== "spawn") return request.kind;
    const { command, preset, dir, where, name } = request;
    const what = preset === undefined ? `run in a shell: ${writtenOut(command!)}` : `start the preset ${writtenOut(preset)}`;
    const place = where === "window" ? "a new window" : `a new pane (${where})`;
    return `${what} -- in ${place}${name === undefined ? "" : ` called ${writtenOut(name)}`}${dir === undefined ? "" : `, in the folder ${writtenOut(dir)}`}`;
  }

  /** What waits for an answer, oldest first. */
  list(): ProgramRequest[] {
    return [...this.asked.values()].map(({ id, pane, session, text, expiresAt }) => ({ id, pane, session, text, expiresAt }));
  }

  /** @throws FugueError `noTarget` if it has expired or was answered; what comes of carrying it out */
  async answer(id: number, yes: boolean): Promise<void> {
    const asked = this.settle(id, yes ? "allowed" : "refused");
    if (!asked) throw new FugueError("noTarget", `there is no request ${id}`, "it has expired or was answered; see: fugue agent requests");
    if (!yes) return;
    if (!this.daemon.model.panes.has(asked.pane)) throw new FugueError("noTarget", `pane %${asked.pane} is gone`);
    await this.carryOut(asked.pane, asked.request, () => {});
  }

  private settle(id: number, outcome: string): Asked | undefined {
    const asked = this.asked.get(id);
    if (!asked) return undefined;
    this.asked.delete(id);
    asked.timer.cancel();
    this.note(asked.pane, asked.request.kind, outcome);
    for (const client of this.daemon.clients) if (client.attached) client.event({ kind: "request", id, pane: asked.pane, text: "", expiresMs: 0 });
    return asked;
  }

  /** A pane is gone: what it asked for is not done any more. */
  paneGone(pane: Pane): void {
    this.came.delete(pane);
    for (const { id, pane: by } of [...this.asked.values()]) if (by === pane.id) this.settle(id, "its pane is gone");
  }

  dispose(): void {
    for (const { timer } of this.asked.values()) timer.cancel();
    this.asked.clear();
  }

  // Carrying out

  private async carryOut(id: number, request: SidebandRequest, notify: Notify): Promise<void> {
    const { daemon } = this;
    const state = daemon.model.pane(id);
    switch (request.kind) {
      case "spawn":
        return this.spawn(state, request);
      case "notify":
        return notify(request.title, request.body);
      case "title":
        state.name = request.text === "" ? undefined : printable(request.text, LONGEST_TITLE);
        return daemon.model.touch();
      case "status":
        return this.status(state, request);
      case "mail":
        return this.mail(state, request);
    }
  }

  private async spawn(parent: PaneState, { command, preset, name, dir, where }: SpawnRequest): Promise<void> {
    const { model, clock, env, life } = this.daemon;
    const depth = (parent.spawnDepth ?? 0) + 1;
    if (depth > DEEPEST) throw new FugueError("refused", `programs start others ${DEEPEST} generations deep at most`);
    const session = model.sessionOf(parent.id);
    const made = [...model.panes.values()].filter((pane) => pane.spawnDepth !== undefined && model.sessionOf(pane.id) === session);
    if (made.length >= MOST_SPAWNED) throw new FugueError("refused", `${MOST_SPAWNED} panes of the session were made so already`);
    const leader = this.daemon.panes.get(parent.id);
    const cwd = (leader && foregroundFolder(leader.pid)) ?? parent.cwd;
    const options = { cwd: dir, preset, ...(command !== undefined && { command: [command] }) };
    const spec = paneSpec(options, this.daemon.settings(), env.HOME, cwd);
    const now = clock.wall();
    const beside = model.window(parent.window);
    const kind = where === "left" || where === "right" ? "row" : "column";
    const before = where === "left" || where === "up";
    const pane = where === "window"
      ? model.newWindow(session.id, { cols: beside.cols, rows: beside.rows, now }, spec).pane
      : model.newPane(parent.window, now, spec, (tree, fresh) => splitPane(tree, parent.id, fresh, kind, undefined, before));
    pane.spawnDepth = depth;
    if (name !== undefined) pane.name = printable(name, LONGEST_TITLE);
    await life.spawn(pane);
  }

  private status(state: PaneState, { state: does, question, text }: SidebandRequest & { kind: "status" }): void {
    const pane = this.daemon.panes.get(state.id);
    if (does !== undefined && pane) this.daemon.agents.report(pane, { state: does, ...(question !== undefined && { question }) }, undefined);
    if (text === undefined) return;
    state.meta = { ...state.meta, status: text.slice(0, LONGEST_STATUS) };
    this.daemon.model.touch();
  }

  private mail(state: PaneState, { type, text }: SidebandRequest & { kind: "mail" }): void {
    const { daemon } = this;
    const session = daemon.model.sessionOf(state.id);
    const sentAt = daemon.clock.wall();
    const from = { server: daemon.serverId, session: session.id, name: session.name };
    daemon.mail.messages.post({ id: randomHex(systemRandom, 8), from, type, payload: text, sentAt, expiresAt: sentAt + MAIL_EXPIRY_MS }, { session: session.id });
  }
}
