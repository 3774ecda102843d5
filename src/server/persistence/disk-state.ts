/**
 * State on disk, for the next start after a reboot or a stop: the model, a screen for each pane, and the history files.
 * Written behind: what changed is collected and written at intervals, off the event loop; panes that print nothing cost
 * nothing. A disk that fails costs what would have been saved, is reported once, and is tried again.
 */
import { copyFile } from "node:fs/promises";
import { sleep, type Clock, type Timer } from "../../base/clock.ts";
import { systemCode } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { replaceFile } from "../../base/replace-file.ts";
import type { KeeperLink } from "../panes/keeper-link.ts";
import { HistoryFile, type HistoryPlace } from "./history-file.ts";
import { encodeScreen, type SavedScreen } from "./saved-screen.ts";
import { STATE_KIND, encodeStateFile, replaceStateFile, syncPath } from "./state-file.ts";
import { StateFolder, type ValueName } from "./state-folder.ts";

/** After a failure the disk is left alone for this long. */
const RETRY_MS = 5000;
/** History that the keeper holds for all panes together while the disk can't: it has to hold other things, too. */
const MOST_HELD_BYTES = 32 * 1024 * 1024;
const FULL = "all the room that save-bytes gives to histories is taken";
/** A pane that ended may have ended because the machine goes down: for this long its end is not written. */
const FAREWELL_MS = 3000;
/** Screens taken in one turn of the event loop: a few milliseconds. */
const SCREENS_A_TURN = 8;
/**
 * Who ends the server waits no longer than this for a disk that hangs. It is less than the keeper's patience with a daemon
 * that ends: clients still hear of the end.
 */
const STUCK_MS = 1200;

/** How state is saved. */
export interface SaveSettings {
  /** Nothing is kept for the next start. */
  off: boolean;
  intervalMs: number;
  /** Files are on the disk before they count. */
  sync: boolean;
  /** Most bytes of all history on disk. */
  historyBytes: number;
}

/** What `status` tells. */
export interface SaveStatus {
  /** When everything was last written, in milliseconds since 1970; 0: never. */
  savedAt: number;
  bytes: number;
  /** Why nothing can be written now. */
  failing: string | undefined;
}

export class DiskState implements HistoryPlace {
  /** Where it lies, and what was found there. */
  readonly folder: StateFolder;
  private modelText: string | undefined;
  private writtenModel: string | undefined;
  private readonly values = new Map<ValueName, Uint8Array>();
  private readonly valueSizes = new Map<ValueName, number>();
  private readonly dirty = new Set<number>();
  private readonly gone = new Set<number>();
  private readonly sizes = new Map<number, number>();
  private historyBytes = 0;
  private modelBytes = 0;
  private savedAt = 0;
  private failing: string | undefined;
  private failedAt = -RETRY_MS;
  private timer: Timer | undefined;
  private flushing: Promise<void> | undefined;
  /** Screens written so far. */
  private written = 0;
  private farewell: { since: number; model: string | undefined } | undefined;
  private readonly files = new Map<number, HistoryFile>();
  private readonly holds = new Map<string, number>();
  /** Panes that were purged while a write was under way. */
  private readonly purged = new Set<number>();
  /** Histories have reached their bound. That is told once: it is no news when it happens again. */
  private full = false;
  private fullTold = false;
  /** What happens from now on is the end of everything, and no news. */
  private frozen = false;
  /** Resolves when the last write is done. */
  private ending: Promise<void> | undefined;
  /** Screens as they were when the end began: their panes may be gone before it is their turn to be written. */
  private readonly last = new Map<number, SavedScreen>();
  /** Nothing is written any more. */
  private ended = false;

  /**
   * @param screenOf a pane's screen now; undefined: it is in the middle of a sequence, or gone
   * @param warn told once when the disk fails, and once when it works again (undefined)
   */
  constructor(
    path: string, private readonly clock: Clock, private readonly log: Logger, private readonly keeper: KeeperLink,
    private readonly settings: () => SaveSettings, private readonly screenOf: (pane: number) => SavedScreen | undefined,
    private readonly warn: (reason: string | undefined) => void,
  ) {
    this.folder = new StateFolder(path, clock, log);
    try {
      this.folder.make();
    } catch (error) {
      this.failed(reasonOf(error));
    }
  }

  // What changes

  /** The model is this now. */
  modelChanged(text: string): void {
    if (this.frozen) return;
    this.modelText = text;
    this.schedule();
  }

  /** Paste buffers or messages are this now. */
  valueChanged(name: ValueName, bytes: Uint8Array): void {
    if (this.frozen) return;
    this.values.set(name, bytes);
    this.schedule();
  }

  /** A pane printed something, or was given another size. */
  touched(pane: number): void {
    if (this.frozen || this.settings().off) return;
    this.dirty.add(pane);
    this.schedule();
  }

