/** Listeners of the executable: who is served, who is turned away, and what survives. */
import { expect } from "bun:test";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Connection } from "../../src/client/connection/connection.ts";
import { redeemInvite } from "../../src/client/connection/redeem.ts";
import { connectTcp, listenTcp } from "../../src/transport/tcp.ts";
import { connectTls } from "../../src/transport/tls.ts";
import { inviteFrom } from "../../src/trust/invite.ts";
import { formatSecret, parseSecret } from "../../src/trust/secret.ts";
import { storeServerSecret } from "../../src/trust/server-secrets.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { kill } from "../support/e2e-processes.ts";
import { test } from "../support/e2e-test.ts";
import { rejection } from "../support/thrown.ts";

const IDENTITY = { client: 5, kind: "cli" as const, name: "t", pid: 1, release: "0" };

/** A port that is free now. */
function freePort(): number {
  const probe = listenTcp({ host: "127.0.0.1", port: 0 }, () => {});
  probe.dispose();
  return probe.port;
}

async function ask(home: E2eHome, port: number, secret?: Uint8Array): Promise<unknown> {
  const known = secret ?? parseSecret(readFileSync(home.paths.token, "utf8"), "token");
  const connection = await Connection.open(await connectTcp("127.0.0.1", port), IDENTITY, {}, { secret: known, fingerprint: "" });
  const { result } = await connection.command("ls", {});
  connection.end();
  return result;
}

test("a port of this machine serves who knows the secret, also after the daemon was killed", async () => {
  await using home = new E2eHome();
  const port = freePort();
  await home.fugue("serve", "--detach", "--listen", `tcp://127.0.0.1:${port}`);
  await home.fugue("new", "work", "-d");
  expect(await ask(home, port)).toMatchObject({ sessions: [{ name: "work" }] });
  expect(await home.fugue("server", "secret")).toBe(readFileSync(home.paths.token, "utf8").trim());
  expect((await home.json("status")).status[0]).toMatchObject({ listening: [`unix://${home.paths.socket}`, `tcp://127.0.0.1:${port}`], notListening: [] });
  const { daemon } = await home.pids();
  kill(daemon);
  await home.waitUntil("the next daemon at the port", () => ask(home, port).then(() => true, () => false));
  expect((await home.pids()).daemon).not.toBe(daemon);
});

test("the way by hand: --addr with this machine's own secret; another home is told what to run", async () => {
  await using home = new E2eHome();
  await using far = new E2eHome();
  const port = freePort();
  await far.fugue("serve", "-d", "--listen", `tcp://127.0.0.1:${port}`);
  await far.fugue("new", "there", "-d");
  const own = await far.cli(["--addr", `tcp://localhost:${port}`, "ls", "--json"]);
  expect(JSON.parse(own.stdout)).toMatchObject({ sessions: [{ name: "there" }] });
  const stranger = await home.cli(["--addr", `tcp://localhost:${port}`, "ls"]);
  expect(stranger.status).toBe(5);
  expect(stranger.stderr).toContain("fugue server invite");
});

test("a wrong secret, another certificate, and a program that is no server are told apart", async () => {
  await using far = new E2eHome();
  const [tcp, tls] = [freePort(), freePort()];
  await using home = new E2eHome({ config: `[servers.one]\naddr = "tcp://127.0.0.1:${tcp}"\n[servers.two]\naddr = "tls://127.0.0.1:${tls}"\n` });
  await far.fugue("serve", "-d", "--listen", `tcp://127.0.0.1:${tcp}`, "--listen", `tls://127.0.0.1:${tls}`);
  const secret = new Uint8Array(32).fill(7);
  storeServerSecret(home.paths, "one", { secret });
  storeServerSecret(home.paths, "two", { secret, fingerprint: "0b".repeat(32) });
  const wrong = await home.cli(["-s", "one", "ls"]);
  expect([wrong.status, wrong.stderr]).toEqual([5, expect.stringContaining("does not know the secret")]);
  const other = await home.cli(["-s", "two", "ls"]);
  expect([other.status, other.stderr]).toEqual([5, expect.stringContaining("another certificate than the pinned one")]);
  await far.fugue("stop", "--yes");
  let heard = 0;
  const squatter = listenTcp({ host: "127.0.0.1", port: tcp }, (duplex) => {
    duplex.listen({ data: (bytes) => void (heard += bytes.length), close() {} });
    duplex.write(new TextEncoder().encode("220 mail.example ESMTP\r\n"));
  });
  const mail = await home.cli(["-s", "one", "ls"]);
  squatter.dispose();
  expect(mail.stderr).toContain("this is no fugue server");
  expect(heard).toBe(0);
  const gone = await home.cli(["-s", "one", "ls"]);
  expect([gone.status, gone.stderr]).toEqual([4, expect.stringContaining(`nothing listens at 127.0.0.1:${tcp}`)]);
  for (const text of [wrong.stderr, other.stderr, mail.stderr]) expect(text).not.toContain(formatSecret(secret));
});

