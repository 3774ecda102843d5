/**
 * State on disk, for the next start after a reboot or a stop: the model, a screen for each pane, and the history files.
 * Written behind: what changed is collected and written at intervals, off the event loop; panes that print nothing cost
 * nothing. A disk that fails costs what would have been saved, is reported once, and is tried again.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep, type Clock, type Timer } from "../../base/clock.ts";
import { asFugueError, systemCode } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { replaceFile } from "../../base/replace-file.ts";
import type { KeeperLink } from "../panes/keeper-link.ts";
import { HistoryFile, type HistoryPlace } from "./history-file.ts";
import { decodeScreen, encodeScreen, type SavedScreen } from "./saved-screen.ts";
import {
  ASIDE_FOLDERS, STATE_KIND, encodeStateFile, readStateFile, replaceStateFile, setAside, syncPath, type Unreadable,
} from "./state-file.ts";

/** After a failure the disk is left alone for this long. */
const RETRY_MS = 5000;
/** History that the keeper holds for all panes together while the disk can't: it has to hold other things, too. */
const MOST_HELD_BYTES = 32 * 1024 * 1024;
const FULL = "all the room that save-bytes gives to histories is taken";
/** A pane that ended may have ended because the machine goes down: for this long its end is not written. */
const FAREWELL_MS = 3000;
/** Screens taken in one turn of the event loop: a few milliseconds. */
const SCREENS_A_TURN = 8;

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

/** What is kept besides sessions and panes, each in a file of its own. */
export type ValueName = "buffers" | "messages";

export class DiskState implements HistoryPlace {
  private readonly screens: string;
  private readonly histories: string;
  private readonly modelPath: string;
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
  /** Nothing is written any more. */
  private ended = false;

  /**
   * @param screenOf a pane's screen now; undefined: it is in the middle of a sequence, or gone
   * @param warn told once when the disk fails, and once when it works again (undefined)
   */
  constructor(
    private readonly folder: string, private readonly clock: Clock, private readonly log: Logger, private readonly keeper: KeeperLink,
    private readonly settings: () => SaveSettings, private readonly screenOf: (pane: number) => SavedScreen | undefined,
    private readonly warn: (reason: string | undefined) => void,
  ) {
    this.screens = join(folder, "screens");
    this.histories = join(folder, "history");
    this.modelPath = join(folder, "model");
    try {
      this.makeFolders();
    } catch (error) {
      this.failed(systemCode(error) ?? String(error));
    }
  }

  private makeFolders(): void {
    for (const each of [this.screens, this.histories]) mkdirSync(each, { recursive: true, mode: 0o700 });
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
    const file = new HistoryFile(this.historyPath(pane), `history:${pane}`, this, mayKeep);
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
      (error) => this.failed(systemCode(error) ?? (error instanceof Error ? error.message : String(error))),
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
      this.makeFolders();
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
      const screen = this.screenOf(pane);
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
    if (sync && wrote) for (const folder of [this.screens, this.histories, this.folder]) await syncPath(folder);
  }

  private async writeModel(sync: boolean): Promise<void> {
    const text = this.modelText;
    if (text === undefined || text === this.writtenModel) return;
    const file = encodeStateFile(STATE_KIND.model, new TextEncoder().encode(text));
    if (this.writtenModel !== undefined) await copyFile(this.modelPath, `${this.modelPath}.old`).catch(() => {});
    await replaceStateFile(this.modelPath, file, sync);
    this.writtenModel = text;
    this.modelBytes = file.length;
  }

  /** @returns whether there was something */
  private async writeValues(sync: boolean): Promise<boolean> {
    let wrote = false;
    for (const [name, bytes] of [...this.values]) {
      const file = encodeStateFile(STATE_KIND[name], bytes);
      await replaceStateFile(join(this.folder, name), file, sync);
      this.valueSizes.set(name, file.length);
      if (this.values.get(name) === bytes) this.values.delete(name);
      wrote = true;
    }
    return wrote;
  }

  private async writeScreen(pane: number, screen: SavedScreen, sync: boolean): Promise<void> {
    if (sync && screen.checkpoint.length > 0) await syncPath(this.historyPath(pane)).catch(() => {});
    const file = encodeScreen(screen);
    await replaceStateFile(this.screenPath(pane), file, sync);
    // what was purged meanwhile must not come back by this
    if (this.purged.has(pane)) return rmSync(this.screenPath(pane), { force: true });
    this.sizes.set(pane, file.length);
    this.written++;
    this.files.get(pane)?.screenSaved(screen.position);
  }

  private screenPath(pane: number): string {
    return join(this.screens, `${pane}.screen`);
  }

  private historyPath(pane: number): string {
    return join(this.histories, `${pane}.history`);
  }

