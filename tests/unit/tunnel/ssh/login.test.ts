import { expect, test } from "bun:test";
import { checkHost, checkTarget, checkUser, formatLogin, parseHop } from "../../../../src/tunnel/ssh/login.ts";
import { codeThrownBy } from "../../../support/thrown.ts";

test("host names, addresses, aliases are let through", () => {
  for (const host of ["polecats.local", "10.0.0.1", "::1", "fe80::1%eth0", "my_alias", "bücher.example", "a-b"]) expect(checkHost(host)).toBe(host);
});

test("what an option, a shell or a terminal would notice is refused", () => {
  for (const host of ["", "-v", "-oProxyCommand=x", "a b", "a;b", "a|b", "a&b", "$(x)", "`x`", "a'b", "a\"b", "a\\b", "a\nb", "a/b", "a@b", "x".repeat(300), "\u001b[31m"]) {
    expect([host, codeThrownBy(() => checkHost(host))]).toEqual([host, "usage"]);
  }
  for (const user of ["", "-l", "a b", "a;b", "a\\", "$x", "a\u0007"]) expect([user, codeThrownBy(() => checkUser(user))]).toEqual([user, "usage"]);
  expect(checkUser("DOMAIN\\me.x-y")).toBe("DOMAIN\\me.x-y");
});

test("targets are checked as a whole", () => {
  const target = { host: "h", backend: "auto" } as const;
  expect(codeThrownBy(() => checkTarget(target))).toBeUndefined();
  for (const bad of [{ port: 0 }, { port: 65_536 }, { port: 1.5 }, { user: "-x" }, { host: "-x" }, { identity: "" }, { config: "a\0" }]) {
    expect(codeThrownBy(() => checkTarget({ ...target, ...bad }))).toBe("usage");
  }
});

test("hops of ProxyJump", () => {
  expect(parseHop("h")).toEqual({ host: "h" });
  expect(parseHop("me@h:22")).toEqual({ user: "me", host: "h", port: 22 });
  expect(parseHop("me@x@h")).toEqual({ user: "me@x", host: "h" });
  expect(parseHop("ssh://me@[::1]:2200/")).toEqual({ user: "me", host: "::1", port: 2200 });
  expect(parseHop("[::1]")).toEqual({ host: "::1" });
  for (const bad of ["", "h:0", "h:99999", "h:x", "me@"]) expect([bad, codeThrownBy(() => parseHop(bad))]).toEqual([bad, "config"]);
  expect(codeThrownBy(() => parseHop("-x"))).toBe("usage");
});

test("logins are written with brackets around IPv6", () => {
  expect(formatLogin("me", "h", 22)).toBe("me@h:22");
  expect(formatLogin("me", "::1", 2200)).toBe("me@[::1]:2200");
});
