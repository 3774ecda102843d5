/** What commands do to panes. */
import { FugueError } from "../../base/errors.ts";
import { checkName, printable } from "../../base/names.ts";
import type { Capture, CaptureOptions, PaneRef, PaneSearch, PaneSize, Panes, RunOutcome, Side, SpawnOptions, WaitCondition, WaitResult, WindowRef } from "../../commands/context.ts";
import type { PaneLink } from "../../protocol/messages.ts";
import type { InputEvent } from "../../protocol/input.ts";
import { COMMAND_CLIENT } from "../../protocol/limits.ts";
import { mapPanes, neighbour, panesOf, resizePane, setPaneSize, splitPane, splitWhole } from "../model/layout.ts";
import { PaneIsStarting } from "../restoring.ts";
import type { Pane } from "../panes/pane.ts";
import { capturePane, outputCursor, searchPane } from "./capture.ts";
import type { Operations } from "./operations.ts";

const SEND_PATIENCE_MS = 30_000;
/** Agents don't type into a pane for this long after a person did. */
const PERSON_MS = 2000;

export class PaneOperations implements Panes {
  constructor(private readonly ops: Operations) {}

  private get model() {
    return this.ops.daemon.model;
  }

  get marked(): number | undefined {
    return this.model.marked;
  }

  private live(id: number): Pane {
    this.refuseLink(id);
    const pane = this.ops.daemon.panes.get(id);
    if (!pane && this.ops.daemon.restoring.waits(id)) throw new PaneIsStarting(id);
    if (!pane) throw new FugueError("noTarget", `pane %${id} is not running`);
    return pane;
  }

  /** What is about a program is not about a link, which has none. @throws FugueError `usage` */
  private refuseLink(id: number): void {
    const link = this.model.panes.get(id)?.link;
    if (link) throw new FugueError("usage", `%${id} is a link`, `name the pane itself: ${printable(link.name)}:%${link.pane}`);
  }

  async split(target: number, options: SpawnOptions & { side: Side; size?: PaneSize; whole?: boolean; select?: boolean }): Promise<PaneRef> {
    const kind = options.side === "left" || options.side === "right" ? "row" : "column";
    const before = options.side === "left" || options.side === "up";
    const window = this.model.pane(target).window;
    const place = (tree: Parameters<typeof splitPane>[0], pane: number) =>
      options.whole ? splitWhole(tree, pane, kind, options.size, before) : splitPane(tree, target, pane, kind, options.size, before);
    const state = this.model.newPane(window, this.ops.daemon.clock.wall(), this.ops.spec(options, target), place);
    if (options.name !== undefined) state.name = printable(options.name);
    await this.ops.daemon.life.spawn(state);
    if (options.select ?? this.ops.person !== undefined) this.ops.look(state.id);
    return state;
  }

  link(target: number, link: PaneLink, options: { side: Side; size?: PaneSize }): PaneRef {
    const kind = options.side === "left" || options.side === "right" ? "row" : "column";
    const before = options.side === "left" || options.side === "up";
    const { daemon } = this.ops;
    const { window } = this.model.pane(target);
    // nothing runs in it, but panes that are split off from it do
    const spec = { command: [], cwd: this.ops.find.cwdOf(target), env: {} };
    const state = this.model.newPane(window, daemon.clock.wall(), spec, (tree, pane) => splitPane(tree, target, pane, kind, options.size, before));
    state.link = link;
    if (this.ops.person !== undefined) this.ops.look(state.id);
    return state;
  }

  kill(id: number): void {
    this.model.pane(id);
    this.ops.daemon.life.kill(id);
  }

  rename(id: number, name: string): void {
    this.refuseLink(id);
    this.model.pane(id).name = name === "" ? undefined : checkName("pane", name);
    this.model.touch();
  }

  select(id: number): void {
    this.ops.look(id);
  }

  neighbour(id: number, to: Side | "next" | "previous" | "last"): PaneRef | undefined {
    const window = this.model.window(this.model.pane(id).window);
    const panes = panesOf(window.tree);
    const at = panes.indexOf(id);
    const found = to === "next" ? panes[(at + 1) % panes.length]
      : to === "previous" ? panes[(at + panes.length - 1) % panes.length]
      : to === "last" ? window.recent.find((p) => p !== id && panes.includes(p))
      : neighbour(window.tree, id, to, window.recent);
    return found === undefined || found === id ? undefined : this.model.pane(found);
  }

  swap(a: number, b: number): void {
    if (a === b) return;
    const first = this.model.pane(a);
    const second = this.model.pane(b);
    const one = this.model.window(first.window);
    const two = this.model.window(second.window);
    const map = (p: number) => (p === a ? b : p === b ? a : p);
    for (const window of new Set([one, two])) {
      window.zoomed = undefined;
      this.model.setTree(window.id, mapPanes(window.tree, map));
    }
    if (one === two) return;
    first.window = two.id;
    second.window = one.id;
    for (const [window, gone, came] of [[one, a, b], [two, b, a]] as const) {
      window.recent = window.recent.map((p) => (p === gone ? came : p));
      if (window.active === gone) window.active = came;
    }
    this.model.touch();
  }

  join(id: number, beside: number, options: { side: Side; size?: PaneSize }): void {
    if (id === beside) throw new FugueError("usage", "a pane can't be moved beside itself");
    const kind = options.side === "left" || options.side === "right" ? "row" : "column";
    const before = options.side === "left" || options.side === "up";
    const { session } = this.model.movePane(id, this.model.pane(beside).window, (tree, pane) => splitPane(tree, beside, pane, kind, options.size, before));
    if (session) this.ops.daemon.sessionEnded(session.id, session.name);
    this.ops.look(id);
  }

