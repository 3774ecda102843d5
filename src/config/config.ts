/** The configuration of one machine: what config.toml says, checked, with the defaults for what it does not say. */
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { NO_BINDINGS } from "./bindings.ts";
import type { KeyTables } from "./bindings.ts";
import type { ListenSettings } from "./listen.ts";
import { defaultOptions } from "./options.ts";
import { NO_RULES } from "./mcp-rules.ts";
import type { McpRules } from "./mcp-rules.ts";
import type { Options } from "./options.ts";
import type { Preset } from "./presets.ts";
import type { ServerProfile } from "./servers.ts";

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
export function defaultConfig(): Config {
  return { options: defaultOptions(), keys: NO_BINDINGS, servers: [], env: new Map(), presets: [], mcp: NO_RULES, listen: [], advertise: false };
}

/** The user's home: `HOME`, else what the system says. */
export function homeFolder(env: Environment): string {
  return env.HOME || homedir();
}

/**
 * Where the configuration is: `FUGUE_CONFIG`, else `fugue/config.toml` in `XDG_CONFIG_HOME` or `~/.config`. A relative
 * `XDG_CONFIG_HOME` is ignored, as the XDG Base Directory Specification demands.
 */
export function configPath(env: Environment): string {
  if (env.FUGUE_CONFIG) return resolve(env.FUGUE_CONFIG);
  const xdg = env.XDG_CONFIG_HOME;
  return join(xdg && isAbsolute(xdg) ? xdg : join(homeFolder(env), ".config"), "fugue", "config.toml");
}
