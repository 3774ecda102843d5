/**
 * One pane of the daemon: its emulator and what feeds it. Output comes from the keeper's log in order, is parsed in
 * pieces by the parse loop, and is paid for with credit. Replies and effects are counted from the pane's birth, so that
 * a replay after a crash stays silent up to what the keeper has recorded.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import type { PaneExit } from "../../keeper/protocol.ts";
import type { InputEvent } from "../../protocol/input.ts";
import type { TerminalEffect } from "../../terminal/effects.ts";
import { Emulator, type EmulatorEvents } from "../../terminal/emulator.ts";
import { ScreenImage } from "../../terminal/frame.ts";
import { History } from "../../terminal/history/history.ts";
import { MIN_COLS } from "../../terminal/history/line-wrap.ts";
import { PaneText } from "../../terminal/history/pane-text.ts";
import { resizeWithHistory } from "../../terminal/history/window-resize.ts";
import { encodeInput } from "./input-encoding.ts";
import { beginNewLife } from "./new-life.ts";
import { OutputPipe } from "./output-pipe.ts";
import { decodePaneCheckpoint, encodePaneCheckpoint } from "./pane-checkpoint.ts";
import { PaneEffects } from "./pane-effects.ts";
import { PromptMarks } from "./prompt-marks.ts";
import type { HistoryFile } from "../persistence/history-file.ts";
import type { KeeperLink, PaneFeed } from "./keeper-link.ts";
import type { Parsing } from "./parse-loop.ts";
import { TtyFlags } from "./tty-flags.ts";
import { UpdateHold } from "./update-hold.ts";

const PIECE_BYTES = 16 * 1024;
/** Cells that the parsing of a piece may write: a few milliseconds at the worst. */
const PIECE_WORK = 1_000_000;
/** Output the keeper may have under way to us, sized to this much parsing. */
const CREDIT_MS = 5;
const LEAST_CREDIT_BYTES = 32 * 1024;
const MOST_CREDIT_BYTES = 512 * 1024;
/** After this much output a checkpoint is due; also after this much quiet. */
const CHECKPOINT_BYTES = 6 * 1024 * 1024;
const CHECKPOINT_QUIET_MS = 400;
/** Input this old has had time to echo. */
const ECHO_MS = 50;
const HOT_ROWS = 100;
/** A control string longer than this holds nothing that is of use to us. */
const LONGEST_STRING_BYTES = 6 * 1024 * 1024;
const CANCEL = Uint8Array.of(0x18);
/** Clients whose written input is remembered, for the frames that report it. */
const MOST_TYPISTS = 256;
/** Blocks of history compressed at a time: about a millisecond. */
const COMPRESS_BLOCKS = 2;

type FeedRecord =
  | { kind: "output"; position: number; bytes: Uint8Array }
  | { kind: "resize"; position: number; cols: number; rows: number }
  | { kind: "exit"; position: number; exit: PaneExit };

/** What a pane tells the server. */
export interface PaneEvents {
  /** The screen changed, or may be shown again. */
  changed(pane: Pane): void;
  /** A synchronized update has been held back long enough: what there is may be shown. */
  holdExpired(pane: Pane): void;
  effect(pane: Pane, effect: TerminalEffect): void;
  exited(pane: Pane, exit: PaneExit): void;
  /** Input of a client is in the PTY (or was refused, with the reason). */
  inputDone(pane: Pane, client: number, sequence: number, refused?: string): void;
}

/** What a restarted daemon knows of a pane. */
export interface PaneRestore {
  /** Empty: there is none. */
  checkpoint: Uint8Array;
  /** Position of the checkpoint, which the history is loaded as of. */
  position: number;
  /** Largest effect ordinal that was carried out. */
  effect: number;
  /** Its program ended before the checkpoint. */
  exit?: PaneExit;
  /** The checkpoint is of an earlier life: another program begins below it, and this says so. Its log begins at 0. */
  note?: string;
}

