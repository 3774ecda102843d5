/** The configuration of one machine: what config.toml says, checked, with the defaults for what it does not say. */
import { NO_BINDINGS } from "./bindings.ts";
import type { KeyTables } from "./bindings.ts";
import type { ListenSettings } from "./listen.ts";
import type { Environment } from "./location.ts";
import { defaultOptions } from "./options.ts";
import { NO_RULES } from "./mcp-rules.ts";
import type { McpRules } from "./mcp-rules.ts";
import type { Options } from "./options.ts";
import type { Preset } from "./presets.ts";
import type { ServerProfile } from "./servers.ts";

/** Settings that were read. Immutable: a reload makes a new one. */
export interface Config extends ListenSettings {
  readonly options: Options;
  readonly keys: KeyTables;
  /** In the order of the file; at most one has `default`. */
  readonly servers: readonly ServerProfile[];
  /** For the environment of new panes. */
  readonly env: ReadonlyMap<string, string>;
  readonly presets: readonly Preset[];
  readonly mcp: McpRules;
}

/** The configuration of somebody who has no file. */
export function defaultConfig(env: Environment = {}): Config {
  return { options: defaultOptions(env), keys: NO_BINDINGS, servers: [], env: new Map(), presets: [], mcp: NO_RULES, listen: [], advertise: false };
}
