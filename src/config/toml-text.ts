/** Writing TOML (https://toml.io/en/v1.0.0): strings and keys that read back as they were. */

/** A string in quotes, on one line. Lone surrogates, which no file can hold, become U+FFFD. */
export function tomlString(text: string): string {
  const whole = text.toWellFormed();
  const literal = /["\\]/.test(whole) && !/['\x00-\x1f\x7f]/.test(whole);
  return literal ? `'${whole}'` : JSON.stringify(whole).replaceAll("\x7f", "\\u007F");
}

/** A key: bare if it may be, else in quotes. */
export function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : tomlString(name);
}

/** A table's header: `[keys.root]`. */
export function tomlHeader(...path: readonly string[]): string {
  return `[${path.map(tomlKey).join(".")}]`;
}
