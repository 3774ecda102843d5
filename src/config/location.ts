/** Where the configuration is. Apart from the rest: every command line asks, few have one to read. */
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Variables of an environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

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
