/** What the runtime's TOML parser complains of, with a way out: its messages name the fault, but no remedy. */

/** Faults that we find ourselves. */
export const TOO_DEEP = "nested too deeply";
export const TOO_LONG = "the value is too long";

const HINTS: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^Missing value/, "write a value behind the '=', or remove the line"],
  [/^Strings must be quoted: "(true|on|yes)"/i, "write true"],
  [/^Strings must be quoted: "(false|off|no)"/i, "write false"],
  [/^Unterminated string/, "close the string with the quote that opened it"],
  [/in an array|^Unterminated array/, "separate the elements by commas, and close the list with ]"],
  [/inline table/, "separate the settings by commas, and close the table with }"],
  [/table header/, "write the header as [name]"],
  [/^Invalid escape/, "write text with backslashes in single quotes"],
  [/^Expected '='|^Expected a key/, "write name = value; special characters in a name need quotes: \"%\" = ..."],
  [/^Expected a newline/, "put each setting on a line of its own"],
  [/^Unexpected character after a value/, "put the value in quotes"],
  [/^Control character/, "remove the character, or write it as \\uXXXX"],
  [/losslessly|signed range/, "write a smaller number"],
];

/** What the runtime's parser says, with a way out. */
export function explain(parsed: string): { readonly message: string; readonly hint: string } {
  if (parsed === TOO_DEEP) return { message: parsed, hint: "no setting is that deep" };
  if (parsed === TOO_LONG) return { message: parsed, hint: "16 KiB at most" };
  const unquoted = /^Strings must be quoted: ("[\w.+-]{1,60}")$/.exec(parsed)?.[1];
  const known = HINTS.find(([pattern]) => pattern.test(parsed))?.[1];
  const hint = known ?? (unquoted ? `write ${unquoted}` : "see https://toml.io for how values are written");
  return { message: parsed.charAt(0).toLowerCase() + parsed.slice(1), hint };
}