interface WrittenInput {
  sequence: number;
  at: number;
}

export class Pane implements Parsing, PaneFeed {
  emulator: Emulator;
  readonly image = new ScreenImage();
  readonly history: History;
  /** All text of the pane: history, scrollback and screen. */
  readonly text: PaneText;
  typedAt = -1e9;
  /** When output came last. */
  activeAt = 0;
  /** When a person typed into it last, in milliseconds of the clock. */
  personAt = -Infinity;
  exit: PaneExit | undefined;
  /** Position in the keeper's log up to which everything is in the emulator. */
  position = 0;
  /** Bytes of output parsed since birth: what `wait --since` counts in. */
  cursorPosition = 0;
  private readonly effects: PaneEffects;
  private queue: FeedRecord[] = [];
  private parsed = 0;
  private granted = LEAST_CREDIT_BYTES;
  private bytesPerMs = 10_000;
  private checkpointed = 0;
  private quiet: Timer | undefined;
  private readonly hold: UpdateHold;
  /** A viewer waits for a frame: take it at the end of a synchronized update. */
  frameDue = false;
  private readonly writes = new Map<number, WrittenInput[]>();
  private closed = false;
  private outputPipe: OutputPipe | undefined;
  /** Within a control string that is too long to be kept: its rest is dropped. */
  private swallowing = false;
  readonly marks = new PromptMarks();
  private wanted: { cols: number; rows: number };
  /** Name of the program in front, kept by ProgramWatch. */
  program = "";
  readonly ttyFlags: TtyFlags;
  /** Title that clients were last told, kept by ProgramWatch. */
  titleSeen = "";
  /** Why the checkpoint that it was to go on from can't be read: its screen is empty, its history is there. */
  unreadable: unknown;

  constructor(
    readonly id: number,
    readonly pid: number,
    size: { cols: number; rows: number },
    private readonly keeper: KeeperLink,
    private readonly clock: Clock,
    private readonly events: PaneEvents,
    private readonly enqueue: (pane: Pane) => void,
    caps: { lines: number; bytes: number },
    private readonly historyFile: HistoryFile,
    restore?: PaneRestore,
  ) {
    this.ttyFlags = new TtyFlags(pid, clock);
    this.hold = new UpdateHold(clock, () => events.holdExpired(this));
    this.exit = restore?.exit;
    this.wanted = { ...size };
    const continues = () => this.emulator.scrollbackRow(0).isWrapped;
    const records = restore ? historyFile.load(restore.position) : [];
    if (!restore) historyFile.renew();
    this.history = History.restore(records, clock, continues, { maxLines: caps.lines, maxBytes: caps.bytes });
    this.effects = new PaneEffects(restore?.effect ?? 0, {
      write: (ordinal, bytes) => keeper.write(id, 0, 0, ordinal, bytes),
      record: (ordinal) => keeper.effect(id, ordinal),
      effect: (effect) => events.effect(this, effect),
    });
    this.emulator = this.restore(restore) ?? new Emulator({ ...size, scrollback: HOT_ROWS }, this.emulatorEvents());
    this.position = restore?.position ?? 0;
    this.text = new PaneText(this.history, this.emulator, clock);
    if (restore?.note !== undefined) this.beginAnew(restore.note, size);
    this.checkpointed = this.position;
    keeper.attach(id, this.position, this);
    keeper.credit(id, this.granted);
  }

  private readonly links = (id: number) => this.emulator.linkText(id);

  private emulatorEvents(): EmulatorEvents {
    return {
      reply: (bytes) => this.effects.reply(bytes),
      effect: (effect) => {
        // a mark with an id is that of a command that is waited for, no prompt of a shell
        if (effect.kind === "prompt" && effect.aid === undefined) this.notePrompt(effect.mark, effect.row);
        else this.effects.effect(effect);
      },
      lineTrimmed: (line) => this.history.append(line, this.emulator.cols, this.links),
      scrollbackCleared: (screenToo) => this.cleared(screenToo),
      synchronizedEnd: () => {
        this.hold.end();
        if (this.frameDue) this.image.update(this.emulator);
      },
    };
  }