  /** A pane is no more. `ended`: by itself, which may be the beginning of the machine's end. */
  paneGone(pane: number, ended: boolean): void {
    if (this.frozen) return;
    this.dirty.delete(pane);
    this.files.delete(pane);
    this.gone.add(pane);
    if (ended) this.farewell ??= { since: this.clock.now(), model: this.modelText };
    this.schedule();
  }

  /** The history of a pane. @param mayKeep whether its text may be on the disk */
  history(pane: number, mayKeep: () => boolean): HistoryFile {
    this.gone.delete(pane);
    const file = new HistoryFile(this.folder.historyPath(pane), `history:${pane}`, this, mayKeep);
    this.files.set(pane, file);
    return file;
  }

  // Writing

  private schedule(): void {
    if (this.frozen || this.settings().off || this.timer || this.flushing) return;
    const { intervalMs } = this.settings();
    const sinceFailure = this.clock.now() - this.failedAt;
    const wait = Math.max(intervalMs, this.failing === undefined ? 0 : RETRY_MS - sinceFailure, this.farewellLeft());
    this.timer = this.clock.after(wait, () => {
      this.timer = undefined;
      if (this.farewellLeft() > 0) return this.schedule();
      void this.flush();
    });
  }

  private farewellLeft(): number {
    return this.farewell === undefined ? 0 : Math.max(0, FAREWELL_MS - (this.clock.now() - this.farewell.since));
  }

