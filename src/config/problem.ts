/** What is wrong with a configuration: one record per mistake; all are collected, none is thrown. */
import { asFugueError } from "../base/errors.ts";

/** One mistake in a configuration file. */
export interface Problem {
  readonly file: string;
  /** Line of the file, counted from 1; 0 if the file as a whole is meant. */
  readonly line: number;
  /** The setting in question, as `options.mouse`; empty if the line or file as a whole is meant. */
  readonly key: string;
  /** What is wrong; one line. */
  readonly message: string;
  /** What to do about it; one line. */
  readonly hint: string;
}

/** More mistakes than this are counted, not listed. */
export const MOST_PROBLEMS = 100;

/** A problem as one line for people: `FILE:LINE: KEY: what is wrong (what to do)`. */
export function formatProblem(problem: Problem): string {
  const where = problem.line > 0 ? `${problem.file}:${problem.line}` : problem.file;
  const key = problem.key === "" ? "" : `${problem.key}: `;
  return `${where}: ${key}${problem.message} (${problem.hint})`;
}

/** A key path as people write it in TOML: `keys.root."C-a"`. */
export function formatKeyPath(path: readonly string[]): string {
  return path.map((part) => (/^[\w-]+$/.test(part) ? part : quoteShort(part))).join(".");
}

/** A piece of somebody's file for a message: quoted, on one line, at most 60 characters. */
export function quoteShort(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** Somebody else's sentence, fit for a terminal: on one line, without control characters, at most 250 characters. */
export function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length > 250 ? `${line.slice(0, 247)}...` : line;
}

/** Collects the problems of one file, at most MOST_PROBLEMS of them. */
export class Problems {
  private readonly found: Problem[] = [];
  private unlisted = 0;

  constructor(readonly file: string) {}

  /** True once further problems are only counted: then nobody has to work out a good hint. */
  get full(): boolean {
    return this.found.length >= MOST_PROBLEMS;
  }

  add(line: number, key: string, message: string, hint: string): void {
    if (this.full) this.unlisted++;
    else this.found.push({ file: this.file, line, key, message: oneLine(message), hint: oneLine(hint) });
  }

  /** All problems in the order of their lines; a last one counts those that were not listed. */
  list(): readonly Problem[] {
    const sorted = [...this.found].sort((a, b) => a.line - b.line);
    if (this.unlisted > 0) {
      const message = `${this.unlisted} more problems are not listed`;
      sorted.push({ file: this.file, line: 0, key: "", message, hint: "correct these first" });
    }
    return sorted;
  }
}

/** Knows on which line a setting stands. */
export interface LineIndex {
  /** Line of the setting with this key path, or of the nearest table around it; from 1, or 0 if unknown. */
  lineOf(path: readonly string[]): number;
}

/** Says what is wrong with a setting; the line is looked up from its key path. */
export class Complaints {
  constructor(private readonly problems: Problems, private readonly document: LineIndex) {}

  get full(): boolean {
    return this.problems.full;
  }

  /** Line of a setting, counted from 1; 0 if unknown. */
  lineOf(path: readonly string[]): number {
    return this.document.lineOf(path);
  }

  at(path: readonly string[], message: string, hint: string): void {
    this.problems.add(this.document.lineOf(path), formatKeyPath(path), message, hint);
  }

  /** Runs `read`; what it throws becomes a problem at `path`, and the result undefined. */
  try<T>(path: readonly string[], read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      const error = asFugueError(thrown);
      this.at(path, error.message, error.hint ?? "correct or remove it");
      return undefined;
    }
  }
}