  /** The scrollback is gone, and perhaps the screen: what is printed next has numbers that no line has had. */
  private cleared(screenToo: boolean): void {
    const isBlank = screenToo || this.emulator.screenIsBlank;
    this.history.clear(isBlank ? this.text.endLine : this.text.screenLine);
  }

  /** OSC 133: where prompts and outputs begin, for copy mode. What is drawn on the alternate screen is no text. */
  private notePrompt(mark: "A" | "B" | "C" | "D", row: number): void {
    if ((mark !== "A" && mark !== "C") || this.emulator.modes().alternateScreen) return;
    this.marks.mark(mark === "A" ? "prompt" : "output", this.text.locate(row, 0).line);
  }

  /** Rebuilds the emulator, and what the pane itself has to remember; undefined if that can't be read. */
  private restore(restore: PaneRestore | undefined): Emulator | undefined {
    if (!restore || restore.checkpoint.length === 0) return undefined;
    // should the checkpoint not say it: all that was asked counts as answered
    this.effects.ordinal = restore.effect;
    try {
      const { ordinal, swallowing, marks, emulator } = decodePaneCheckpoint(restore.checkpoint);
      this.effects.ordinal = ordinal;
      const restored = Emulator.restore(emulator, this.emulatorEvents());
      if (marks) this.marks.decode(marks);
      this.swallowing = swallowing;
      return restored;
    } catch (error) {
      this.unreadable = error;
      return undefined;
    }
  }

  /** Goes on from the screen of an earlier life, with a log that begins anew. */
  private beginAnew(note: string, size: { cols: number; rows: number }): void {
    beginNewLife(this.emulator, note);
    resizeWithHistory(this.emulator, this.history, size.cols, size.rows);
    this.position = this.effects.ordinal = 0;
    this.swallowing = false;
    this.historyFile.renew();
    this.checkpoint();
  }

  // The keeper's log

  output(position: number, bytes: Uint8Array): void {
    this.activeAt = this.clock.now();
    this.outputPipe?.write(bytes);
    this.queue.push({ kind: "output", position, bytes: bytes.slice() });
    this.enqueue(this);
  }

  resized(position: number, cols: number, rows: number): void {
    this.queue.push({ kind: "resize", position, cols, rows });
    this.enqueue(this);
  }

  exited(position: number, exit: PaneExit): void {
    this.queue.push({ kind: "exit", position, exit });
    this.enqueue(this);
  }

  written(client: number, sequence: number): void {
    const list = this.writes.get(client) ?? [];
    list.push({ sequence, at: this.clock.now() });
    if (list.length > 64) list.shift();
    this.writes.delete(client);
    this.writes.set(client, list);
    if (this.writes.size > MOST_TYPISTS) this.writes.delete(this.writes.keys().next().value!);
    this.events.inputDone(this, client, sequence);
  }

  refused(client: number, sequence: number): void {
    this.events.inputDone(this, client, sequence, "the program does not read its input");
  }

  // Parsing

  /** Whether all that came has been parsed. */
  get drained(): boolean {
    return this.queue.length === 0;
  }

  parsePiece(): boolean {
    const record = this.queue[0];
    if (!record || this.closed) return false;
    if (record.kind === "output") this.parseOutput(record);
    else {
      this.queue.shift();
      this.position = record.position + 1;
      if (record.kind === "resize") resizeWithHistory(this.emulator, this.history, record.cols, record.rows);
      else this.finish(record.exit);
    }
    this.effects.settle();
    this.hold.holds(this.emulator.synchronized);
    this.events.changed(this);
    this.scheduleCheckpoint();
    return this.queue.length > 0;
  }

