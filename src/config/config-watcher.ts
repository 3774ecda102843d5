/**
 * Reloads config.toml when it changes. The folder is watched, because a watch on a file ends with the first atomic
 * rename; and the file is looked at now and then, which also notices a folder made later, a file behind a symbolic
 * link, and file systems that report nothing.
 */
import { statSync, watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import { Emitter } from "../base/lifecycle.ts";
import type { Disposable } from "../base/lifecycle.ts";
import type { CheckCommand } from "./bindings.ts";
import { interpretConfig } from "./config-file.ts";
import { readConfigText } from "./config-source.ts";
import type { LoadedConfig } from "./config-file.ts";
import type { Config } from "./config.ts";
import type { Environment } from "./location.ts";
import type { Problem } from "./problem.ts";

/** From the first sign of a change to reading: editors write in several steps. Later signs do not prolong it. */
export const SETTLE_MS = 50;
/** How often the file is looked at. */
export const POLL_MS = 2000;
/** A file that is gone or empty for less than this is only being replaced. */
export const GONE_MS = 2000;

/** What a watcher needs. */
export interface WatcherSetup {
  readonly path: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly checkCommand: CheckCommand;
}

/**
 * Holds the current configuration. A file with mistakes changes nothing: the settings stay as they were, and the
 * mistakes are reported. Only the first load takes what is good in a file with mistakes.
 */
export class ConfigWatcher implements Disposable {
  /** Fires with each new configuration. */
  readonly changed = new Emitter<Config>();
  /** Fires after each reload with what is wrong in the file; with nothing when it is all right again. */
  readonly reported = new Emitter<readonly Problem[]>();
  private loaded: LoadedConfig;
  private source: string | undefined;
  private stamp: string;
  private settling: Timer | undefined;
  private waitingForReturn = false;
  private readonly polling: Timer;
  private watcher: FSWatcher | undefined;
  private watched = "";
  private ended = false;

  /** Loads the file, and looks at it now and then. Dispose it to stop. */
  constructor(private readonly setup: WatcherSetup) {
    this.stamp = this.look();
    const text = readConfigText(setup.path);
    this.source = identity(text);
    this.loaded = interpretConfig(setup.path, text, setup.env, setup.checkCommand);
    this.polling = setup.clock.every(POLL_MS, () => this.poll());
  }

  /** Asks the system to tell of changes. Without it they are noticed a moment later: a start should not wait for it. */
  start(): void {
    this.watchFolder();
  }

  /** The settings in force. */
  get config(): Config {
    return this.loaded.config;
  }

  /** What is wrong in the file as it is now. */
  get problems(): readonly Problem[] {
    return this.loaded.problems;
  }

  /** Reads the file now, if it has changed. Also the way to ask for a reload. */
  reload(): void {
    if (this.ended) return;
    this.settling?.cancel();
    this.settling = undefined;
    this.stamp = this.look();
    const { path, env, checkCommand } = this.setup;
    const text = readConfigText(path);
    if (identity(text) === this.source) return;
    this.source = identity(text);
    const next = interpretConfig(path, text, env, checkCommand);
    const bad = next.problems.length > 0;
    const hadProblems = this.loaded.problems.length > 0;
    this.loaded = bad ? { ...next, config: this.loaded.config } : next;
    if (!bad) this.changed.fire(next.config);
    if (bad || hadProblems) this.reported.fire(next.problems);
  }

  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    this.polling.cancel();
    this.settling?.cancel();
    this.watcher?.close();
    this.watcher = undefined;
    this.changed.dispose();
    this.reported.dispose();
  }

  private poll(): void {
    this.watchFolder();
    if (this.look() !== this.stamp) this.settle();
  }

  /** Reads the file soon. A file that is gone or empty is perhaps being replaced: that is believed later. */
  private settle(): void {
    const absent = this.absent();
    if (this.ended || (this.settling && (absent || !this.waitingForReturn))) return;
    this.settling?.cancel();
    this.waitingForReturn = absent;
    this.settling = this.setup.clock.after(absent ? GONE_MS : SETTLE_MS, () => {
      this.settling = undefined;
      if (!absent && this.absent()) this.settle();
      else this.reload();
    });
  }

  private absent(): boolean {
    try {
      return statSync(this.setup.path).size === 0;
    } catch {
      return true;
    }
  }

  /** What tells one state of the file from another without reading it. */
  private look(): string {
    try {
      const s = statSync(this.setup.path);
      return `${s.dev}:${s.ino}:${s.size}:${s.mtimeMs}:${s.ctimeMs}`;
    } catch {
      return MISSING;
    }
  }

  /** Watches the folder, anew if it is another one than before. */
  private watchFolder(): void {
    const folder = dirname(this.setup.path);
    const now = folderIdentity(folder);
    if (now === this.watched) return;
    this.watcher?.close();
    this.watcher = undefined;
    this.watched = now;
    if (now === MISSING) return;
    const name = basename(this.setup.path);
    try {
      this.watcher = watch(folder, { persistent: false }, (_event, file) => {
        if (file === null || file === name) this.settle();
      });
      this.watcher.on("error", () => void (this.watched = ""));
    } catch {
      // no watches left, or none on this file system: looking now and then has to do
      this.watched = now;
    }
  }
}

const MISSING = "missing";

function folderIdentity(folder: string): string {
  try {
    const s = statSync(folder);
    // the time of birth, because numbers of inodes are used again
    return `${s.dev}:${s.ino}:${s.birthtimeMs}`;
  } catch {
    return MISSING;
  }
}

/** Equal for equal contents. */
function identity(text: ReturnType<typeof readConfigText>): string {
  if (text.kind === "text") return `text ${text.badLine} ${text.text}`;
  return text.kind === "missing" ? MISSING : `unreadable ${text.message}`;
}
