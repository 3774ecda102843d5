/** Which keys a person may have meant by one press: what bindings are looked up by. */
import { canonicalKey, MOD, sameKey } from "../../base/keys.ts";
import type { Key } from "../../base/keys.ts";
import type { KeyInput } from "../../protocol/input.ts";

/**
 * The keys to look a press up by, the likeliest first (1 to 3): the key itself; the character that Shift makes of it
 * (`M-!` where the terminal reports Alt, Shift and `1`); and the key in its place on a US keyboard, so that `C-c` works
 * with a Cyrillic layout.
 */
export function bindingKeys(press: KeyInput): Key[] {
  const keys = [canonicalKey(press.key)];
  const { mods } = press.key;
  if (press.shifted !== undefined && mods & MOD.shift) {
    add(keys, { name: String.fromCodePoint(press.shifted), mods: mods & ~MOD.shift });
  }
  if (press.base !== undefined) add(keys, { name: String.fromCodePoint(press.base), mods });
  return keys;
}

function add(keys: Key[], key: Key): void {
  if (!keys.some((known) => sameKey(known, key))) keys.push(canonicalKey(key));
}