  private parseOutput(record: FeedRecord & { kind: "output" }): void {
    // small records that follow each other are parsed in one turn
    const before = this.clock.now();
    let parsed = 0;
    let head: FeedRecord | undefined = record;
    while (head?.kind === "output" && parsed < PIECE_BYTES) {
      const piece = head.bytes.subarray(0, PIECE_BYTES - parsed);
      const taken = this.parse(piece);
      parsed += taken;
      head.position += taken;
      this.position = head.position;
      head.bytes = head.bytes.subarray(taken);
      if (head.bytes.length === 0) this.queue.shift();
      head = this.queue[0];
      if (taken < piece.length) break;
    }
    this.cursorPosition += parsed;
    this.giveCredit(parsed, this.clock.now() - before);
  }

  /**
   * Parses a piece. A control string that no checkpoint can be taken within for too long (the keeper's log would fill
   * up and nothing would ever end it) is cancelled, and what is left of it dropped.
   * @returns bytes parsed; fewer than there are if they make a lot of work
   */
  private parse(piece: Uint8Array): number {
    const { emulator } = this;
    if (!this.swallowing && emulator.inString && this.position - this.checkpointed >= LONGEST_STRING_BYTES) {
      emulator.parse(CANCEL);
      this.swallowing = true;
    }
    if (!this.swallowing) return emulator.parseSome(piece, PIECE_WORK);
    const end = piece.findIndex((byte) => byte === 0x07 || byte === 0x1b || byte === 0x18 || byte === 0x1a);
    if (end < 0) return piece.length;
    this.swallowing = false;
    // BEL, CAN and SUB end the string and are spent; ESC begins what comes next
    return piece[end] === 0x1b ? end : end + 1;
  }

  /** Gives the keeper credit so that about CREDIT_MS of parsing is under way. */
  private giveCredit(parsed: number, ms: number): void {
    if (parsed > 1024 && ms > 0.01) this.bytesPerMs = this.bytesPerMs * 0.9 + (parsed / ms) * 0.1;
    this.parsed += parsed;
    const wanted = Math.min(MOST_CREDIT_BYTES, Math.max(LEAST_CREDIT_BYTES, this.bytesPerMs * CREDIT_MS));
    const give = Math.round(this.parsed + wanted - this.granted);
    if (give < wanted / 4) return;
    this.granted += give;
    this.keeper.credit(this.id, give);
  }

  private finish(exit: PaneExit): void {
    this.exit = exit;
    this.events.exited(this, exit);
  }

  // Synchronized updates (DECSET 2026)

  /** Whether a picture is held back until a synchronized update ends. */
  get holding(): boolean {
    return this.hold.holds(this.emulator.synchronized);
  }

  /** The image to show now: up to date, or as it was at the end of the last synchronized update. */
  picture(): ScreenImage {
    if (!this.holding || this.image.epoch === 0) this.image.update(this.emulator);
    return this.image;
  }

  // Checkpoints

  private scheduleCheckpoint(): void {
    if (this.position - this.checkpointed >= CHECKPOINT_BYTES && this.emulator.atGround) return void this.checkpoint();
    this.quiet ??= this.clock.after(CHECKPOINT_QUIET_MS, () => {
      this.quiet = undefined;
      if (this.closed || this.position === this.checkpointed) return;
      if (this.clock.now() - this.activeAt < CHECKPOINT_QUIET_MS / 2) this.scheduleCheckpoint();
      else if (this.emulator.atGround) this.checkpoint();
      this.compress();
    });
  }

  /** Compresses history in steps, so that no other pane waits for it. */
  private compress(): void {
    if (!this.closed && !this.history.compressIdle(COMPRESS_BLOCKS)) this.clock.after(1, () => this.compress());
  }

