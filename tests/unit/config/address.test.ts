import { describe, expect, test } from "bun:test";
import { formatAddress, isLoopback, parseAddress, parseUserAndHost } from "../../../src/config/address.ts";
import type { Address } from "../../../src/config/address.ts";

describe("addresses", () => {
  const GOOD: readonly (readonly [string, Address])[] = [
    ["unix:///run/x.sock", { kind: "unix", path: "/run/x.sock" }],
    ["tcp://localhost:7000", { kind: "tcp", host: "localhost", port: 7000 }],
    ["tcp://[::1]:1", { kind: "tcp", host: "::1", port: 1 }],
    ["tls://box.example.org:65535", { kind: "tls", host: "box.example.org", port: 65_535 }],
    ["ssh://box", { kind: "ssh", host: "box" }],
    ["ssh://ann@box:2222", { kind: "ssh", user: "ann", host: "box", port: 2222 }],
    ["ssh://ann@[fe80::1%eth0]", { kind: "ssh", user: "ann", host: "fe80::1%eth0" }],
  ];

  test.each(GOOD.map(([url, address]) => [url, address] as const))("%s is read and written", (url, address) => {
    expect(parseAddress(url)).toEqual(address);
    expect(formatAddress(address)).toBe(url);
  });

  test("the scheme has no case, one slash may follow, and ~/ is the home", () => {
    expect(parseAddress("SSH://box/")).toEqual({ kind: "ssh", host: "box" });
    expect(parseAddress("unix://~/s", "/home/ann")).toEqual({ kind: "unix", path: "/home/ann/s" });
  });

  test.each([
    ["box:7000", "is not an address", "addresses are"],
    ["ann@box", "is not an address", "write ssh://ann@box"],
    ["/run/x", "is not an address", "write unix:///run/x"],
    ["http://box", "unknown kind", "addresses are"],
    ["tpc://box:1", "unknown kind", "did you mean 'tcp'?"],
    ["unix://run/x", "is not an absolute path", "unix:///path"],
    ["unix://~/x", "is not an absolute path", "unix:///path"],
    ["unix:///a\0b", "control character", "another path"],
    ["tcp://box", "has no port", "tcp://box:PORT"],
    ["tcp://:1", "has no host", "addresses are"],
    ["tcp://box:0", '"0" is not a port', "1 to 65535"],
    ["tcp://box:65536", "is not a port", "1 to 65535"],
    ["tcp://box:+1", "is not a port", "1 to 65535"],
    ["tcp://::1:80", "several colons", "brackets"],
    ["tcp://[box]:80", "no IPv6 address", "[::1]:PORT"],
    ["ssh://-oProxyCommand=x", "is not a host name", "letters"],
    ["ssh://-l@box", "bad user name", "ssh://user@host"],
    ["ssh://ann:secret@box", "bad user name", "no passwords"],
    ["ssh://a b@box", "bad user name", ""],
    ["ssh://box/path", "is not a host name", ""],
    ["", "is not an address", ""],
  ])("%p is refused", (url, message, hint) => {
    expect(() => parseAddress(url)).toThrow(expect.objectContaining({
      code: "usage", message: expect.stringContaining(message), hint: expect.stringContaining(hint),
    }));
  });

  test("a path longer than a socket address holds is refused", () => {
    expect(parseAddress(`unix:///${"x".repeat(106)}`).kind).toBe("unix");
    expect(() => parseAddress(`unix:///${"é".repeat(54)}`)).toThrow("is too long");
  });

  test.each(["localhost", "LOCALHOST", "::1", "127.0.0.1", "127.9.9.9"])("%s is this machine", (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  const OTHERS = ["localhost.example.org", "127.0.0.1.example.org", "0.0.0.0", "10.0.0.1", "::", "128.0.0.1"];
  test.each(OTHERS)("%s is not", (host) => {
    expect(isLoopback(host)).toBe(false);
  });

  test("a login is a host with or without a user", () => {
    expect(parseUserAndHost("box")).toEqual({ host: "box" });
    expect(parseUserAndHost("ann@box")).toEqual({ user: "ann", host: "box" });
    expect(() => parseUserAndHost("-box")).toThrow("is not a host name");
  });
});
