import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { configurationFrom, expandPath, parseSettings, readConfiguration } from "../../../../src/tunnel/ssh/configuration.ts";
import type { SshTarget } from "../../../../src/tunnel/ssh/connection.ts";
import { opensshReason } from "../../../../src/tunnel/ssh/needs-openssh.ts";
import { testWith } from "../../../support/e2e-test.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { codeThrownBy, rejection } from "../../../support/thrown.ts";

const env = { HOME: "/home/me", USER: "me", PATH: process.env.PATH, SSH_AUTH_SOCK: "/agent" };
const target: SshTarget = { host: "h", backend: "auto" };
const from = (output: string, more: Partial<SshTarget> = {}) => configurationFrom(parseSettings(output), { ...target, ...more }, env);

test("without any settings: OpenSSH's defaults for the current user", () => {
  const configuration = from("");
  expect(configuration).toMatchObject({
    hostName: "h", port: 22, user: "me", label: "me@h:22", agent: "/agent", identitiesOnly: false, strict: "ask", passwordPrompts: 3,
    userKnownHosts: ["/home/me/.ssh/known_hosts", "/home/me/.ssh/known_hosts2"], authentications: ["publickey", "keyboard-interactive", "password"],
  });
  expect(configuration.identityFiles).toContain("/home/me/.ssh/id_ed25519");
  expect(configuration.forwardAgent).toBeUndefined();
});

test("settings are read, flags win", () => {
  const output = [
    "hostname real.example", "port 2200", "user them", "identityfile ~/.ssh/a", "identityfile %d/.ssh/%h-%r-%p", "identitiesonly yes",
    "identityagent /other", "forwardagent yes", "stricthostkeychecking accept-new", "userknownhostsfile /k1 ~/k2", "globalknownhostsfile none",
    "hostkeyalias alias", "proxyjump a,b", "numberofpasswordprompts 1", "preferredauthentications password,publickey", "hashknownhosts yes",
    "controlpath ~/cm-%C", "addressfamily inet6", "ciphers aes128-ctr,aes256-ctr", "certificatefile ~/c", "proxycommand none",
  ].join("\n");
  expect(from(output)).toMatchObject({
    hostName: "real.example", port: 2200, user: "them", identitiesOnly: true, agent: "/other", forwardAgent: "/other", strict: "accept-new",
    identityFiles: ["/home/me/.ssh/a", "/home/me/.ssh/real.example-them-2200"], userKnownHosts: ["/k1", "/home/me/k2"], globalKnownHosts: [],
    hostKeyAlias: "alias", proxyJump: "a,b", passwordPrompts: 1, authentications: ["password", "publickey"], hashKnownHosts: true,
    addressFamily: 6, algorithms: { ciphers: ["aes128-ctr", "aes256-ctr"] }, certificateFiles: ["/home/me/c"], proxyCommand: undefined,
  });
  expect(from(output).controlPath).toMatch(/^\/home\/me\/cm-[0-9a-f]{40}$/);
  expect(from(output, { user: "flag", port: 23, identity: "~/flag" })).toMatchObject({ user: "flag", port: 23, label: "flag@real.example:23" });
  expect(from(output, { identity: "~/flag" }).identityFiles[0]).toBe("/home/me/flag");
});

test("agents and strictness in all their spellings", () => {
  expect(from("identityagent none").agent).toBeUndefined();
  expect(from("identityagent SSH_AUTH_SOCK").agent).toBe("/agent");
  expect(from("identityagent $HOME").agent).toBe("/home/me");
  expect(from("forwardagent /sock").forwardAgent).toBe("/sock");
  const strict = (value: string) => from(`stricthostkeychecking ${value}`).strict;
  expect(["yes", "true", "no", "off", "false", "ask", "accept-new", "strange"].map(strict)).toEqual(["yes", "yes", "no", "no", "no", "ask", "accept-new", "ask"]);
});

test("a configuration can't smuggle in names that would be options or commands", () => {
  expect(codeThrownBy(() => from("hostname -oProxyCommand=x"))).toBe("usage");
  expect(codeThrownBy(() => from("hostname h\nuser $(id)"))).toBe("usage");
  expect(codeThrownBy(() => from("port 70000"))).toBe("config");
});

test("paths: home, tokens, variables; unknown tokens stay", () => {
  expect(expandPath("~/a/%h/%%/%z/${USER}/${NONE}", "/home/me", { h: "host", "%": "%" }, env)).toBe("/home/me/a/host/%/%z/me/${NONE}");
  expect(expandPath("~other/x", "/home/me", {}, env)).toBe("~other/x");
});

test("what ssh2 can't do is found beforehand", () => {
  const reason = (output: string, more: Record<string, string> = {}) => opensshReason(from(output), more);
  expect(reason("proxycommand none\npkcs11provider none\nhostbasedauthentication no")).toBeUndefined();
  expect(reason("gssapiauthentication yes", { KRB5CCNAME: "FILE:/nonexistent/ticket" })).toBeUndefined();
  expect(reason("gssapiauthentication yes", { KRB5CCNAME: "KCM:0" })).toContain("Kerberos");
  for (const line of ["proxycommand nc %h %p", "pkcs11provider /x.so", "hostbasedauthentication yes", "revokedhostkeys /x", "bindinterface eth0"]) {
    expect([line, typeof reason(line)]).toEqual([line, "string"]);
  }
});

test("keys with a certificate and keys on a FIDO token are for the system's ssh, others are not", () => {
  using folder = tempFolder();
  const at = (name: string, text = "") => {
    writeFileSync(join(folder.path, name), text);
    return join(folder.path, name);
  };
  const reason = (output: string) => opensshReason(from(output), {});
  const plain = at("plain");
  at("plain.pub", "ssh-ed25519 AAAA me");
  expect(reason(`identityfile ${plain}`)).toBeUndefined();
  const certified = at("certified");
  at("certified-cert.pub");
  expect(reason(`identityfile ${certified}`)).toContain("a certificate for");
  // a certificate without its key, and one that the configuration names but that is not there, change nothing
  at("lost-cert.pub");
  expect(reason(`identityfile ${join(folder.path, "lost")}`)).toBeUndefined();
  expect(reason(`identityfile ${plain}\ncertificatefile ${join(folder.path, "none")}`)).toBeUndefined();
  expect(reason(`identityfile ${plain}\ncertificatefile ${at("named-cert.pub")}`)).toContain("a certificate");
  const token = at("token");
  at("token.pub", "sk-ssh-ed25519@openssh.com AAAA me");
  expect(reason(`identityfile ${plain}\nidentityfile ${token}`)).toContain("FIDO");
});

testWith(["ssh"], "ssh itself resolves a file; its mistakes are told with its words; Match exec that hangs ends", async () => {
  using folder = tempFolder();
  const config = join(folder.path, "config");
  const read = (timeoutMs = 20_000) => readConfiguration({ ...target, host: "far", config }, env, systemClock, timeoutMs);
  writeFileSync(config, "Host far\n  HostName 127.0.0.9\n  Port 2222\n  User someone\n  LocalForward 1 x:2\nHost *\n  IdentityFile ~/.ssh/%h\n");
  expect(await read()).toMatchObject({ alias: "far", hostName: "127.0.0.9", port: 2222, user: "someone", identityFiles: ["/home/me/.ssh/127.0.0.9"] });
  writeFileSync(config, "Host far\n  Nonsense yes\n");
  const error = await rejection(read());
  expect(error.code).toBe("config");
  expect(error.message).toContain("line 2");
  writeFileSync(config, "Match exec \"sleep 30\"\n");
  expect((await rejection(read(300))).code).toBe("timeout");
});
