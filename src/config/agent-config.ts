/** The MCP server in the configuration of agents: put in and taken out, with everything else left as it was. */
import { copyFileSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { FugueError, systemCode } from "../base/errors.ts";
import { replaceUserFile } from "../base/replace-file.ts";
import { homeFolder, type Environment } from "./location.ts";
import { removeMember, setMember } from "./jsonc-edit.ts";
import { tomlString } from "./toml-text.ts";

/** Agents whose configuration is known. */
export const CONFIGURED_AGENTS = ["claude", "codex", "gemini", "opencode"] as const;
export type ConfiguredAgent = (typeof CONFIGURED_AGENTS)[number];

const NAME = "fugue";
/** What tells the server in which pane it runs: an agent that hands on little of its environment must hand on these. */
export const MCP_VARIABLES = ["FUGUE_HOME", "FUGUE_SOCKET", "FUGUE_PANE", "FUGUE_CONFIG", "XDG_CONFIG_HOME"];

/** What was done to a file. */
export interface ConfigChange {
  readonly path: string;
  readonly changed: boolean;
  /** The file as it was, undefined if there was none or nothing changed. */
  readonly backup: string | undefined;
}

/** Where an agent has its configuration, and how our server stands in it. */
interface Place {
  readonly path: string;
  add(text: string, command: readonly string[]): string;
  remove(text: string): string;
}

function placeOf(agent: ConfiguredAgent, env: Environment): Place {
  const home = homeFolder(env);
  switch (agent) {
    case "claude":
      return json(join(env.CLAUDE_CONFIG_DIR || home, ".claude.json"), "mcpServers", ([command, ...args]) => ({ type: "stdio", command, args }));
    case "gemini":
      return json(join(home, ".gemini", "settings.json"), "mcpServers", ([command, ...args]) => ({ command, args }));
    case "opencode":
      return json(openCodePath(env, home), "mcp", (command) => ({ type: "local", command, enabled: true }));
    case "codex":
      return { path: join(env.CODEX_HOME || join(home, ".codex"), "config.toml"), add: addToml, remove: removeToml };
  }
}

function openCodePath(env: Environment, home: string): string {
  const folder = join(env.XDG_CONFIG_HOME || join(home, ".config"), "opencode");
  const commented = join(folder, "opencode.jsonc");
  return statSync(commented, { throwIfNoEntry: false }) ? commented : join(folder, "opencode.json");
}

function json(path: string, table: string, entry: (command: readonly string[]) => object): Place {
  return {
    path,
    add: (text, command) => setMember(text, [table, NAME], entry(command)),
    remove: (text) => removeMember(text, [table, NAME]),
  };
}

/** Our table in a TOML file: its header and the lines of its keys, and nothing that follows, such as another table's comment. */
const TABLE = new RegExp(`(^|\\n)\\[mcp_servers\\.${NAME}\\][^\\n]*(?:\\n[ \\t]*[\\w-]+[ \\t]*=[^\\n]*)*(?:\\n|$)`);

function addToml(text: string, [command = "", ...args]: readonly string[]): string {
  if (/^\s*mcp_servers\s*=/m.test(text)) {
    throw new FugueError("config", "mcp_servers is written on one line there", `write [mcp_servers.NAME] tables, or add ${NAME} by hand`);
  }
  const list = (words: readonly string[]) => `[${words.map(tomlString).join(", ")}]`;
  const rest = removeToml(text);
  const table = [
    `[mcp_servers.${NAME}]`, `command = ${tomlString(command)}`, `args = ${list(args)}`, `env_vars = ${list(MCP_VARIABLES)}`,
  ];
  // a blank line stands before it only where the last line had an end: so it can be taken out without a trace
  return `${rest}${rest === "" ? "" : "\n"}${table.join("\n")}\n`;
}

function removeToml(text: string): string {
  // the line end before it was ours, but for that of a table in front of which nothing stands
  return text.replace(TABLE, "");
}

/** Puts the MCP server into an agent's configuration. @throws FugueError `config`, `system`; the file is then as it was */
export function installMcp(agent: ConfiguredAgent, command: readonly string[], env: Environment): ConfigChange {
  const { path, add } = placeOf(agent, env);
  return change(path, (text) => add(text, command));
}

/** Takes it out again. @throws as `installMcp` */
export function uninstallMcp(agent: ConfiguredAgent, env: Environment): ConfigChange {
  const { path, remove } = placeOf(agent, env);
  return change(path, remove);
}

/** Replaces a file whole or not at all; through a symbolic link the file behind it. The old one is kept beside it. */
function change(path: string, edit: (text: string) => string): ConfigChange {
  try {
    const before = read(path);
    const after = edit(before ?? "");
    if (after === (before ?? "")) return { path, changed: false, backup: undefined };
    const backup = before === undefined ? undefined : `${realpathSync(path)}.fugue-backup`;
    if (backup !== undefined) copyFileSync(path, backup);
    replaceUserFile(path, after);
    return { path, changed: true, backup };
  } catch (error) {
    if (error instanceof FugueError) throw new FugueError(error.code, `${path}: ${error.message}`, error.hint, error);
    throw new FugueError("system", `can't change ${path}: ${systemCode(error) ?? "failed"}`, undefined, error);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
