/** The options that the daemon itself acts on, out of the configuration of its machine. */
import type { Config } from "../config/config.ts";
import { NO_RULES, type McpRules } from "../config/mcp-rules.ts";
import type { Preset } from "../config/presets.ts";
import type { Size } from "../config/value-types.ts";

/** `off`: nothing comes back. `shell`: sessions, with shells in their panes. `command`: with the commands they were made for. */
export type RestorePolicy = "off" | "shell" | "command";

export interface ServerSettings {
  baseIndex: number;
  /** Number of the first pane of a window. */
  paneBaseIndex: number;
  historyLines: number;
  historyBytes: number;
  defaultShell: string | undefined;
  defaultCommand: string[];
  /** Folder of new panes; undefined: that of the pane they are made from. */
  defaultPath: string | undefined;
  term: string;
  env: Record<string, string>;
  remainOnExit: "off" | "on" | "failed";
  automaticRename: boolean;
  /** Programs may name their window. */
  allowRename: boolean;
  renumberWindows: boolean;
  monitorActivity: boolean;
  monitorBell: boolean;
  /** Windows whose bells clients hear of; `current` is the one that a client looks at. */
  bellAction: "any" | "none" | "current" | "other";
  logLevel: "error" | "warn" | "info" | "debug";
  /** Programs may set the clipboard (OSC 52), and read it. */
  setClipboard: boolean;
  readClipboard: boolean;
  /** What agents may do, by the preset that their pane was started with; undefined: by none. */
  mcpRules(preset: string | undefined): McpRules;
  /** States of agents for which the user's command is run, and that command. */
  agentNotify: readonly string[];
  agentCommand: readonly string[];
  presets: readonly Preset[];
  /** New windows send input to all of their panes. */
  synchronized: boolean;
  /** Wished size of the main pane of the main-* layouts. */
  mainPane: { cols: Size; rows: Size };
  /** What runs again after a reboot or a stop. */
  restore: RestorePolicy;
  /** Text of panes is kept on the disk. */
  persistHistory: boolean;
  save: { intervalMs: number; sync: boolean; historyBytes: number };
}

/** The settings that a configuration asks for. */
export function settingsFrom({ options, env, mcp, presets }: Config): ServerSettings {
  return {
    baseIndex: options.baseIndex,
    paneBaseIndex: options.paneBaseIndex,
    historyLines: Math.max(1, options.historyLimit),
    historyBytes: options.historyBytes,
    defaultShell: options.defaultShell || undefined,
    defaultCommand: options.defaultCommand === "" ? [] : [options.defaultCommand],
    defaultPath: options.defaultPath || undefined,
    term: options.term,
    env: Object.fromEntries(env),
    remainOnExit: options.remainOnExit,
    automaticRename: options.automaticRename,
    allowRename: options.allowRename,
    renumberWindows: options.renumberWindows,
    monitorActivity: options.monitorActivity,
    monitorBell: options.monitorBell,
    bellAction: options.bellAction,
    logLevel: options.logLevel,
    setClipboard: options.setClipboard === "on",
    readClipboard: options.readClipboard,
    mcpRules: (preset) => rulesFor(mcp, presets.find(({ name }) => name === preset)),
    agentNotify: options.agentNotify,
    agentCommand: options.agentCommand,
    presets,
    synchronized: options.synchronizePanes,
    mainPane: { cols: options.mainPaneWidth, rows: options.mainPaneHeight },
    restore: options.restore,
    persistHistory: options.persistHistory,
    save: { intervalMs: options.saveInterval, sync: options.saveSync, historyBytes: options.saveBytes },
  };
}

/** The rules of a preset in place of the general ones; what is denied in general stays denied. */
function rulesFor(general: McpRules, preset: Preset | undefined): McpRules {
  if (!preset) return general;
  return {
    servers: preset.mcp_servers ?? general.servers, allow: preset.mcp_allow ?? general.allow,
    deny: [...general.deny, ...(preset.mcp_deny ?? NO_RULES.deny)],
  };
}
