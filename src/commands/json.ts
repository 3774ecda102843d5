/** The one shape of `--json`: `{"version":1, NOUN:[{"server":…,…}], "errors":[]}`. */
import type { FugueError } from "../base/errors.ts";

/** Version of the documents. Fields are only ever added; a change of meaning would raise it. */
const JSON_VERSION = 1;

/** An error in a document. */
export interface JsonError {
  readonly server: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** Target that the error is about, where the command is run for each of several. */
  readonly target?: string;
}

/** An error as documents show it. */
export function jsonError(error: FugueError, server: string, target?: string): JsonError {
  return { server, code: error.code, message: error.message, hint: error.hint ?? null, ...(target !== undefined && { target }) };
}

/** A document, with its line end. `items` has one key: the noun. */
export function jsonDocument(
  items: Readonly<Record<string, readonly unknown[]>>, errors: readonly JsonError[] = [],
): string {
  return jsonLine({ ...items, errors });
}

/** One line of JSON with the version in front. */
export function jsonLine(fields: object): string {
  const text = JSON.stringify({ version: JSON_VERSION, ...fields });
  // JSON lets C1 controls and bidirectional marks pass as they are: a terminal must not see them
  const escaped = text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeCharacter);
  return `${escaped}\n`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
