/** Key bindings of config.toml: `[keys]` is the prefix table, `[keys.root]` and the others stand below it. */
import type { FugueError } from "../base/errors.ts";
import { formatKey, parseKey } from "../base/keys.ts";
import type { Key } from "../base/keys.ts";
import { quoteShort } from "./problem.ts";
import type { Complaints } from "./problem.ts";
import { suggestion } from "./suggest.ts";
import { isTable } from "./toml-document.ts";
import type { TomlTable } from "./toml-document.ts";

/** Tables of keys: after the prefix, without it, and in copy mode. */
export const KEY_TABLES = ["prefix", "root", "copy-vi", "copy-emacs"] as const;
export type KeyTableName = (typeof KEY_TABLES)[number];

/** A change to a key table. */
export interface Binding {
  readonly key: Key;
  /** The command line that the key runs; undefined if the key loses the command it has by default. */
  readonly command: string | undefined;
  /** Within `repeat-time` the key works again without the prefix. */
  readonly repeat: boolean;
}

/** What the user binds and unbinds, on top of the default keys; in the order of the file, each key once. */
export type KeyTables = Readonly<Record<KeyTableName, readonly Binding[]>>;

/** Says what is wrong with a command line of a table, or nothing. */
export type CheckCommand = (line: string, table: KeyTableName) => FugueError | undefined;

const MOST_BINDINGS = 2000;
const LONGEST_COMMAND = 4096;
const FIELDS = ["command", "repeat"];

/** No changes. */
export const NO_BINDINGS: KeyTables = { prefix: [], root: [], "copy-vi": [], "copy-emacs": [] };

/** Reads `[keys]` and the tables below it. Bindings with mistakes are left out. */
export function readKeyTables(raw: unknown, complaints: Complaints, checkCommand: CheckCommand): KeyTables {
  if (!isTable(raw)) {
    complaints.at(["keys"], "is not a table", "write [keys] on a line of its own, and bindings below it");
    return NO_BINDINGS;
  }
  const reader = new BindingReader(complaints, checkCommand);
  const tables: Record<KeyTableName, readonly Binding[]> = { ...NO_BINDINGS };
  const subtables = KEY_TABLES.filter((name) => name !== "prefix" && isTable(raw[name]));
  const own = Object.fromEntries(Object.entries(raw).filter(([name]) => !(subtables as string[]).includes(name)));
  tables.prefix = reader.table("prefix", ["keys"], own);
  for (const name of subtables) tables[name] = reader.table(name, ["keys", name], raw[name] as TomlTable);
  return tables;
}

class BindingReader {
  constructor(private readonly complaints: Complaints, private readonly checkCommand: CheckCommand) {}

  table(table: KeyTableName, path: readonly string[], raw: TomlTable): readonly Binding[] {
    const bindings = new Map<string, { readonly binding: Binding; readonly path: readonly string[] }>();
    for (const [name, value] of Object.entries(raw)) {
      if (this.complaints.full) break;
      if (bindings.size >= MOST_BINDINGS) {
        this.complaints.at(path, "there are too many bindings", `${MOST_BINDINGS} at most`);
        break;
      }
      const at = [...path, name];
      const binding = this.looksLikeTable(at, name, value) ? undefined : this.binding(table, at, name, value);
      if (!binding) continue;
      const id = formatKey(binding.key);
      const before = bindings.get(id);
      if (before) {
        const line = this.complaints.lineOf(before.path);
        this.complaints.at(
          at, `is the same key as ${quoteShort(before.path.at(-1)!)} on line ${line}`, "remove one of the two",
        );
      } else bindings.set(id, { binding, path: at });
    }
    return [...bindings.values()].map(({ binding }) => binding);
  }

  /** Whether a value is rather a misspelled table of keys; if so, says so. */
  private looksLikeTable(at: readonly string[], name: string, value: unknown): boolean {
    if (!isTable(value) || name.length < 3 || "command" in value || "repeat" in value) return false;
    try {
      parseKey(name);
      return false;
    } catch {
      const hint = `the tables are [keys] and ${KEY_TABLES.slice(1).map((table) => `[keys.${table}]`).join(", ")}`;
      this.complaints.at(at, "there is no such table of keys", suggestion(name, KEY_TABLES.slice(1), hint));
      return true;
    }
  }

  private binding(table: KeyTableName, at: readonly string[], name: string, value: unknown): Binding | undefined {
    const key = this.complaints.try(at, () => parseKey(name));
    const written = isTable(value) ? this.fields(at, value) : { command: value, repeat: false };
    if (!key || !written) return undefined;
    const { command, repeat } = written;
    if (command === "" || command === false) return { key, command: undefined, repeat: false };
    if (typeof command !== "string") {
      this.complaints.at(at, "is no command line", "write the command in quotes; \"\" or false unbinds the key");
      return undefined;
    }
    if (command.length > LONGEST_COMMAND || /[\x00-\x08\x0a-\x1f\x7f]/.test(command)) {
      this.complaints.at(
        at, "the command line is too long or holds control characters", "write it on one line; separate commands by ;",
      );
      return undefined;
    }
    return this.complaints.try(at, () => {
      const error = this.checkCommand(command, table);
      if (error) throw error;
      return { key, command, repeat };
    });
  }

  /** The fields of `{command = "...", repeat = true}`. */
  private fields(at: readonly string[], value: TomlTable): { command: unknown; repeat: boolean } | undefined {
    let good = true;
    for (const name of Object.keys(value)) {
      if (FIELDS.includes(name)) continue;
      this.complaints.at(
        [...at, name], "unknown field of a binding", suggestion(name, FIELDS, "the fields are command and repeat"),
      );
      good = false;
    }
    if (value.command === undefined) {
      this.complaints.at(at, "the binding has no command", "write { command = \"...\", repeat = true }");
      good = false;
    }
    if (value.repeat !== undefined && typeof value.repeat !== "boolean") {
      this.complaints.at([...at, "repeat"], "is not true or false", "write repeat = true");
      good = false;
    }
    return good ? { command: value.command, repeat: value.repeat === true } : undefined;
  }
}