  break(id: number, options: { session?: number; index?: number; name?: string; select?: boolean }): WindowRef {
    const session = options.session ?? this.model.sessionOf(id).id;
    const window = this.model.breakPane(id, { session, index: options.index, name: options.name });
    if (options.select ?? true) this.ops.look(id, false);
    return window;
  }

  resize(id: number, side: Side, cells: number): void {
    const window = this.model.window(this.model.pane(id).window);
    window.zoomed = undefined;
    this.model.setTree(window.id, resizePane(window.tree, id, side, cells));
  }

  setSize(id: number, size: { cols?: number | { percent: number }; rows?: number | { percent: number } }): void {
    const window = this.model.window(this.model.pane(id).window);
    const cells = (value: number | { percent: number } | undefined, whole: number) =>
      value === undefined || typeof value === "number" ? value : Math.max(1, Math.round((whole * value.percent) / 100));
    window.zoomed = undefined;
    this.model.setTree(window.id, setPaneSize(window.tree, id, { cols: cells(size.cols, window.cols), rows: cells(size.rows, window.rows) }));
  }

  zoom(id: number, on: boolean | "toggle"): boolean {
    const window = this.model.window(this.model.pane(id).window);
    const wanted = on === "toggle" ? window.zoomed !== id : on;
    window.zoomed = wanted && panesOf(window.tree).length > 1 ? id : undefined;
    this.model.touch();
    return window.zoomed !== undefined;
  }

  async respawn(id: number, options: SpawnOptions & { kill: boolean }): Promise<void> {
    this.refuseLink(id);
    const state = this.model.pane(id);
    if (!state.exit && !options.kill) throw new FugueError("failed", `the program in %${id} still runs`, "end it first, or give --kill");
    await this.ops.daemon.life.respawn(id, options);
  }

  async pipe(id: number, command: string[] | undefined): Promise<void> {
    this.live(id).pipe(command);
  }

  mark(id: number | undefined): void {
    this.model.marked = id !== undefined && this.model.marked === id ? undefined : id;
    this.model.touch();
  }

  clearHistory(id: number): void {
    this.live(id).clearHistory();
  }

  async send(id: number, events: InputEvent[]): Promise<string> {
    const pane = this.live(id);
    if (pane.exit) throw new FugueError("failed", `the program in %${id} has ended`);
    this.yieldToPerson(pane);
    const { daemon } = this.ops;
    // a buffer that is pasted at a key is typing, too
    if (this.ops.person) pane.personAt = daemon.clock.now();
    const before = outputCursor(pane);
    for (const event of events) {
      const sequence = daemon.nextSequence();
      const done = daemon.waits.input(pane, COMMAND_CLIENT, sequence);
      pane.input(COMMAND_CLIENT, sequence, event);
      await this.patiently(done, id);
    }
    return before;
  }

  /** A person comes first: an agent does not type where one has typed just now. @throws FugueError `refused` */
  yieldToPerson(pane: Pane): void {
    const left = pane.personAt + PERSON_MS - this.ops.daemon.clock.now();
    if (this.ops.caller.kind !== "agent" || left <= 0) return;
    const seconds = (Math.ceil(left / 100) / 10).toFixed(1);
    throw new FugueError("refused", `a person is typing in %${pane.id}`, `try again in ${seconds} s`);
  }

  private async patiently(done: Promise<void>, id: number): Promise<void> {
    let late!: () => void;
    const timer = this.ops.daemon.clock.after(SEND_PATIENCE_MS, () => late());
    const timeout = new Promise<never>((_, reject) => {
      late = () => reject(new FugueError("timeout", `the program in %${id} does not read its input`));
    });
    await Promise.race([done, timeout]).finally(() => timer.cancel());
  }

  capture(id: number, options: CaptureOptions): Capture {
    return capturePane(this.live(id), options);
  }

  wait(ids: number[], condition: WaitCondition, all: boolean, timeoutMs: number | undefined): Promise<WaitResult[]> {
    const pending = this.ops.daemon.waits.start(ids.map((id) => this.live(id)), condition, all, timeoutMs);
    this.ops.onCancel(() => pending.cancel());
    return pending.promise;
  }

  ended(target: string): { pane: number; exit: { code: number | null; signal: string | null } } | undefined {
    return this.ops.daemon.exits.of(target);
  }

  async run(id: number, line: string, timeoutMs: number | undefined): Promise<RunOutcome> {
    const label = this.ops.find.label(id);
    const pane = this.live(id);
    if (pane.exit) throw new FugueError("failed", `the program in %${id} has ended`);
    const end = await this.ops.daemon.runs.typed(
      pane, line, (events) => this.send(id, events), timeoutMs, (cancel) => this.ops.onCancel(cancel),
    );
    return { pane: id, label, ...end };
  }

  async runNew(beside: number, options: SpawnOptions, timeoutMs: number | undefined): Promise<RunOutcome> {
    const { daemon, windows } = this.ops;
    const { pane } = await windows.create(this.model.sessionOf(beside).id, {
      ...options, cwd: options.cwd ?? this.ops.find.cwdOf(beside), select: false,
    });
    const label = this.ops.find.label(pane.id);
    const gaveUp = () => daemon.life.kill(pane.id);
    const end = await daemon.runs.program(this.live(pane.id), timeoutMs, (cancel) => this.ops.onCancel(() => {
      cancel();
      gaveUp();
    }));
    return { pane: pane.id, label, ...end };
  }

  signal(id: number, signal: number): void {
    this.live(id).kill(signal);
  }

  search(id: number, search: PaneSearch): { line: number; column: number; length: number } | undefined {
    return searchPane(this.live(id), search, this.ops.daemon.clock);
  }
}
