import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../src/config/config-file.ts";
import { mayName } from "../../../src/config/config-source.ts";
import { loadServers } from "../../../src/config/servers-file.ts";
import { checkCommand } from "./read-text.ts";

function withFile(text: string | undefined, run: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "fugue-servers-"));
  const path = join(folder, "config.toml");
  if (text !== undefined) writeFileSync(path, text);
  try {
    run(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SERVERS = `[options]\nmouse = "perhaps"\n[servers.far]\naddr = "ssh://me@far"\ndefault = true\n[servers.bad]\naddr = 5\n`;

test("the servers are those of the whole configuration, with the mistakes in them and no others", () => {
  withFile(SERVERS, (path) => {
    const whole = loadConfig(path, { HOME: "/h" }, checkCommand);
    const { servers, problems } = loadServers(path, { HOME: "/h" });
    expect(servers).toEqual(whole.config.servers);
    expect(servers.map(({ name }) => name)).toEqual(["far"]);
    expect(problems).toEqual(whole.problems.filter(({ key }) => key.startsWith("servers")));
    expect(problems.map(({ key }) => key)).toEqual(["servers.bad.addr"]);
  });
});

test("there are none where there is no file, or none that is TOML", () => {
  withFile(undefined, (path) => expect(loadServers(path, {})).toEqual({ servers: [], problems: [] }));
  withFile("[servers.far\n", (path) => expect(loadServers(path, {}).servers).toEqual([]));
});

test.each([
  [undefined, false], ["", false], ["[options]\nmouse = true\n", false], [SERVERS, true], ["# servers\n", true],
  ["[\"ser\\u0076ers\".far]\naddr = \"ssh://far\"\n", true],
])("whether a file may name servers: %j", (text, expected) => {
  withFile(text, (path) => expect(mayName(path, "servers")).toBe(expected));
});
