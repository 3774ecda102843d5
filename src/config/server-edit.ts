/** Adding and removing servers in the text of a configuration, without touching anything else in it. Pure. */
import { FugueError } from "../base/errors.ts";
import { tomlHeader, tomlKey, tomlString } from "./toml-text.ts";
import { tomlStatements, type TomlStatement } from "./toml-statements.ts";

/** Fields of `[servers.NAME]` as they stand in the file, in the order in which they are written. */
export type ServerFields = Readonly<Record<string, string | number | boolean>>;

const isOf = ({ path }: TomlStatement, name: string) => path[0] === "servers" && path[1] === name;

/** Whether a text says anything of a server, as a table, with dots, or inside `[servers]`. */
function mentions(text: string, name: string): boolean {
  let header: readonly string[] = [];
  return tomlStatements(text).some((statement) => {
    if (statement.kind !== "setting") header = statement.path;
    const path = statement.kind === "setting" ? [...header, ...statement.path] : statement.path;
    return path[0] === "servers" && path[1] === name;
  });
}

/** The text with a table for one more server at its end. @throws FugueError `failed` if there is one of that name */
export function withServer(text: string, name: string, fields: ServerFields): string {
  if (mentions(text, name)) {
    throw new FugueError("failed", `there is a server '${name}' already`, `see: fugue server show ${name}`);
  }
  const lines = Object.entries(fields).map(([key, value]) => `${tomlKey(key)} = ${typeof value === "string" ? tomlString(value) : value}`);
  const gap = text === "" || text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  return `${text}${gap}${tomlHeader("servers", name)}\n${lines.join("\n")}\n`;
}

/**
 * The text without a server's table. Comments right above the next table stay with that.
 * @throws FugueError `noTarget` if there is none, `failed` if it is not a table of its own
 */
export function withoutServer(text: string, name: string): string {
  const statements = tomlStatements(text);
  if (!mentions(text, name)) throw new FugueError("noTarget", `the configuration has no server '${name}'`);
  const cuts: [from: number, to: number][] = [];
  for (let i = 0; i < statements.length; i++) {
    const header = statements[i]!;
    if (header.kind !== "table" || !isOf(header, name)) continue;
    let last = i;
    while (statements[last + 1]?.kind === "setting") last++;
    const end = statements[last + 1] ? startOfBlock(text, statements[last + 1]!.start) : text.length;
    cuts.push([startOfBlock(text, header.start), end]);
  }
  const rest = cuts.reduceRight((whole, [from, to]) => whole.slice(0, from) + whole.slice(to), text);
  if (mentions(rest, name)) {
    throw new FugueError("failed", `the server '${name}' is not written as a table of its own`, "remove it from the file by hand: fugue config path");
  }
  return rest;
}

/** Where the lines of comments that stand directly above a header begin. */
function startOfBlock(text: string, header: number): number {
  let at = text.lastIndexOf("\n", header - 1) + 1;
  while (at > 0) {
    const before = text.lastIndexOf("\n", at - 2) + 1;
    if (!/^[ \t]*#/.test(text.slice(before, at))) break;
    at = before;
  }
  return at;
}
