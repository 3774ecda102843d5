/** The kinds of programs that presets start: what their command lines and folders are called. Data, and nothing else. */

/** What is known of one kind of agent, as far as starting it goes. */
export interface Harness {
  readonly name: string;
  /** Its program; undefined: the preset names one. */
  readonly program?: string;
  /** Its rules in src/agents, if their name is another one. */
  readonly agent?: string;
  model?(model: string): string[];
  /** Begins a conversation of this id. Without it the agent chooses an id, and tells it by a hook. */
  begin?(id: string): string[];
  /** Goes on with a conversation, or without an id with the last one of the folder. */
  resume?(id: string | undefined): string[];
  /** Variable that names its configuration folder, and that folder below the home of somebody who has not set it. */
  readonly config?: { readonly variable: string; readonly folder: string };
  /** Files beside the configuration folder that belong into it when the variable is set. */
  readonly beside?: readonly string[];
  /** Folders that are made for the user where they are missing, so that conversations outlive a pane. */
  readonly shared?: readonly string[];
  /** What an isolated one has for itself: never linked. */
  readonly own?: readonly string[];
  /** Arguments of an isolated one. */
  readonly isolated?: readonly string[];
}

export const HARNESSES: readonly Harness[] = [
  {
    name: "claude", program: "claude",
    model: (model) => ["--model", model],
    begin: (id) => ["--session-id", id],
    resume: (id) => (id === undefined ? ["--continue"] : ["--resume", id]),
    config: { variable: "CLAUDE_CONFIG_DIR", folder: ".claude" },
    beside: [".claude.json"], shared: ["projects"],
    own: ["sessions", "session-env", "shell-snapshots", "history.jsonl", "backups", "ide", "statsig", "debug"],
  },
  {
    name: "codex", program: "codex",
    model: (model) => ["--model", model],
    resume: (id) => ["resume", ...(id === undefined ? ["--last"] : [id])],
    config: { variable: "CODEX_HOME", folder: ".codex" },
    shared: ["sessions"],
    own: ["tmp", "log", "packages", "app-server-daemon", "app-server-control", "ipc"],
    // one background server for each folder would outlive its pane
    isolated: ["-c", "features.daemon_auto_start=false"],
  },
  {
    name: "gemini", program: "gemini",
    model: (model) => ["--model", model],
    resume: (id) => ["--resume", ...(id === undefined ? ["latest"] : [id])],
  },
  {
    name: "opencode", program: "opencode",
    model: (model) => ["--model", model],
    resume: (id) => (id === undefined ? ["--continue"] : ["--session", id]),
  },
  { name: "shell" },
  { name: "custom" },
];

/** The harness of this name, or undefined. */
export function harnessNamed(name: string): Harness | undefined {
  return HARNESSES.find((harness) => harness.name === name);
}