  /** A checkpoint for whoever keeps it, which the keeper and the history file get as well; none within a sequence. */
  takeCheckpoint(): { position: number; bytes: Uint8Array } | undefined {
    if (this.closed || !this.emulator.atGround) return undefined;
    const bytes = this.checkpoint();
    return bytes && { position: this.position, bytes };
  }

  /** Whether the keeper has a checkpoint of all that is in the emulator. */
  get isCovered(): boolean {
    return this.position === this.checkpointed;
  }

  get historyPath(): string {
    return this.historyFile.path;
  }

  /** Removes what is on the disk of this pane's text. */
  purgeHistory(): void {
    this.historyFile.purge(this.history);
  }

  private checkpoint(): Uint8Array | undefined {
    const state = this.emulator.checkpoint();
    if (state.length === 0) return undefined;
    this.marks.dropBefore(this.history.firstLine);
    const { ordinal } = this.effects;
    const bytes = encodePaneCheckpoint({ ordinal, swallowing: this.swallowing, marks: this.marks.encode(), emulator: state });
    if (!this.keeper.takes(bytes)) return undefined;
    this.historyFile.save(this.history, this.position);
    this.keeper.checkpoint(this.id, this.position, bytes);
    this.checkpointed = this.position;
    // what has left this process reaches the keeper, even if this process is killed
    const settle = this.historyFile.prepare(this.history, this.position);
    if (settle) void this.keeper.flushed().then(settle);
    return bytes;
  }

  // What people and commands do

  /** Writes an input event as the program's modes want it. A repeated (client, sequence) is written once. */
  input(client: number, sequence: number, event: InputEvent): void {
    this.typedAt = this.clock.now();
    this.keeper.write(this.id, client, sequence, 0, encodeInput(event, this.emulator.modes()));
  }

  /** Writes something to the program that nobody typed. */
  answer(bytes: Uint8Array): void {
    this.keeper.write(this.id, 0, 0, 0, bytes);
  }

  /** Tells the program that a person looks at its pane, or no longer does, if it asked to be told. */
  focusChanged(focused: boolean): void {
    const bytes = encodeInput({ kind: "focus", focused }, this.emulator.modes());
    if (bytes.length > 0) this.answer(bytes);
  }

  /** Colours of a client's terminal, for programs that ask; those that asked to be told hear of a change. */
  setColors(colors: { foreground?: number; background?: number }): void {
    const report = this.emulator.setColors(colors);
    if (report) this.answer(report);
  }

  /** Copies output to a program's input from now on; undefined ends that. The program is started without a shell. */
  pipe(command: string[] | undefined): void {
    this.outputPipe?.end();
    this.outputPipe = undefined;
    if (!command) return;
    this.outputPipe = new OutputPipe(command, this.clock);
  }

  clearHistory(): void {
    this.emulator.clearScrollback();
  }

  /** Makes the terminal this size, unless that was asked for already. */
  wantSize(width: number, rows: number): void {
    // the emulator has no single column: a program that believes in one would write what it can't show in it
    const cols = Math.max(MIN_COLS, width);
    if (this.wanted.cols === cols && this.wanted.rows === rows) return;
    this.wanted = { cols, rows };
    this.keeper.resize(this.id, cols, rows);
  }

  /** Largest sequence of a client in the PTY, and the largest old enough to have echoed. */
  inputOf(client: number): { input: number; echoed: number } {
    const list = this.writes.get(client);
    if (!list) return { input: 0, echoed: 0 };
    const old = this.clock.now() - ECHO_MS;
    let echoed = 0;
    for (const { sequence, at } of list) if (at <= old) echoed = sequence;
    return { input: list[list.length - 1]!.sequence, echoed };
  }

  kill(signal: number): void {
    this.keeper.kill(this.id, signal);
  }

  /** Removes its history: another program begins in its place. */
  forget(): void {
    this.historyFile.remove();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.quiet?.cancel();
    this.hold.end();
    this.outputPipe?.end();
    this.keeper.close(this.id);
    this.emulator.dispose();
  }
}
