/**
 * Configuration folders of isolated agents: one for each pane, below the state folder. What the user has there is linked,
 * never copied, so that settings and logins are the user's own and no secret lies in two places.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensurePrivateFolder } from "../base/paths.ts";
import { replaceFile, replaceLink } from "../base/replace-file.ts";
import { claudeMcpConfig, claudeSettings, codexArguments, codexMcpArguments } from "./hooks.ts";
import { harnessNamed, type Harness } from "./harness.ts";

const MOST_ENTRIES = 1000;
const LARGEST_CONFIG_BYTES = 1024 * 1024;

/** What an agent is started with besides its own command line. */
export interface Equipment {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The folders below `state/agents`: one for each isolated pane, and the hooks that all use. */
export class AgentFolders {
  /** @param self argv of this executable, for hooks */
  constructor(private readonly root: string, private readonly self: readonly string[]) {}

  folderOf(pane: number): string {
    return join(this.root, String(pane));
  }

  /**
   * Makes hooks, and for an isolated pane its folder, which may be there already.
   * @param env environment that the agent will have
   * @throws FugueError `refused` or `system` if the folder can't be made
   */
  equip(pane: number, harness: string, isolated: boolean, env: Readonly<Record<string, string | undefined>>, argv: readonly string[]): Equipment {
    const kind = harnessNamed(harness);
    if (!kind?.config) return { args: [], env: {} };
    ensurePrivateFolder(this.root);
    const folder = userFolder(kind, env);
    const own = isolated ? this.isolate(pane, kind, folder, env) : {};
    return { args: [...this.hooks(kind, folder, argv), ...(isolated ? this.mcpServer(kind, argv) : [])], env: own };
  }

  /** Arguments that bring the hooks in. */
  private hooks(kind: Harness, folder: string | undefined, argv: readonly string[]): readonly string[] {
    if (kind.name === "claude" && !argv.includes("--settings")) {
      const path = join(this.root, "claude-hooks.json");
      writeWhole(path, claudeSettings(this.self));
      return ["--settings", path];
    }
    if (kind.name === "codex") return codexArguments(this.self, folder && readText(join(folder, "config.toml")));
    return [];
  }

  /** Arguments that bring our MCP server in. */
  private mcpServer(kind: Harness, argv: readonly string[]): readonly string[] {
    if (kind.name === "codex") return codexMcpArguments(this.self);
    if (kind.name !== "claude" || argv.includes("--mcp-config")) return [];
    const path = join(this.root, "claude-mcp.json");
    writeWhole(path, claudeMcpConfig(this.self));
    return ["--mcp-config", path];
  }

  private isolate(pane: number, kind: Harness, folder: string | undefined, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
    const own = this.folderOf(pane);
    ensurePrivateFolder(own);
    if (folder !== undefined) {
      for (const name of kind.shared ?? []) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
      for (const name of namesIn(folder)) if (!isOwn(kind, name)) link(join(folder, name), join(own, name));
      for (const name of kind.beside ?? []) {
        // with a folder named by its variable the agent keeps these in it, else in the home
        const place = env[kind.config!.variable] ? join(folder, name) : join(env.HOME ?? "/", name);
        if (exists(place)) link(place, join(own, name));
      }
    }
    return { [kind.config!.variable]: own };
  }

  /** Removes the folder of a pane that is gone. What its links point to stays. */
  remove(pane: number): void {
    rmSync(this.folderOf(pane), { recursive: true, force: true });
  }

  /** Removes the folders of panes that are no more. */
  sweep(alive: ReadonlySet<number>): void {
    for (const name of namesIn(this.root)) if (/^\d+$/.test(name) && !alive.has(Number(name))) this.remove(Number(name));
  }
}

/** The user's own configuration folder of an agent. */
function userFolder({ config }: Harness, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env[config!.variable] || (env.HOME ? join(env.HOME, config!.folder) : undefined);
}

/** Locks, sockets and databases with their logs are nothing to share between processes by links. */
function isOwn({ own }: Harness, name: string): boolean {
  return (own ?? []).includes(name) || /\.(sock|lock|sqlite|sqlite-wal|sqlite-shm|pid)$/.test(name);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, MOST_ENTRIES);
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A link at `path`, in place of an older link; what the agent itself wrote there stays. */
function link(target: string, path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there && !there.isSymbolicLink()) return;
  replaceLink(path, target);
}

/** Writes a file as a whole, only if it says something else. */
function writeWhole(path: string, text: string): void {
  if (readText(path) === text) return;
  replaceFile(path, text);
}

function readText(path: string): string | undefined {
  try {
    const bytes = readFileSync(path);
    return bytes.length > LARGEST_CONFIG_BYTES ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}
