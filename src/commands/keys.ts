/** `keys`: the key bindings that are in force. */
import { formatKey } from "../base/keys.ts";
import { changedBindings, defaultBindings, type EffectiveBinding } from "./bindings.ts";
import { cliCommand } from "./command.ts";
import { jsonDocument } from "./json.ts";
import { cell, formatTable } from "./text-table.ts";

export const keys = cliCommand({
  name: "keys",
  summary: "List the key bindings that are in force",
  details: "The keys after the prefix first, then those without it. Keys of copy mode stand in its own help.",
  group: "config",
  effect: "read",
  args: {},
  tmux: ["list-keys"],
  result: {
    "keys[].table": "string: prefix (after the prefix key) or root",
    "keys[].key": "string: the key, with the prefix key before it",
    "keys[].command": "string: the command line that it runs",
    "keys[].repeat": "boolean: works again without the prefix for a moment",
    "keys[].help": "string or null: what it does; null for bindings of the user",
  },
  async run(ctx) {
    const { configPath } = await import("../config/location.ts");
    const { loadConfig } = await import("../config/config-file.ts");
    const { check } = await ctx.language();
    const { config } = loadConfig(configPath(ctx.env), ctx.env, check);
    const prefix = formatKey(config.options.prefix);
    const rows = [
      ...shown("prefix", `${prefix} `, changedBindings(defaultBindings(), config.keys.prefix)),
      ...shown("root", "", changedBindings([], config.keys.root)),
    ];
    if (ctx.json) return ctx.stdout(jsonDocument({ keys: rows }));
    const lines = rows.map(
      ({ key, help, command, repeat }) => [cell(key), repeat ? "repeats" : "", cell(help ?? command, 120)]
    );
    ctx.stdout(`${formatTable(lines)}\n`);
  },
});

function shown(table: string, before: string, bindings: readonly EffectiveBinding[]) {
  return bindings.map(({ key, command, repeat, help }) => (
    { table, key: `${before}${formatKey(key)}`, command, repeat, help: help ?? null }
  ));
}
