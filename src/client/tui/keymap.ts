/** Which command line a key runs: the default tables with the user's changes on top. */
import { formatKey, parseKey, type Key } from "../../base/keys.ts";
import { DEFAULT_PREFIX_KEYS } from "../../commands/default-keys.ts";
import type { Binding, KeyTables } from "../../config/bindings.ts";

export interface BoundCommand {
  readonly key: string;
  readonly command: string;
  readonly repeat: boolean;
  readonly help: string;
}

/** Keys that mean the same are one entry: the canonical name. */
function nameOf(key: Key): string {
  return formatKey(key);
}

export class Keymap {
  readonly prefix = new Map<string, BoundCommand>();
  readonly root = new Map<string, BoundCommand>();

  constructor(changes: KeyTables) {
    for (const { key, command, repeat, help } of DEFAULT_PREFIX_KEYS) {
      const name = nameOf(parseKey(key));
      this.prefix.set(name, { key: name, command, repeat: repeat ?? false, help });
    }
    for (const binding of changes.prefix) change(this.prefix, binding);
    for (const binding of changes.root) change(this.root, binding);
  }

  inPrefix(key: Key): BoundCommand | undefined {
    return this.prefix.get(nameOf(key));
  }

  inRoot(key: Key): BoundCommand | undefined {
    return this.root.size === 0 ? undefined : this.root.get(nameOf(key));
  }
}

function change(table: Map<string, BoundCommand>, binding: Binding): void {
  const key = nameOf(binding.key);
  if (binding.command === undefined) table.delete(key);
  else table.set(key, { key, command: binding.command, repeat: binding.repeat, help: "" });
}