  private removeGone(): void {
    for (const pane of this.gone) {
      for (const path of [this.screenPath(pane), this.historyPath(pane), `${this.historyPath(pane)}.old`]) {
        try {
          unlinkSync(path);
        } catch {
          // never written
        }
      }
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
    this.log.warn("state can't be saved", { folder: this.folder, reason });
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

  // The end

  /**
   * Writes what there is and then nothing more: everything is about to end, and its ends are not news.
   * @param asked somebody stops the server; else the machine may be going down, and panes that have just ended are part of that
   */
  async freeze(asked: boolean): Promise<void> {
    if (this.frozen) return;
    this.timer?.cancel();
    if (this.farewell !== undefined && !asked) {
      this.modelText = this.farewell.model ?? this.modelText;
      this.gone.clear();
    }
    this.frozen = true;
    await this.flushing;
    await this.flush();
    this.ended = true;
  }

  /** The same, but a disk on which nothing is written for `patience` milliseconds is given up. */
  async freezeOrGiveUp(asked: boolean, patience: number): Promise<void> {
    let isDone = false;
    const done = this.freeze(asked).then(() => void (isDone = true));
    for (let seen = -1; !isDone && seen !== this.written; ) {
      seen = this.written;
      await Promise.race([done, sleep(this.clock, patience)]);
    }
  }

  dispose(): void {
    this.frozen = this.ended = true;
    this.timer?.cancel();
  }

  // Reading

  get status(): SaveStatus {
    const screens = [...this.sizes.values(), ...this.valueSizes.values()].reduce((sum, size) => sum + size, 0);
    return { savedAt: this.savedAt, bytes: this.modelBytes + screens + this.historyBytes, failing: this.failing ?? (this.full ? FULL : undefined) };
  }

  /** Forgets the model: nothing is to come back. */
  forgetModel(): void {
    try {
      for (const name of ["model", "model.old", "buffers", "messages"]) rmSync(join(this.folder, name), { force: true });
    } catch (error) {
      this.failed(systemCode(error) ?? String(error));
    }
  }

  /** Reads the model as it was saved, the newest that `use` takes. @param use throws if it can't be taken over */
  loadModel(use: (text: string) => void): boolean {
    for (const path of [this.modelPath, `${this.modelPath}.old`]) {
      const used = this.load(path, () => {
        const payload = readStateFile(STATE_KIND.model, path);
        if (payload) use(new TextDecoder().decode(payload));
        return payload !== undefined;
      });
      if (used) return true;
    }
    return false;
  }

  /** Paste buffers or messages as they were saved. */
  loadValue(name: ValueName): Uint8Array | undefined {
    const path = join(this.folder, name);
    return this.load(path, () => readStateFile(STATE_KIND[name], path));
  }

  loadScreen(pane: number): SavedScreen | undefined {
    const path = this.screenPath(pane);
    return this.load(path, () => {
      const file = readIfThere(path);
      return file && decodeScreen(file);
    });
  }

  /** Panes of which there is a screen. */
  savedPanes(): number[] {
    try {
      return readdirSync(this.screens).filter((name) => name.endsWith(".screen")).map((name) => parseInt(name, 10)).filter((id) => id > 0);
    } catch {
      return [];
    }
  }

  private load<T>(path: string, read: () => T | undefined): T | undefined {
    try {
      return read();
    } catch (error) {
      const { code, message } = asFugueError(error);
      this.setAside(path, code === "version" ? "newer" : "damaged", message);
      return undefined;
    }
  }

  private setAside(path: string, why: Unreadable, error: string, how: "move" | "copy" | Uint8Array = "move"): void {
    const kept = setAside(path, this.folder, why, this.clock.wall(), how);
    this.log.error("a file of state can't be read", { path, kept, why, error });
    this.unreadable.push(why === "newer" ? `${path} is of a later release, and is kept in ${why}` : `${path} was damaged, and is kept in ${why}`);
  }

  damaged(path: string, newer: boolean): void {
    this.setAside(path, newer ? "newer" : "damaged", "history", "copy");
  }

  /** A checkpoint that this release can't read, of a pane that goes on without it. */
  keepCheckpoint(pane: number, bytes: Uint8Array, error: unknown): void {
    const { code, message } = asFugueError(error);
    this.setAside(this.screenPath(pane), code === "version" ? "newer" : "damaged", message, bytes);
  }

  /** What could not be read at this start: one line each, for people. */
  readonly unreadable: string[] = [];

  /** Writes a screen at once: the pane goes on from it. */
  saveNow(pane: number, screen: SavedScreen): void {
    if (this.settings().off) return;
    try {
      replaceFile(this.screenPath(pane), encodeScreen(screen));
    } catch (error) {
      this.failed(systemCode(error) ?? String(error));
    }
  }

  /** Removes the files of panes that are no more. */
  sweep(alive: ReadonlySet<number>): void {
    for (const folder of [this.screens, this.histories]) {
      try {
        for (const name of readdirSync(folder)) {
          const isGone = !alive.has(Number(name.split(".")[0])) || /\.(new|now)$/.test(name);
          if (isGone && statSync(join(folder, name)).isFile()) unlinkSync(join(folder, name));
        }
      } catch {
        // a folder that cannot be read has nothing that could be removed
      }
    }
  }

  /** Removes the screens of some panes; of none in particular: all of them, and what was damaged. The model stays: it is what runs. */
  purge(panes?: readonly number[]): void {
    for (const pane of panes ?? this.files.keys()) {
      this.purged.add(pane);
      this.sizes.delete(pane);
      rmSync(this.screenPath(pane), { force: true });
    }
    if (panes) return;
    rmSync(join(this.folder, "buffers"), { force: true });
    for (const folder of [this.screens, ...ASIDE_FOLDERS.map((name) => join(this.folder, name))]) {
      for (const name of namesIn(folder)) rmSync(join(folder, name), { force: true });
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
