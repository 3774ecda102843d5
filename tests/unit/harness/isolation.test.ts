import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AgentFolders } from "../../../src/harness/isolation.ts";
import { tempFolder, type TempFolder } from "../../support/temp-folder.ts";

let folder: TempFolder;
let home: string;
let folders: AgentFolders;

beforeEach(() => {
  folder = tempFolder();
  home = join(folder.path, "home");
  folders = new AgentFolders(join(folder.path, "agents"), ["/opt/it's/fugue"]);
  mkdirSync(join(home, ".claude"), { recursive: true });
  writeFileSync(join(home, ".claude", ".credentials.json"), "secret");
  writeFileSync(join(home, ".claude", "settings.json"), "{\"hooks\":{\"Stop\":[]}}");
  writeFileSync(join(home, ".claude", "history.jsonl"), "old");
  writeFileSync(join(home, ".claude.json"), "{}");
});

afterEach(() => folder[Symbol.dispose]());

const own = (pane: number, name: string) => join(folder.path, "agents", String(pane), name);

test("an isolated Claude Code has links to the user's files, hooks beside them, and nothing copied", () => {
  const { args, env } = folders.equip(4, "claude", true, { HOME: home }, ["claude"]);
  expect(env).toEqual({ CLAUDE_CONFIG_DIR: join(folder.path, "agents", "4") });
  expect(readlinkSync(own(4, ".credentials.json"))).toBe(join(home, ".claude", ".credentials.json"));
  expect(readlinkSync(own(4, "settings.json"))).toBe(join(home, ".claude", "settings.json"));
  expect(readlinkSync(own(4, ".claude.json"))).toBe(join(home, ".claude.json"));
  expect(readlinkSync(own(4, "projects"))).toBe(join(home, ".claude", "projects"));
  expect(existsSync(own(4, "history.jsonl"))).toBe(false);
  for (const name of readdirSync(join(folder.path, "agents", "4"))) expect(lstatSync(own(4, name)).isSymbolicLink()).toBe(true);
  expect(statSync(join(folder.path, "agents", "4")).mode & 0o777).toBe(0o700);
  expect(args[0]).toBe("--settings");
  const { hooks } = JSON.parse(readFileSync(args[1]!, "utf8"));
  expect(hooks.Stop[0].hooks[0].command).toBe("'/opt/it'\\''s/fugue' agent hook claude");
  expect(readFileSync(join(home, ".claude", "settings.json"), "utf8")).toBe("{\"hooks\":{\"Stop\":[]}}");
  expect(args[2]).toBe("--mcp-config");
  expect(JSON.parse(readFileSync(args[3]!, "utf8")).mcpServers.fugue).toEqual({ type: "stdio", command: "/opt/it's/fugue", args: ["mcp"] });
});

test("an isolated Codex has the MCP server, one that is not has what its user says", () => {
  const words = (isolated: boolean) => folders.equip(3, "codex", isolated, { HOME: home }, ["codex"]).args.join(" ");
  expect(words(true)).toContain("-c mcp_servers.fugue.command=\"/opt/it's/fugue\" -c mcp_servers.fugue.args=[\"mcp\"]");
  expect(words(false)).not.toContain("mcp_servers");
});

test("the user's own folder may be elsewhere; without isolation it stays that", () => {
  const elsewhere = join(folder.path, "else");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, ".claude.json"), "{}");
  folders.equip(5, "claude", true, { HOME: home, CLAUDE_CONFIG_DIR: elsewhere }, []);
  expect(readlinkSync(own(5, ".claude.json"))).toBe(join(elsewhere, ".claude.json"));
  expect(folders.equip(6, "claude", false, { HOME: home }, []).env).toEqual({});
  expect(existsSync(join(folder.path, "agents", "6"))).toBe(false);
  expect(folders.equip(7, "claude", false, { HOME: home }, ["claude", "--settings", "x"]).args).toEqual([]);
  expect(folders.equip(8, "shell", false, { HOME: home }, [])).toEqual({ args: [], env: {} });
});

test("Codex's notifications of a user are left as they were", () => {
  const codex = join(home, ".codex");
  mkdirSync(codex);
  expect(folders.equip(1, "codex", false, { HOME: home }, []).args[1]).toStartWith("notify=[\"/opt/it's/fugue\"");
  writeFileSync(join(codex, "config.toml"), "model = \"x\"\nnotify = [\"mine\"]\n");
  expect(folders.equip(1, "codex", false, { HOME: home }, []).args).toEqual([]);
});

test("a folder that is there already keeps what the agent wrote; it goes with its pane, and what it links to stays", () => {
  folders.equip(4, "claude", true, { HOME: home }, []);
  writeFileSync(own(4, "history.jsonl"), "new");
  folders.equip(4, "claude", true, { HOME: home }, []);
  expect(readFileSync(own(4, "history.jsonl"), "utf8")).toBe("new");
  folders.equip(9, "claude", true, { HOME: home }, []);
  folders.sweep(new Set([9]));
  expect([existsSync(own(4, "")), existsSync(own(9, ""))]).toEqual([false, true]);
  folders.remove(9);
  expect(existsSync(own(9, ""))).toBe(false);
  expect(readFileSync(join(home, ".claude", ".credentials.json"), "utf8")).toBe("secret");
});

test("a link in place of the folder is refused", () => {
  mkdirSync(join(folder.path, "agents"));
  symlinkSync(home, join(folder.path, "agents", "4"));
  expect(() => folders.equip(4, "claude", true, { HOME: home }, [])).toThrow("symbolic link");
});
