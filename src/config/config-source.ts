/** The text of a configuration file: read within bounds, and never waiting for anybody. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { systemCode } from "../base/errors.ts";

/** A configuration file is at most this many bytes long. */
export const LARGEST_CONFIG_BYTES = 1024 * 1024;

/** The text of a file, or why there is none. */
export type ConfigText =
  | { readonly kind: "text"; readonly text: string; readonly badLine: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly message: string; readonly hint: string };

/** Reads the text of a file of at most LARGEST_CONFIG_BYTES. Never throws, and never waits for a writer (a FIFO). */
export function readConfigText(path: string): ConfigText {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return unreadable("is not a regular file", "put a file of settings there, or remove it");
    const bytes = new Uint8Array(Math.min(stat.size, LARGEST_CONFIG_BYTES) + 1);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(fd, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    if (length > LARGEST_CONFIG_BYTES) return unreadable("the file is larger than 1 MiB", "make it smaller");
    return decode(bytes.subarray(0, length));
  } catch (thrown) {
    const code = systemCode(thrown);
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    const hint = code === "EACCES" ? "make it readable: chmod u+r" : "check the file and the disk";
    return unreadable(`can't be read: ${code ?? "failed"}`, hint);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * Whether the file at `path` may have a setting or table of this name: it stands there in plain letters, or something
 * is written with escapes. Much quicker than reading the file.
 */
export function mayName(path: string, name: string): boolean {
  const source = readConfigText(path);
  return source.kind === "text" && (source.text.includes(name) || source.text.includes("\\"));
}

function decode(bytes: Uint8Array): ConfigText {
  const text = new TextDecoder().decode(bytes);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { kind: "text", text, badLine: 0 };
  } catch {
    const before = text.slice(0, text.indexOf("\ufffd"));
    return { kind: "text", text, badLine: before.split("\n").length };
  }
}

function unreadable(message: string, hint: string): ConfigText {
  return { kind: "unreadable", message, hint };
}
