import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CONFIGURED_AGENTS, installMcp, uninstallMcp, type ConfiguredAgent } from "../../../src/config/agent-config.ts";
import { removeMember, setMember } from "../../../src/config/jsonc-edit.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { thrownBy } from "../../support/thrown.ts";

const FILES: Record<ConfiguredAgent, string> = {
  claude: ".claude.json", codex: ".codex/config.toml", gemini: ".gemini/settings.json", opencode: ".config/opencode/opencode.json",
};
/** What a user has there already. */
const OWN: Record<ConfiguredAgent, string> = {
  claude: "{\n  \"theme\": \"dark\",\n  \"mcpServers\": {\n    \"other\": {\n      \"command\": \"x\"\n    }\n  }\n}\n",
  codex: "# mine\nmodel = \"m\" # yes\n\n[mcp_servers.other]\ncommand = \"x\"\n\n[profiles.a]\nmodel = \"n\"\n",
  gemini: "{\n\t// a comment\n\t\"theme\": \"x\", /* another */\n}\n",
  opencode: "{}",
};

describe.each([...CONFIGURED_AGENTS])("%s", (agent) => {
  test("gets the server, and loses it again, with everything else as it was", () => {
    using folder = tempFolder();
    const env = { HOME: folder.path };
    const path = join(folder.path, FILES[agent]);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, OWN[agent], { mode: 0o640 });
    const done = installMcp(agent, ["/bin/fugue", "mcp"], env);
    expect(done).toEqual({ path, changed: true, backup: `${path}.fugue-backup` });
    const text = readFileSync(path, "utf8");
    const value: any = agent === "codex" ? Bun.TOML.parse(text) : JSON.parse(text.replace(/\/\/.*|\/\*.*?\*\//g, "").replace(/,(\s*\})/g, "$1"));
    const entry = (value.mcpServers ?? value.mcp ?? value.mcp_servers).fugue;
    expect([entry.command].flat()[0]).toBe("/bin/fugue");
    for (const [word] of OWN[agent].matchAll(/[\w#]+/g)) expect(text).toContain(word);
    expect([readFileSync(done.backup!, "utf8"), statSync(path).mode & 0o777]).toEqual([OWN[agent], 0o640]);
    expect(installMcp(agent, ["/bin/fugue", "mcp"], env).changed).toBe(false);
    expect(installMcp(agent, ["/new/fugue", "mcp"], env).changed).toBe(true);
    expect(uninstallMcp(agent, env).changed).toBe(true);
    expect(readFileSync(path, "utf8").replace(/\s/g, "")).toBe(OWN[agent].replace(/\s/g, ""));
    expect(uninstallMcp(agent, env).changed).toBe(false);
  });

  test("that has no configuration gets one for itself only", () => {
    using folder = tempFolder();
    const path = join(folder.path, FILES[agent]);
    expect(uninstallMcp(agent, { HOME: folder.path }).changed).toBe(false);
    expect(existsSync(path)).toBe(false);
    expect(installMcp(agent, ["fugue", "mcp"], { HOME: folder.path }).backup).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("whose configuration is broken keeps it as it is", () => {
    using folder = tempFolder();
    const path = join(folder.path, FILES[agent]);
    mkdirSync(dirname(path), { recursive: true });
    const broken = agent === "codex" ? "mcp_servers = { a = {} }\n" : "{ \"a\": 1 oops }";
    writeFileSync(path, broken);
    const error = thrownBy(() => installMcp(agent, ["fugue", "mcp"], { HOME: folder.path }));
    expect([error.code, error.message.startsWith(path)]).toEqual(["config", true]);
    expect([readFileSync(path, "utf8"), existsSync(`${path}.fugue-backup`)]).toEqual([broken, false]);
  });
});

test("a configuration behind a symbolic link is changed behind it", () => {
  using folder = tempFolder();
  const real = join(folder.path, "dotfiles.json");
  writeFileSync(real, "{}");
  symlinkSync(real, join(folder.path, ".claude.json"));
  installMcp("claude", ["fugue", "mcp"], { HOME: folder.path });
  expect(lstatSync(join(folder.path, ".claude.json")).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(real, "utf8")).mcpServers.fugue.args).toEqual(["mcp"]);
});

test.each([
  ["{}", "{\n  \"a\": {\n    \"b\": 1\n  }\n}"],
  ["{\"a\":{}}", "{\"a\":{\n    \"b\": 1\n  }}"],
  ["{\n    \"x\": [1, {\"y\": \"}\"}], // tail\n}\n", "{\n    \"x\": [1, {\"y\": \"}\"}],\n    \"a\": {\n      \"b\": 1\n    }, // tail\n}\n"],
  ["{ \"a\": { \"b\": 0, \"c\": 2 } }", "{ \"a\": { \"b\": 1, \"c\": 2 } }"],
])("%j with a member set", (text, expected) => {
  expect(setMember(text, ["a", "b"], 1)).toBe(expected);
});

test.each([
  ["{ \"a\": { \"b\": 0, \"c\": 2 } }", "{ \"a\": { \"c\": 2 } }"],
  ["{ \"a\": { \"c\": 2, \"b\": 0 } }", "{ \"a\": { \"c\": 2 } }"],
  ["{ \"a\": { \"b\": 0 }, \"z\": 1 }", "{ \"z\": 1 }"],
  ["{ \"z\": 1 }", "{ \"z\": 1 }"],
])("%j with a member removed", (text, expected) => {
  expect(removeMember(text, ["a", "b"])).toBe(expected);
});

describe("what a user wrote comes back byte for byte", () => {
  const hooks = "{\n  // mine\n  \"hooks\": { \"Stop\": [ {\"hooks\":[{\"type\":\"command\",\"command\":\"say \\\"hi\\\"\"}]} ] }, /* x */\n  \"theme\": \"dark\"\n}";
  test.each<[ConfiguredAgent, string]>([
    ["claude", hooks], ["claude", "{\"a\":1}\n\n"], ["claude", "{\r\n\t\"mcpServers\": {\r\n\t\t\"x\": {}\r\n\t}\r\n}\r\n"], ["gemini", "// top\n{ \"a\": 1, // c\n}\n"],
    ["codex", "# c\nnotify = [\"mine\"]\n\n\n"], ["codex", "model = \"x\" # no end of line"], ["codex", "\n\n[a]\r\nb = 1\r\n"],
  ])("%s %j", (agent, text) => {
    using folder = tempFolder();
    const path = join(folder.path, FILES[agent]);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    expect(installMcp(agent, ["/bin/fugue", "mcp"], { HOME: folder.path }).changed).toBe(true);
    expect(uninstallMcp(agent, { HOME: folder.path }).changed).toBe(true);
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("also the comment of a table that was put behind ours", () => {
    using folder = tempFolder();
    const path = join(folder.path, FILES.codex);
    mkdirSync(dirname(path), { recursive: true });
    installMcp("codex", ["/bin/fugue", "mcp"], { HOME: folder.path });
    writeFileSync(path, `${readFileSync(path, "utf8")}\n# about the other\n[other]\nx = 1\n`);
    uninstallMcp("codex", { HOME: folder.path });
    expect(readFileSync(path, "utf8")).toBe("\n# about the other\n[other]\nx = 1\n");
  });
});