  /** Writes everything that has changed. Never rejects. */
  flush(): Promise<void> {
    const begun = this.clock.now();
    this.flushing ??= this.write().then(
      () => this.succeeded(begun),
      (error) => this.failed(reasonOf(error)),
    ).finally(() => {
      this.flushing = undefined;
      if (this.dirty.size > 0 || this.values.size > 0 || this.modelText !== this.writtenModel || this.failing !== undefined) this.schedule();
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    if (this.settings().off) return;
    this.farewell = undefined;
    const { sync } = this.settings();
    this.purged.clear();
    let wrote = this.modelText !== this.writtenModel;
    let failure: unknown;
    try {
      // somebody may have removed them
      this.folder.make();
      // a pane's screen must not be newer than the model that has the pane, nor older than its history
      await this.writeModel(sync);
      wrote = (await this.writeValues(sync)) || wrote;
    } catch (error) {
      failure = error;
    }
    let taken = 0;
    let writing: Promise<void>[] = [];
    for (const pane of [...this.dirty]) {
      if (++taken % SCREENS_A_TURN === 0) {
        // side by side: most of the time is waited for the disk
        await Promise.all(writing);
        writing = [];
        await new Promise<void>((resolve) => void this.clock.after(1, resolve));
      }
      // also where nothing can be written: the keeper then gets what the disk does not
      const screen = this.last.get(pane) ?? this.screenOf(pane);
      if (failure !== undefined || !screen || !this.dirty.delete(pane)) continue;
      wrote = true;
      writing.push(this.writeScreen(pane, screen, sync).catch((error) => {
        if (!this.gone.has(pane)) this.dirty.add(pane);
        failure = error;
      }));
    }
    await Promise.all(writing);
    if (failure !== undefined) throw failure;
    this.removeGone();
    // a pane that stays in the middle of a sequence is looked at again and again: that costs no writes
    if (sync && wrote) await this.folder.sync();
  }

  private async writeModel(sync: boolean): Promise<void> {
    const text = this.modelText;
    if (text === undefined || text === this.writtenModel) return;
    const file = encodeStateFile(STATE_KIND.model, new TextEncoder().encode(text));
    const { modelPath, oldModelPath } = this.folder;
    if (this.writtenModel !== undefined) await copyFile(modelPath, oldModelPath).catch(() => {});
    await replaceStateFile(modelPath, file, sync);
    this.writtenModel = text;
    this.modelBytes = file.length;
  }

  /** @returns whether there was something */
  private async writeValues(sync: boolean): Promise<boolean> {
    let wrote = false;
    for (const [name, bytes] of [...this.values]) {
      const file = encodeStateFile(STATE_KIND[name], bytes);
      await replaceStateFile(this.folder.valuePath(name), file, sync);
      this.valueSizes.set(name, file.length);
      if (this.values.get(name) === bytes) this.values.delete(name);
      wrote = true;
    }
    return wrote;
  }

  private async writeScreen(pane: number, screen: SavedScreen, sync: boolean): Promise<void> {
    if (sync && screen.checkpoint.length > 0) await syncPath(this.folder.historyPath(pane)).catch(() => {});
    const file = encodeScreen(screen);
    await replaceStateFile(this.folder.screenPath(pane), file, sync);
    // what was purged meanwhile must not come back by this
    if (this.purged.has(pane)) return this.folder.removeScreen(pane);
    this.sizes.set(pane, file.length);
    this.written++;
    this.files.get(pane)?.screenSaved(screen.position);
  }

  private removeGone(): void {
    for (const pane of this.gone) {
      this.folder.removePane(pane);
      this.sizes.delete(pane);
    }
    this.gone.clear();
  }

  private succeeded(begun: number): void {
    this.savedAt = this.clock.wall();
    // what failed meanwhile is no better for it
    if (this.failing === undefined || this.failedAt > begun) return;
    this.failing = undefined;
    this.log.info("state is saved again");
    this.warn(undefined);
  }

  // HistoryPlace

  failed(reason: string): void {
    this.failedAt = this.clock.now();
    if (this.failing !== undefined) return;
    this.failing = reason;
    this.log.warn("state can't be saved", { folder: this.folder.path, reason });
    this.warn(reason);
    this.schedule();
  }

  admits(bytes: number): boolean {
    if (this.ended || this.clock.now() - this.failedAt < RETRY_MS / 2) return false;
    return bytes <= 0 || this.historyBytes + bytes <= this.settings().historyBytes;
  }

  refused(): void {
    if (this.ended || this.clock.now() - this.failedAt < RETRY_MS / 2) return;
    if (!this.fullTold) this.warn(FULL);
    this.full = this.fullTold = true;
  }

  grew(bytes: number): void {
    this.historyBytes += bytes;
    if (bytes < 0) this.full = false;
  }

  roomToHold(key: string): number {
    let held = 0;
    for (const [other, bytes] of this.holds) if (other !== key) held += bytes;
    return Math.max(0, MOST_HELD_BYTES - held);
  }

  hold(key: string, bytes: Uint8Array): void {
    if (bytes.length > 0) this.holds.set(key, bytes.length);
    else this.holds.delete(key);
    this.keeper.putBlob(key, bytes);
  }

  held(key: string): Uint8Array | undefined {
    return this.keeper.blobs.get(key);
  }

  damaged(path: string, newer: boolean): void {
    this.folder.keepHistory(path, newer ? "newer" : "damaged");
  }

  // The end

  /**
   * Writes what there is and then nothing more: everything is about to end, and its ends are not news. Who asks again,
   * because the end has several messengers, waits for the same.
   * @param asked somebody stops the server; else the machine may be going down, and panes that have just ended are part of that
   */
  freeze(asked: boolean): Promise<void> {
    return (this.ending ??= this.writeLast(asked));
  }

  private async writeLast(asked: boolean): Promise<void> {
    this.timer?.cancel();
    if (this.farewell !== undefined && !asked) {
      this.modelText = this.farewell.model ?? this.modelText;
      this.gone.clear();
    }
    this.frozen = true;
    this.takeLast();
    await this.flushing;
    await this.flush();
    this.ended = true;
  }

  /** Takes all screens at once, in the turn in which the end is heard of: programs are hung up in the next one. */
  private takeLast(): void {
    if (this.settings().off) return;
    for (const pane of this.dirty) {
      const screen = this.screenOf(pane);
      if (screen) this.last.set(pane, screen);
    }
  }

  /** The same, but a disk on which nothing is written for a while is given up. */
  async freezeOrGiveUp(asked: boolean): Promise<void> {
    let isDone = false;
    const done = this.freeze(asked).then(() => void (isDone = true));
    for (let seen = -1; !isDone && seen !== this.written; ) {
      seen = this.written;
      await Promise.race([done, sleep(this.clock, STUCK_MS)]);
    }
  }

  dispose(): void {
    this.frozen = this.ended = true;
    this.timer?.cancel();
  }

  get status(): SaveStatus {
    const screens = [...this.sizes.values(), ...this.valueSizes.values()].reduce((sum, size) => sum + size, 0);
    return { savedAt: this.savedAt, bytes: this.modelBytes + screens + this.historyBytes, failing: this.failing ?? (this.full ? FULL : undefined) };
  }

  /** Forgets the model: nothing is to come back. */
  forgetModel(): void {
    try {
      this.folder.removeModel();
    } catch (error) {
      this.failed(reasonOf(error));
    }
  }

  /** Writes a screen at once: the pane goes on from it. */
  saveNow(pane: number, screen: SavedScreen): void {
    if (this.settings().off) return;
    try {
      replaceFile(this.folder.screenPath(pane), encodeScreen(screen));
    } catch (error) {
      this.failed(reasonOf(error));
    }
  }

  /** Removes the screens of some panes; of none in particular: all of them, and what was damaged. The model stays: it is what runs. */
  purge(panes?: readonly number[]): void {
    for (const pane of panes ?? this.files.keys()) {
      this.purged.add(pane);
      this.sizes.delete(pane);
      this.folder.removeScreen(pane);
    }
    if (!panes) this.folder.removeTexts();
  }
}

function reasonOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.message : String(error));
}