test("an invite is used once, and brings what is needed to come again", async () => {
  await using far = new E2eHome();
  const port = freePort();
  await far.fugue("serve", "-d", "--listen", `tls://127.0.0.1:${port}`);
  await far.fugue("new", "there", "-d");
  const line = await far.fugue("server", "invite", "--expires", "1h");
  expect(line).toMatch(/^fugue server add \S+ --invite fugue1:[\w-]+$/);
  const invite = inviteFrom(line.split(" ").at(-1)!);
  const { address, secret, fingerprint } = await redeemInvite(invite, IDENTITY, Date.now());
  expect(address).toEqual({ kind: "tls", host: "127.0.0.1", port });
  const again = await rejection(redeemInvite(invite, IDENTITY, Date.now()));
  expect(again).toMatchObject({ code: "refused", message: expect.stringContaining("invite is not open") });
  await using home = new E2eHome({ config: `[servers.far]\naddr = "tls://127.0.0.1:${port}"\n` });
  storeServerSecret(home.paths, "far", { secret, fingerprint: fingerprint! });
  expect((await home.json("-s", "far", "ls")).sessions).toMatchObject([{ name: "there" }]);
  // not from far away, though the caller may do everything else
  const asked = await home.cli(["-s", "far", "server", "invite"]);
  expect([asked.status, asked.stderr]).toEqual([5, expect.stringContaining("only to its own user")]);
  chmodSync(join(home.paths.home, "secrets", "far"), 0o644);
  const open = await home.cli(["-s", "far", "ls"]);
  expect([open.status, open.stderr]).toEqual([5, expect.stringContaining("open to other users")]);
  // secrets are in no log and in no process list
  expect(far.logs() + home.logs()).not.toContain(formatSecret(secret));
  expect(far.processes().map(({ command }) => command).join("\n")).not.toContain(formatSecret(secret));
});

test("a server that is configured already is invited again, and its other settings stay", async () => {
  await using far = new E2eHome();
  const port = freePort();
  await far.fugue("serve", "-d", "--listen", `tcp://127.0.0.1:${port}`);
  await far.fugue("new", "there", "-d");
  const config = `[servers.far]\naddr = "tcp://localhost:${port}" # by hand\ndefault = true\n`;
  await using home = new E2eHome({ config });
  const lost = await home.cli(["-s", "far", "ls"]);
  expect(lost.stderr).toContain("fugue server add far --invite LINE");
  const invite = async () => (await far.json("server", "invite")).invites[0].invite as string;
  await home.fugue("server", "add", "far", "--invite", await invite());
  expect(await home.fugue("-s", "far", "ls")).toContain("there");
  // after its secret was renewed, too
  await far.fugue("server", "secret", "--renew");
  expect((await home.cli(["-s", "far", "ls"])).status).toBe(5);
  await home.fugue("server", "add", "far", "--invite", await invite());
  expect(await home.fugue("-s", "far", "ls")).toContain("there");
  expect(readFileSync(await home.fugue("config", "path"), "utf8")).toBe(config);
  // other settings are another server
  const taken = await home.cli(["server", "add", "far", `tcp://localhost:${port}`, "--invite", await invite()]);
  expect([taken.status, taken.stderr]).toEqual([1, expect.stringContaining("there is a server 'far' already")]);
});

test("an expired invite is refused by the server, whatever the other machine's clock says", async () => {
  await using far = new E2eHome();
  const port = freePort();
  await far.fugue("serve", "-d", "--listen", `tcp://127.0.0.1:${port}`);
  const { invites: [{ invite }] } = await far.json("server", "invite", "--expires", "1s");
  await Bun.sleep(1100);
  expect((await rejection(redeemInvite(inviteFrom(invite), IDENTITY, Date.now()))).message).toBe("this invite has expired");
  expect((await rejection(redeemInvite(inviteFrom(invite), IDENTITY, 0))).message).toContain("invite is not open");
});

test("serve refuses what can't be safe or can't work, and says what to do", async () => {
  await using home = new E2eHome();
  const squatter = listenTcp({ host: "127.0.0.1", port: 0 }, () => {});
  const said = async (...listen: string[]) => (await home.cli(["serve", "-d", ...listen.flatMap((url) => ["--listen", url])])).stderr;
  expect(await said("tcp://0.0.0.0:9999")).toContain("write tls://0.0.0.0:9999");
  expect(await said("ssh://box")).toContain("can't listen on ssh://box");
  const busy = await said(`tcp://127.0.0.1:${squatter.port}`);
  expect(busy).toContain(`127.0.0.1:${squatter.port} is in use`);
  if (process.platform === "linux") expect(busy).toContain(`pid ${process.pid}`);
  squatter.dispose();
  expect(home.processes()).toEqual([]);
  await home.fugue("serve", "-d");
  expect(await said(`tcp://127.0.0.1:${freePort()}`)).toContain("a server runs here already");
});

test("listeners of the configuration come and go while the server runs", async () => {
  await using home = new E2eHome();
  const [one, two] = [freePort(), freePort()];
  home.configure(`[server]\nlisten = ["tcp://127.0.0.1:${one}"]\n`);
  await home.fugue("new", "work", "-d");
  expect(await ask(home, one)).toMatchObject({ sessions: [{ name: "work" }] });
  home.configure(`[server]\nlisten = ["tls://127.0.0.1:${two}"]\n`);
  await home.waitUntil("the other port", async () => (await home.json("status")).status[0].listening.includes(`tls://127.0.0.1:${two}`));
  expect((await rejection(connectTcp("127.0.0.1", one))).code).toBe("noServer");
  const { fingerprint } = await redeemInvite(inviteFrom((await home.json("server", "invite")).invites[0].invite), IDENTITY, Date.now());
  (await connectTls("127.0.0.1", two, fingerprint!)).close(true);
});
