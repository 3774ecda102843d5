/**
 * State on disk, for the next start after a reboot or a stop: the model, a screen for each pane, and the history files.
 * Written behind: what changed is collected and written at intervals, off the event loop; panes that print nothing cost
 * nothing. A disk that fails costs what would have been saved, is reported once, and is tried again.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock, Timer } from "../../base/clock.ts";
import { systemCode } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { KeeperLink } from "../panes/keeper-link.ts";
import { HistoryFile, type HistoryPlace } from "./history-file.ts";
import { decodeScreen, encodeScreen, type SavedScreen } from "./saved-screen.ts";
import { STATE_KIND, encodeStateFile, readStateFile, replaceFile, replaceFileNow, setAside, syncPath } from "./state-file.ts";

/** After a failure the disk is left alone for this long. */
const RETRY_MS = 5000;
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

export class DiskState implements HistoryPlace {
  private readonly screens: string;
  private readonly histories: string;
  private readonly modelPath: string;
  private modelText: string | undefined;
  private writtenModel: string | undefined;
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
  private farewell: { since: number; model: string | undefined } | undefined;
  private frozen = false;

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
    for (const each of [this.screens, this.histories]) {
      try {
        mkdirSync(each, { recursive: true, mode: 0o700 });
      } catch (error) {
        this.failed(systemCode(error) ?? String(error));
      }
    }
  }

  // What changes

  /** The model is this now. */
  modelChanged(text: string): void {
    if (this.frozen) return;
    this.modelText = text;
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
    this.gone.add(pane);
    if (ended) this.farewell ??= { since: this.clock.now(), model: this.modelText };
    this.schedule();
  }

  /** The history of a pane. @param mayKeep whether its text may be on the disk */
  history(pane: number, mayKeep: () => boolean): HistoryFile {
    this.gone.delete(pane);
    return new HistoryFile(this.historyPath(pane), `history:${pane}`, this, mayKeep);
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
    this.flushing ??= this.write().then(
      () => this.succeeded(),
      (error) => this.failed(systemCode(error) ?? (error instanceof Error ? error.message : String(error))),
    ).finally(() => {
      this.flushing = undefined;
      if (this.dirty.size > 0 || this.modelText !== this.writtenModel || this.failing !== undefined) this.schedule();
    });
    return this.flushing;
  }

  private async write(): Promise<void> {
    if (this.settings().off) return;
    this.farewell = undefined;
    const { sync } = this.settings();
    // a pane's screen must not be newer than the model that has the pane, nor older than its history
    await this.writeModel(sync);
    let taken = 0;
    for (const pane of [...this.dirty]) {
      if (++taken % SCREENS_A_TURN === 0) await new Promise<void>((resolve) => void this.clock.after(1, resolve));
      const screen = this.screenOf(pane);
      if (!screen || !this.dirty.delete(pane)) continue;
      try {
        await this.writeScreen(pane, screen, sync);
      } catch (error) {
        if (!this.gone.has(pane)) this.dirty.add(pane);
        throw error;
      }
    }
    this.removeGone();
    if (sync) for (const folder of [this.screens, this.histories, this.folder]) await syncPath(folder);
  }

  private async writeModel(sync: boolean): Promise<void> {
    const text = this.modelText;
    if (text === undefined || text === this.writtenModel) return;
    const file = encodeStateFile(STATE_KIND.model, new TextEncoder().encode(text));
    if (this.writtenModel !== undefined) await copyFile(this.modelPath, `${this.modelPath}.old`).catch(() => {});
    await replaceFile(this.modelPath, file, sync);
    this.writtenModel = text;
    this.modelBytes = file.length;
  }

  private async writeScreen(pane: number, screen: SavedScreen, sync: boolean): Promise<void> {
    if (sync && screen.checkpoint.length > 0) await syncPath(this.historyPath(pane)).catch(() => {});
    const file = encodeScreen(screen);
    await replaceFile(this.screenPath(pane), file, sync);
    this.sizes.set(pane, file.length);
  }

  private screenPath(pane: number): string {
    return join(this.screens, `${pane}.screen`);
  }

  private historyPath(pane: number): string {
    return join(this.histories, `${pane}.history`);
  }

  private removeGone(): void {
    for (const pane of this.gone) {
      for (const path of [this.screenPath(pane), this.historyPath(pane)]) {
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

  private succeeded(): void {
    this.savedAt = this.clock.wall();
    if (this.failing === undefined) return;
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
    if (this.frozen || this.clock.now() - this.failedAt < RETRY_MS / 2) return false;
    return bytes <= 0 || this.historyBytes + bytes <= this.settings().historyBytes;
  }

  grew(bytes: number): void {
    this.historyBytes += bytes;
  }

  hold(key: string, bytes: Uint8Array): void {
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
  }

  dispose(): void {
    this.frozen = true;
    this.timer?.cancel();
  }

  // Reading

  get status(): SaveStatus {
    const screens = [...this.sizes.values()].reduce((sum, size) => sum + size, 0);
    return { savedAt: this.savedAt, bytes: this.modelBytes + screens + this.historyBytes, failing: this.failing };
  }

  /** Forgets the model: nothing is to come back. */
  forgetModel(): void {
    for (const path of [this.modelPath, `${this.modelPath}.old`]) rmSync(path, { force: true });
  }

  /** The model as it was saved, the newest that can be read. */
  loadModel(): string | undefined {
    for (const path of [this.modelPath, `${this.modelPath}.old`]) {
      const payload = this.load(path, () => readStateFile(STATE_KIND.model, path));
      if (payload) return new TextDecoder().decode(payload);
    }
    return undefined;
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
      const kept = setAside(path, join(this.folder, "damaged"), this.clock.wall());
      this.log.error("a file of state is damaged", { path, kept, error: error instanceof Error ? error.message : String(error) });
      this.damaged.push(path);
      return undefined;
    }
  }

  /** Files that could not be read at this start. */
  readonly damaged: string[] = [];

  /** Writes a screen at once: the pane goes on from it. */
  saveNow(pane: number, screen: SavedScreen): void {
    if (this.settings().off) return;
    try {
      replaceFileNow(this.screenPath(pane), encodeScreen(screen));
    } catch (error) {
      this.failed(systemCode(error) ?? String(error));
    }
  }

  /** Removes the files of panes that are no more. */
  sweep(alive: ReadonlySet<number>): void {
    for (const folder of [this.screens, this.histories]) {
      try {
        for (const name of readdirSync(folder)) {
          if (!alive.has(Number(name.split(".")[0])) && statSync(join(folder, name)).isFile()) unlinkSync(join(folder, name));
        }
      } catch {
        // a folder that cannot be read has nothing that could be removed
      }
    }
  }

  /** Removes the screens of some panes; of none in particular: all of them, and what was damaged. The model stays: it is what runs. */
  purge(panes?: readonly number[]): void {
    if (panes) {
      for (const pane of panes) rmSync(this.screenPath(pane), { force: true });
      return;
    }
    this.sizes.clear();
    for (const folder of [this.screens, join(this.folder, "damaged")]) {
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
