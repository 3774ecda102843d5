import { describe, expect, test } from "bun:test";
import { withoutServer, withServer } from "../../../src/config/server-edit.ts";
import { codeThrownBy } from "../../support/thrown.ts";

const FILE = `# mine
[options]
mouse = true  # yes

# the first
[servers.a]
addr = "ssh://a"   # here

# the second
[servers.b]
addr = "ssh://b"
`;

describe("adding a server", () => {
  test("appends a table and changes nothing else", () => {
    const text = withServer(FILE, "c", { addr: "tcp://localhost:9", ssh_host: "me@c", ssh_tunnel: true, ssh_port: 22 });
    expect(text.startsWith(FILE)).toBe(true);
    expect(Bun.TOML.parse(text)).toMatchObject({ servers: { a: { addr: "ssh://a" }, c: { addr: "tcp://localhost:9", ssh_tunnel: true, ssh_port: 22 } } });
  });

  test("of any text is read back as it was given", () => {
    for (const value of ['a"b', "a\\b", "a'b\"c", "", "ü"]) {
      expect(Bun.TOML.parse(withServer("x = 1", "n", { addr: value }))).toMatchObject({ x: 1, servers: { n: { addr: value } } });
    }
  });

  test("that is there already is refused, however it is written", () => {
    for (const text of [FILE, 'servers.a.addr = "x"', '[servers]\na = { addr = "x" }']) {
      expect(codeThrownBy(() => withServer(text, "a", { addr: "y" }))).toBe("failed");
    }
  });
});

describe("removing a server", () => {
  test("takes its table with the comment above it, and leaves its neighbours", () => {
    expect(withoutServer(FILE, "a")).toBe(FILE.replace(/# the first[^]*?\n\n/, ""));
    expect(withoutServer(FILE, "b")).toBe(FILE.replace(/# the second[^]*$/, ""));
  });

  test("undoes adding it", () => {
    expect(withoutServer(withServer(FILE, "c", { addr: "ssh://c" }), "c").trimEnd()).toBe(FILE.trimEnd());
  });

  test("that is not there, or not a table of its own, is refused", () => {
    expect(codeThrownBy(() => withoutServer(FILE, "c"))).toBe("noTarget");
    expect(codeThrownBy(() => withoutServer('servers.a.addr = "x"\n', "a"))).toBe("failed");
  });
});
