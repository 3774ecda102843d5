import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { FugueError } from "../../../src/base/errors.ts";
import { checkTunnels } from "../../../src/commands/doctor-checks.ts";
import type { TunnelInfo, Tunnels } from "../../../src/commands/tunnel-context.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { run } from "./fake-host.ts";

function info(server: string, changes: Partial<TunnelInfo> = {}): TunnelInfo {
  return {
    server, pid: 7, release: "0.1.0", target: `ann@${server}:22`, endpoints: [`unix:///h/tunnels/${server}.sock`], state: "ready",
    since: 0, clients: 2, bytesIn: 3_500_000, bytesOut: 1000, rttMs: 41, reconnects: 1, lastError: null, host: null, ...changes,
  };
}

/** Tunnels that only remember what was asked of them. */
function fakeTunnels(list: TunnelInfo[], changes: Partial<Tunnels> = {}): Tunnels & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    servers: async () => ["gpu", "web"],
    list: async () => list,
    up: async (server) => {
      asked.push(`up ${server}`);
      return info(server);
    },
    stop: async (server) => {
      asked.push(`stop ${server}`);
      return list.some((tunnel) => tunnel.server === server);
    },
    restart: async (server) => {
      asked.push(`restart ${server}`);
      return info(server);
    },
    log: async () => "/nonexistent",
    damaged: async () => [],
    ...changes,
  };
}

test("ls shows every column, for people and as JSON", async () => {
  const tunnels = fakeTunnels([info("gpu"), info("web", { state: "waiting", rttMs: null, lastError: "no\u001b route" }), info("far", { host: "desk" })]);
  const { stdout, status } = await run(["tunnel", "ls"], { tunnels });
  expect(status).toBe(0);
  const [head, ...rows] = stdout.trim().split("\n");
  expect(head!.split(/ {2,}/)).toEqual(["SERVER", "STATE", "SINCE", "CLIENTS", "IN/OUT", "RTT", "RECONNECTS", "ENDPOINTS", "LAST ERROR"]);
  expect(rows[0]).toMatch(/^gpu +ready +\S+ +2 +3\.3M\/1000 +41 ms +1 +unix:\/\/\/h\/tunnels\/gpu\.sock$/);
  expect(rows[1]).toContain("no\ufffd route");
  expect(rows[2]).toContain("on desk");
  const json = JSON.parse((await run(["tunnel", "ls", "--json"], { tunnels })).stdout);
  expect(json.tunnels[0]).toEqual(info("gpu"));
  expect((await run(["tunnel", "ls"], { tunnels: fakeTunnels([]) })).stdout).toBe("");
});

test("up takes names or --all, and goes on after a failure", async () => {
  const tunnels = fakeTunnels([]);
  await run(["tunnel", "up", "gpu"], { tunnels });
  await run(["tunnel", "up", "--all"], { tunnels });
  expect(tunnels.asked).toEqual(["up gpu", "up gpu", "up web"]);
  const broken = fakeTunnels([], {
    up: async (server) => {
      if (server === "gpu") throw new FugueError("noServer", "no route", "wait");
      return info(server);
    },
  });
  const { status, stderr, stdout } = await run(["tunnel", "up", "--all", "--json"], { tunnels: broken });
  expect(status).toBe(4);
  expect(stderr).toContain("gpu: no route (wait)");
  expect(JSON.parse(stdout).tunnels.map(({ server }: TunnelInfo) => server)).toEqual(["web"]);
});

test("stop and restart --all mean those that run here", async () => {
  const tunnels = fakeTunnels([info("gpu"), info("far", { host: "desk" })]);
  await run(["tunnel", "stop", "--all"], { tunnels });
  await run(["tunnel", "restart", "--all"], { tunnels });
  expect(tunnels.asked).toEqual(["stop gpu", "restart gpu"]);
  const missing = await run(["tunnel", "stop", "web"], { tunnels });
  expect(missing.status).toBe(3);
  expect(missing.stderr).toContain("there is no tunnel to 'web'");
});

test("stop --all does not mind a tunnel that has ended meanwhile", async () => {
  const gone = fakeTunnels([info("gpu"), info("web")], { stop: async (server) => server !== "gpu" });
  const { status, stderr } = await run(["tunnel", "stop", "--all"], { tunnels: gone });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "ok web: stopped\n" });
});

test("without a name, or with one and --all, nothing is done", async () => {
  for (const command of ["up", "stop", "restart"]) {
    const tunnels = fakeTunnels([info("gpu")]);
    expect((await run(["tunnel", command], { tunnels })).status).toBe(2);
    expect((await run(["tunnel", command, "gpu", "--all"], { tunnels })).status).toBe(2);
    expect(tunnels.asked).toEqual([]);
  }
});

test("logs prints the tunnel's own file", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/tunnel-gpu.log`;
  writeFileSync(path, `${JSON.stringify({ time: "2026-01-01T00:00:00Z", level: "info", scope: "tunnel", event: "connected", to: "x" })}\n`);
  writeFileSync(`${folder.path}/tunnel-web.log`, `${JSON.stringify({ event: "another" })}\n`);
  const tunnels = fakeTunnels([], { log: async () => path });
  const { stdout } = await run(["tunnel", "logs", "gpu"], { tunnels });
  expect(stdout).toContain("connected to=x");
  expect(stdout).not.toContain("another");
  const without = (name: string) => run(["tunnel", "logs", name], { tunnels: fakeTunnels([]), servers: ["gpu"] });
  expect((await without("gpu")).stderr).toBe("the tunnel has no log yet\n");
  expect((await without("gpv")).stderr).toBe("fugue: no server is named 'gpv' (did you mean 'gpu'?)\n");
});

test("proxy passes on what it is told, and takes no mark that a shell would read", async () => {
  const { proxied } = await run(["proxy", "--where", "--mark", "fugue-1a"]);
  expect(proxied).toEqual([{ where: true, start: true, mark: "fugue-1a" }]);
  expect((await run(["proxy", "--no-start", "--socket", "/s"])).proxied).toEqual([{ where: false, start: false, socket: "/s" }]);
  expect((await run(["proxy", "--mark", "a b"])).status).toBe(2);
});

test("doctor tells tunnels that work from those that don't", async () => {
  const check = (list: TunnelInfo[], damaged: string[] = []) => checkTunnels({ list: async () => list, damaged: async () => damaged });
  expect(await check([])).toEqual({ name: "tunnels", state: "ok", text: "there are none" });
  expect(await check([info("a"), info("b")])).toMatchObject({ state: "ok", text: "2 tunnels" });
  expect(await check([info("a", { state: "silent" })])).toMatchObject({ state: "fail", hint: "restart it: fugue tunnel restart a" });
  expect(await check([info("a", { state: "waiting", lastError: "no route" })])).toMatchObject({ state: "warn" });
  expect(await check([info("a", { state: "waiting", host: "desk" })])).toMatchObject({ state: "ok" });
  expect(await check([], ["/h/tunnels/x.json"])).toMatchObject({ state: "warn" });
});
