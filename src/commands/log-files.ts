/** Reading the log files of a home: the last lines of all of them by time, and what is appended afterwards. */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { systemCode } from "../base/errors.ts";
import { cell } from "./text-table.ts";

/** Most bytes read from the end of one file. */
const LARGEST_TAIL_BYTES = 256 * 1024;
/** Most bytes of one line; longer ones are cut. */
const LONGEST_LINE_BYTES = 16 * 1024;
const MOST_FILES = 64;
/** The file in which the daemon writes what agents did. */
export const AUDIT_LOG = "audit.log";

/** Which files are meant, by their path. */
export type LogFilter = (path: string) => boolean;

/** One line of a log. */
export interface LogLine {
  /** Name of the file without its ending: which process wrote it. */
  readonly from: string;
  /** ISO 8601, or empty if the line is not one of ours. */
  readonly time: string;
  readonly level: string;
  readonly scope: string;
  readonly event: string;
  /** What else the line says. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Log files of a folder, sorted by name; none if there is no folder. */
export function logFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter(
      (name) => name.endsWith(".log")
    ).sort().slice(0, MOST_FILES).map((name) => join(folder, name));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Reads a line; what is no JSON object becomes an event as it stands. */
export function parseLogLine(from: string, line: string): LogLine {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const { time, level, scope, event, ...facts } = value as Record<string, unknown>;
      return {
        from, time: String(time ?? ""), level: String(level ?? ""), scope: String(scope ?? ""),
        event: String(event ?? ""), facts,
      };
    }
  } catch {
    // a process that crashed wrote something else than a log line: show it
  }
  return { from, time: "", level: "", scope: "", event: line, facts: {} };
}

/** A line for people. */
export function formatLogLine(line: LogLine): string {
  const facts = Object.entries(line.facts).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
  );
  const parts = [
    line.time, line.level, line.scope === "" ? line.from : `${line.from}/${line.scope}`, line.event, ...facts,
  ];
  return cell(parts.filter((part) => part !== "").join(" "), 4096);
}

/** Follows one file from a position on. */
export class LogTail {
  private readonly from: string;
  private position: number;
  private pending = "";

  /** @param position byte to begin with */
  constructor(readonly path: string, position: number) {
    this.from = basename(path, ".log");
    this.position = position;
  }

  /** Whole lines that came since the last call, at most LARGEST_TAIL_BYTES; the rest comes with the next call. */
  read(): LogLine[] {
    const size = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    // the file was rotated: the new one begins at its beginning
    if (size < this.position) {
      this.position = 0;
      this.pending = "";
    }
    if (size === this.position) return [];
    const text = this.pending + this.readBytes(Math.min(size - this.position, LARGEST_TAIL_BYTES));
    const lines = text.split("\n");
    this.pending = lines.pop()!.slice(0, LONGEST_LINE_BYTES);
    return lines.filter((line) => line !== "").map(
      (line) => parseLogLine(this.from, line.slice(0, LONGEST_LINE_BYTES))
    );
  }

  private readBytes(length: number): string {
    const bytes = Buffer.alloc(length);
    let fd: number | undefined;
    try {
      fd = openSync(this.path, "r");
      const count = readSync(fd, bytes, 0, length, this.position);
      this.position += count;
      return bytes.toString("utf8", 0, count);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return "";
      throw error;
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }
}

/** The last lines of all files by time, and tails that go on behind them. */
export function recentLines(
  folder: string, most: number, wanted: LogFilter = () => true,
): { lines: LogLine[]; tails: LogTail[] } {
  const tails: LogTail[] = [];
  const lines: LogLine[] = [];
  for (const path of logFiles(folder).filter(wanted)) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const start = Math.max(0, size - LARGEST_TAIL_BYTES);
    const tail = new LogTail(path, start);
    const read = tail.read();
    // the first line of a cut is a part of one
    lines.push(...(start > 0 ? read.slice(1) : read));
    tails.push(tail);
  }
  const ordered = lines.map((line, i) => ({ line, i })).sort(
    (a, b) => (a.line.time < b.line.time ? -1 : a.line.time > b.line.time ? 1 : a.i - b.i)
  );
  return { lines: most === 0 ? [] : ordered.slice(-most).map(({ line }) => line), tails };
}
