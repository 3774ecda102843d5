/**
 * Structured, scoped logs: one JSON object a line, never on stdout, never payload bytes.
 * `FUGUE_LOG=scope=level,…` (or one level for all) chooses what is written; the default is `info`.
 */
import { appendFileSync, renameSync, statSync } from "node:fs";
import type { Clock } from "./clock.ts";

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;
export type LogLevel = keyof typeof LEVELS;

/** Facts of a log line. Never secrets, never what programs print or people type. */
export type LogFacts = Record<string, string | number | boolean | undefined | null>;

/** Where log lines go; the default writes nowhere. */
export type LogSink = (line: string) => void;

/** Writes log lines of one scope. */
export class Logger {
  constructor(private readonly root: LogRoot, private readonly scope: string) {}

  debug(event: string, facts?: LogFacts): void {
    this.root.write("debug", this.scope, event, facts);
  }
  info(event: string, facts?: LogFacts): void {
    this.root.write("info", this.scope, event, facts);
  }
  warn(event: string, facts?: LogFacts): void {
    this.root.write("warn", this.scope, event, facts);
  }
  error(event: string, facts?: LogFacts): void {
    this.root.write("error", this.scope, event, facts);
  }
}

/** All loggers of a process: their levels and their sink. */
export class LogRoot {
  private readonly levels = new Map<string, number>();
  private fallback: number = LEVELS.info;
  private fixed = false;

  constructor(private readonly clock: Clock, private readonly sink: LogSink, setting = "") {
    for (const part of setting.split(",").filter(Boolean)) {
      const [scope, level] = part.includes("=") ? part.split("=") : [undefined, part];
      const value = LEVELS[level as LogLevel];
      if (value === undefined) continue;
      if (scope === undefined) {
        this.fallback = value;
        this.fixed = true;
      }
      else this.levels.set(scope, value);
    }
  }

  /** What is written from now on where FUGUE_LOG did not say so. */
  setLevel(level: LogLevel): void {
    if (!this.fixed) this.fallback = LEVELS[level];
  }

  scope(name: string): Logger {
    return new Logger(this, name);
  }

  write(level: LogLevel, scope: string, event: string, facts: LogFacts = {}): void {
    if (LEVELS[level] < (this.levels.get(scope) ?? this.fallback)) return;
    const time = new Date(this.clock.wall()).toISOString();
    // ours twice: the first gives them their place in the line, the last makes them win over facts of the same name
    const own = { time, level, scope, event };
    this.sink(JSON.stringify({ ...own, ...facts, ...own }));
  }
}

const LARGEST_LOG_BYTES = 4 * 1024 * 1024;

/** A sink that appends to a private file and keeps one older file once it passes 4 MiB. A failing disk is ignored. */
export function fileSink(path: string): LogSink {
  let written = -1;
  return (line) => {
    try {
      if (written < 0) written = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
      if (written > LARGEST_LOG_BYTES) {
        renameSync(path, `${path}.1`);
        written = 0;
      }
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
      written += line.length + 1;
    } catch {
      // a full or read-only disk must not end the process that tries to say so
    }
  };
}
