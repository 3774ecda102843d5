/**
 * The folder of saved state: where the model, the values, each pane's screen and its history lie, and what is read of
 * them at a start. What can't be read is set aside, said once, and in nobody's way.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { asFugueError, systemCode } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { decodeScreen, type SavedScreen } from "./saved-screen.ts";
import { ASIDE_FOLDERS, STATE_KIND, readStateFile, setAside, syncPath, type Unreadable } from "./state-file.ts";

/** What is kept besides sessions and panes, each in a file of its own. */
export type ValueName = "buffers" | "messages";

export class StateFolder {
  readonly modelPath: string;
  /** The model before the newest one. */
  readonly oldModelPath: string;
  /** What could not be read at this start: one line each, for people. */
  readonly unreadable: string[] = [];
  private readonly screens: string;
  private readonly histories: string;

  constructor(readonly path: string, private readonly clock: Clock, private readonly log: Logger) {
    this.modelPath = join(path, "model");
    this.oldModelPath = `${this.modelPath}.old`;
    this.screens = join(path, "screens");
    this.histories = join(path, "history");
  }

  valuePath(name: ValueName): string {
    return join(this.path, name);
  }

  screenPath(pane: number): string {
    return join(this.screens, `${pane}.screen`);
  }

  historyPath(pane: number): string {
    return join(this.histories, `${pane}.history`);
  }

  /** Makes it, private. @throws system errors */
  make(): void {
    for (const each of [this.screens, this.histories]) mkdirSync(each, { recursive: true, mode: 0o700 });
  }

  /** Resolves when every name in it is on the disk. */
  async sync(): Promise<void> {
    for (const folder of [this.screens, this.histories, this.path]) await syncPath(folder);
  }

  // Reading

  /** Reads the model as it was saved, the newest that `use` takes. @param use throws if it can't be taken over */
  loadModel(use: (text: string) => void): boolean {
    for (const path of [this.modelPath, this.oldModelPath]) {
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
    const path = this.valuePath(name);
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
    return namesIn(this.screens).filter((name) => name.endsWith(".screen")).map((name) => parseInt(name, 10)).filter((id) => id > 0);
  }

  private load<T>(path: string, read: () => T | undefined): T | undefined {
    try {
      return read();
    } catch (error) {
      this.setAside(path, reasonOf(error), asFugueError(error).message);
      return undefined;
    }
  }

  // What can't be read

  private setAside(path: string, why: Unreadable, error: string, how: "move" | "copy" | Uint8Array = "move"): void {
    const kept = setAside(path, this.path, why, this.clock.wall(), how);
    this.log.error("a file of state can't be read", { path, kept, why, error });
    this.unreadable.push(why === "newer" ? `${path} is of a later release, and is kept in ${why}` : `${path} was damaged, and is kept in ${why}`);
  }

  /** A history that can't be read as a whole: it is copied before it is written anew. */
  keepHistory(path: string, why: Unreadable): void {
    this.setAside(path, why, "history", "copy");
  }

  /** A checkpoint that this release can't read, of a pane that goes on without it. */
  keepCheckpoint(pane: number, bytes: Uint8Array, error: unknown): void {
    this.setAside(this.screenPath(pane), reasonOf(error), asFugueError(error).message, bytes);
  }

  // Removing

  /** Removes the files of a pane. */
  removePane(pane: number): void {
    for (const path of [this.screenPath(pane), this.historyPath(pane), `${this.historyPath(pane)}.old`]) {
      try {
        unlinkSync(path);
      } catch {
        // never written
      }
    }
  }

  removeScreen(pane: number): void {
    rmSync(this.screenPath(pane), { force: true });
  }

  /** Removes the files of panes that are no more, and what half a write has left. */
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

  /** Removes the model and the values: nothing is to come back. @throws system errors */
  removeModel(): void {
    for (const path of [this.modelPath, this.oldModelPath, this.valuePath("buffers"), this.valuePath("messages")]) rmSync(path, { force: true });
  }

  /** Removes all screens, the paste buffers, and what was set aside. */
  removeTexts(): void {
    rmSync(this.valuePath("buffers"), { force: true });
    for (const folder of [this.screens, ...ASIDE_FOLDERS.map((name) => join(this.path, name))]) {
      for (const name of namesIn(folder)) rmSync(join(folder, name), { force: true });
    }
  }
}

function reasonOf(error: unknown): Unreadable {
  return asFugueError(error).code === "version" ? "newer" : "damaged";
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
