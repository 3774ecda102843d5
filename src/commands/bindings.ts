/** The keys that are in force: the default ones, changed by the user's. */
import { formatKey, parseKey, type Key } from "../base/keys.ts";
import type { Binding } from "../config/bindings.ts";
import { DEFAULT_PREFIX_KEYS, type DefaultKey } from "./default-keys.ts";

/** A key with what it does. */
export interface EffectiveBinding {
  readonly key: Key;
  /** The command line that it runs. */
  readonly command: string;
  readonly repeat: boolean;
  /** What the default binding does, for help; undefined for the user's own. */
  readonly help: string | undefined;
}

/** The default table of the prefix. */
export function defaultBindings(keys: readonly DefaultKey[] = DEFAULT_PREFIX_KEYS): EffectiveBinding[] {
  return keys.map(({ key, command, repeat, help }) => ({ key: parseKey(key), command, repeat: repeat ?? false, help }));
}

/**
 * A table with changes made to it: a change replaces the binding of its key where it stands, or removes it if it has no
 * command; new keys come last.
 */
export function changedBindings(table: readonly EffectiveBinding[], changes: readonly Binding[]): EffectiveBinding[] {
  const byKey = new Map(table.map((binding) => [formatKey(binding.key), binding]));
  for (const { key, command, repeat } of changes) {
    if (command === undefined) byKey.delete(formatKey(key));
    else byKey.set(formatKey(key), { key, command, repeat, help: undefined });
  }
  return [...byKey.values()];
}
