import { describe, expect, test } from "bun:test";
import { problemsOf, readText } from "./read-text.ts";

const FULL = `
[servers.build]
addr = "tcp://build:7000"
ssh_host = "ann@build"
ssh_tunnel = true
ssh_port = 2222
ssh_identity = "~/.ssh/id_build"
remote_addr = "unix:///run/fugue.sock"
ssh_config = "/etc/ssh/other"
ssh_backend = "openssh"
tunnel_persist = false
tunnel_idle = "5m"
tunnel_timeout = "20s"
secret_file = "~/secret"
default = true
[servers.short]
ssh_host = "bob@box"
ssh_port = 22
[servers."naïve"]
addr = "unix://~/s.sock"
`;

describe("profiles", () => {
  test("hold what the file says, checked, with defaults", () => {
    const { config, problems } = readText(FULL);
    expect(problems).toEqual([]);
    expect(config.servers).toEqual([
      {
        name: "build", addr: { kind: "tcp", host: "build", port: 7000 }, sshHost: "build", sshUser: "ann",
        sshTunnel: true, sshPort: 2222, sshIdentity: "/home/ann/.ssh/id_build",
        remoteAddr: { kind: "unix", path: "/run/fugue.sock" },
        sshConfig: "/etc/ssh/other", sshBackend: "openssh", tunnelPersist: false, tunnelIdle: 300_000,
        tunnelTimeout: 20_000,
        secretFile: "/home/ann/secret", default: true,
      },
      {
        name: "short", addr: { kind: "ssh", user: "bob", host: "box", port: 22 }, sshHost: "box", sshUser: "bob",
        sshPort: 22, sshTunnel: false, sshBackend: "auto", tunnelPersist: true, tunnelTimeout: 10_000, default: false,
      },
      {
        name: "naïve", addr: { kind: "unix", path: "/home/ann/s.sock" }, sshTunnel: false, sshBackend: "auto",
        tunnelPersist: true, tunnelTimeout: 10_000, default: false,
      },
    ]);
  });

  test("a tunnel needs no addr, and an ssh address needs no ssh_host", () => {
    expect(problemsOf('[servers.a]\nssh_host = "box"\nssh_tunnel = true\n')).toEqual([]);
    expect(problemsOf('[servers.a]\naddr = "ssh://box"\nssh_tunnel = true\nssh_identity = "~/k"\n')).toEqual([]);
  });
});

test("an ssh address has the user and port of the other fields", () => {
  const { config } = readText('[servers.a]\naddr = "ssh://box"\nssh_host = "ann@box"\nssh_port = 2222\n');
  expect(config.servers[0]!.addr).toEqual({ kind: "ssh", user: "ann", host: "box", port: 2222 });
});

describe("mistakes", () => {
  const OK = 'addr = "ssh://box"\n';
  test.each([
    [
      `[servers.a]\n${OK}default = true\n[servers.b]\n${OK}default = true\n`,
      '6: servers.b.default: "a" is the default server already', "leave it to one",
    ],
    [
      `[servers.a]\n${OK}ssh_hots = "x"\n`,
      "3: servers.a.ssh_hots: unknown field of a server", "did you mean 'ssh_host'?",
    ],
    [`[servers.a]\n${OK}quux = 1\n`, "3: servers.a.quux: unknown field of a server", "the fields are addr, ssh_host"],
    [`[servers.a]\n${OK}ssh_port = 0\n`, "3: servers.a.ssh_port: 0 is out of bounds", "from 1 to 65535"],
    [`[servers.a]\n${OK}ssh_port = "22"\n`, '3: servers.a.ssh_port: "22" is not', "write 22 without quotes"],
    ['[servers.a]\naddr = "tcp://localhost:70000"\n', '2: servers.a.addr: "70000" is not a port', "1 to 65535"],
    [
      '[servers.a]\naddr = "tcp://box:7000"\n',
      "2: servers.a.addr: tcp is not encrypted, and box is not this machine", "tls:// or ssh://",
    ],
    [
      '[servers.a]\naddr = "tcp://localhost:7"\nssh_tunnel = true\n',
      "3: servers.a.ssh_tunnel: ssh_tunnel without ssh_host", "add ssh_host",
    ],
    ["[servers.a]\nssh_tunnel = true\n", "2: servers.a.ssh_tunnel: ssh_tunnel without ssh_host", "add ssh_host"],
    ["[servers.a]\n", "1: servers.a: the server has no addr", "add addr"],
    [
      '[servers.a]\naddr = "tls://box:7"\nssh_port = 22\n',
      "3: servers.a.ssh_port: ssh_port without ssh_host", "add ssh_host",
    ],
    [`[servers.a]\n${OK}ssh_host = "other"\n`, "3: servers.a.ssh_host: addr names another host", "remove"],
    ['[servers.a]\naddr = "ssh://box:1"\nssh_port = 2\n', "3: servers.a.ssh_port: addr names another port", "remove"],
    [
      `[servers.a]\n${OK}remote_addr = "ssh://x"\n`,
      "3: servers.a.remote_addr: ssh://x is reached by ssh again", "unix://",
    ],
    [
      `[servers.a]\n${OK}ssh_backend = "ssh"\n`,
      '3: servers.a.ssh_backend: "ssh" is not one of', "did you mean 'ssh2'?",
    ],
    [`[servers.a]\n${OK}tunnel_idle = 10\n`, "3: servers.a.tunnel_idle: 10 is not a duration", '"10s"'],
    [`[servers.a]\n${OK}default = "yes"\n`, "3: servers.a.default:", "write true without quotes"],
    [`[servers.local]\n${OK}`, "1: servers.local: 'local' always means this machine's own server", "another name"],
    [`[servers."a:b"]\n${OK}`, '1: servers."a:b": the name holds ":"', "names hold no"],
    [`[servers."a b"]\n${OK}`, "the name holds", "no blanks"],
    [`[servers."a.b"]\n${OK}`, "the name holds", "names hold no"],
    [`[servers."a/b"]\n${OK}`, "the name holds", "names hold no"],
    [`[servers."%1"]\n${OK}`, "the name holds", "names hold no"],
    [`[servers."a\\u0007"]\n${OK}`, "the name holds", "control characters"],
    [`[servers."-a"]\n${OK}`, "the name begins with '-'", "begin with no -"],
    [`[servers.""]\n${OK}`, "the name is empty", "1 to 64"],
    ["[servers]\na = 1\n", "2: servers.a: is not a table", "[servers.NAME]"],
    ["servers = 1\n", "1: servers: is not a table", "[servers.NAME]"],
  ])("%p", (text, message, hint) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toStartWith("/etc/c.toml:");
    expect(problems[0]).toContain(message);
    expect(problems[0]).toContain(hint);
  });

  test("a server with a mistake is left out, the others stay", () => {
    const { config } = readText(`[servers.a]\naddr = "x"\n[servers.b]\n${OK}[servers.c]\n${OK}default = true\n`);
    expect(config.servers.map((s) => s.name)).toEqual(["b", "c"]);
  });

  test("of two defaults the first is kept", () => {
    const { config } = readText(`[servers.a]\n${OK}default = true\n[servers.b]\n${OK}default = true\n`);
    expect(config.servers.map((s) => [s.name, s.default])).toEqual([["a", true], ["b", false]]);
  });
});
