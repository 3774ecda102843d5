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
}

/** An error as documents show it. */
export function jsonError(error: FugueError, server: string): JsonError {
  return { server, code: error.code, message: error.message, hint: error.hint ?? null };
}

/** A document, with its line end. `items` has one key: the noun. */
export function jsonDocument(items: Readonly<Record<string, readonly unknown[]>>, errors: readonly JsonError[] = []): string {
  return `${JSON.stringify({ version: JSON_VERSION, ...items, errors })}\n`;
}
