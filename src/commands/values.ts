/** Values of arguments: from the words of a person, and from what a client sent. One place that says what is valid. */
import { parseDuration } from "../base/duration.ts";
import { FugueError } from "../base/errors.ts";
import { printable, suggestion } from "../base/names.ts";
import { LARGEST_SIDE } from "../protocol/limits.ts";
import type { Arg, Command } from "./command.ts";
import { parseTarget } from "./target.ts";

/** Values by argument name: absent ones have no key, lists and booleans are always there. */
export type ArgValues = Record<string, unknown>;

const LONGEST_DURATION_MS = 365 * 86_400_000;
const MOST_ITEMS = 4096;

/** How an argument is called in messages: `--size`, `NAME`. */
export function argLabel(name: string, arg: Arg): string {
  if (arg.positional || arg.rest) return arg.value ?? name.toUpperCase();
  return `--${name}`;
}

/** Width and height from `COLSxROWS`, each 1 to 1000. @throws FugueError `usage` */
export function parseSize(text: string): { cols: number; rows: number } {
  const match = /^(\d{1,4})x(\d{1,4})$/i.exec(text);
  const cols = Number(match?.[1]);
  const rows = Number(match?.[2]);
  if (!match || !isSide(cols) || !isSide(rows)) {
    throw new FugueError(
      "usage", `'${printable(text)}' is not a size`, `write COLSxROWS, each 1 to ${LARGEST_SIDE}: 120x40`,
    );
  }
  return { cols, rows };
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LARGEST_SIDE;
}

/** The value that a word stands for. @throws FugueError `usage` that names the argument */
export function readValue(name: string, arg: Arg, word: string): unknown {
  switch (arg.type) {
    case "integer":
      return readInteger(name, arg, word);
    case "duration":
      return parseDuration(word);
    case "size":
      return parseSize(word);
    case "choice":
      return checkChoice(name, arg, word);
    case "target":
      parseTarget(word);
      return word;
    case "file":
      if (word === "") throw new FugueError(
        "usage", `${argLabel(name, arg)} is empty`, "write the path of a file or folder",
      );
      return word;
    case "boolean":
    case "string":
      return word;
  }
}

function readInteger(name: string, arg: Arg, word: string): number {
  if (/^\d{1,9}$/.test(word)) return Number(word);
  throw new FugueError("usage", `${argLabel(name, arg)} is a whole number, not '${printable(word)}'`);
}

function checkChoice(name: string, arg: Arg, word: string): string {
  const choices = arg.choices ?? [];
  if (choices.includes(word)) return word;
  throw new FugueError(
    "usage", `${argLabel(name, arg)} can't be '${printable(word)}'`, suggestion(word, [...choices], "choose from"),
  );
}

/**
 * Checks arguments that came over the wire: kinds, bounds, and what is required. Names may be written in camelCase, as
 * JSON has them. Unknown names are dropped, and the target `.` (the current one) becomes an absent one.
 * @throws FugueError `usage`
 */
export function checkValues(command: Command, raw: Readonly<Record<string, unknown>>): ArgValues {
  const values: ArgValues = {};
  for (const [name, arg] of Object.entries(command.args)) {
    const value = givenAs(raw, name) ?? givenAs(raw, camelCase(name));
    const many = arg.repeat === true || arg.rest === true;
    if (value === undefined || value === null) {
      if (arg.required && !isReplaced(arg, raw)) throw new FugueError("usage", `'${command.name}' needs ${argLabel(name, arg)}`);
      if (many) values[name] = [];
      else if (arg.type === "boolean") values[name] = false;
    } else if (many) {
      values[name] = checkList(name, arg, value, arg.required === true && !isReplaced(arg, raw));
    } else {
      const checked = checkOne(name, arg, value);
      if (!isCurrent(arg, checked)) values[name] = checked;
    }
  }
  command.check?.(values as never);
  return values;
}

/** Whether another option stands in for an argument that is wanted otherwise. */
export function isReplaced(arg: Arg, values: Readonly<Record<string, unknown>>): boolean {
  return arg.unless !== undefined && isGiven(values[arg.unless]);
}

function givenAs(raw: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(raw, name) ? raw[name] : undefined;
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether a value is the target `.`: the same as no target. */
function isCurrent(arg: Arg, value: unknown): boolean {
  return arg.type === "target" && value === ".";
}

function checkList(name: string, arg: Arg, value: unknown, required: boolean): unknown[] {
  if (!Array.isArray(value) || value.length > MOST_ITEMS) throw badKind(name, arg);
  if (required && value.length === 0) throw new FugueError("usage", `${argLabel(name, arg)} is missing`);
  return value.map((item) => checkOne(name, arg, item));
}

function checkOne(name: string, arg: Arg, value: unknown): unknown {
  switch (arg.type) {
    case "boolean":
      if (typeof value === "boolean") return value;
      break;
    case "integer":
      if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1e9) return value;
      break;
    case "duration":
      if (typeof value === "number" && value >= 0 && value <= LONGEST_DURATION_MS) return value;
      break;
    case "size": {
      const size = value as { cols?: unknown; rows?: unknown };
      if (typeof value === "object" && isSide(size.cols) && isSide(size.rows)) return {
        cols: size.cols, rows: size.rows,
      };
      break;
    }
    default:
      if (typeof value === "string") return readValue(name, arg, value);
  }
  throw badKind(name, arg);
}

function badKind(name: string, arg: Arg): FugueError {
  return new FugueError("usage", `${argLabel(name, arg)} has a value of the wrong kind`);
}

/** Refuses more than one of these options. @throws FugueError `usage` */
export function atMostOne(values: object, ...names: readonly string[]): void {
  const given = names.filter((name) => isGiven((values as ArgValues)[name]));
  if (given.length > 1) {
    throw new FugueError(
      "usage", `${given.map((name) => `--${name}`).join(" and ")} don't go together`, "give one of them",
    );
  }
}

/** Refuses none, and more than one, of these options. @throws FugueError `usage` */
export function exactlyOne(values: object, ...names: readonly string[]): void {
  atMostOne(values, ...names);
  if (names.some((name) => isGiven((values as ArgValues)[name]))) return;
  throw new FugueError("usage", `one of ${names.map((name) => `--${name}`).join(", ")} is needed`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}
