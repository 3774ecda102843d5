/** Several servers from one command line: lists, tags, waits, captures and events, with one that is dead. */
import { expect } from "bun:test";
import { join } from "node:path";
import { executable } from "../support/e2e-executable.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";

interface Machines {
  here: E2eHome;
  far: E2eHome;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server here, one that is called `far`, `gone`, which there is not, and `mute`, which takes connections and says nothing. */
async function machines(): Promise<Machines> {
  const far = new E2eHome();
  const silent = join(far.mark, "mute.sock");
  const mute = Bun.listen({ unix: silent, socket: { data() {} } });
  const here = new E2eHome({
    config: `[servers.far]\naddr = "unix://${far.paths.socket}"\n[servers.gone]\naddr = "unix://${far.home}/nothing.sock"\n[servers.mute]\naddr = "unix://${silent}"\n`,
  });
  for (const home of [here, far]) {
    await home.fugue("new", "work", "-d", "--tag", "worker");
    await home.fugue("wait", "work", "--text", "\\$", "--timeout", "10s");
  }
  return {
    here, far,
    async [Symbol.asyncDispose]() {
      mute.stop(true);
      await here[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    },
  };
}

test("ls -a lists who answers, names who does not, and knows the list afterwards", async () => {
  await using all = await machines();
  const { here } = all;
  const { status, stdout, stderr } = await here.cli(["ls", "-a", "--json"]);
  const { sessions, errors } = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(sessions.map(({ server, name }: any) => [server, name])).toEqual([["local", "work"], ["far", "work"]]);
  expect(errors.map(({ server, code }: any) => [server, code])).toEqual([["gone", "noServer"], ["mute", "timeout"]]);
  expect(stderr).toMatch(/^fugue: gone: /);
  expect(stderr).toContain("fugue: mute: no answer within 5s");
  // nobody is asked now
  const cached = await here.json("ls", "-a", "--cached");
  expect(cached.sessions.map(({ server, name }: any) => [server, name])).toEqual([["local", "work"], ["far", "work"]]);
});

test("send by tag, wait and capture over servers: each line says which one it is about, failures are told", async () => {
  await using all = await machines();
  const { here, far } = all;
  const both = ["-s", "local", "-s", "far"];
  const sent = await here.cli([...both, "send", "--tag", "worker", "--enter", "echo on-$((40+2))"]);
  expect(sent).toMatchObject({ status: 0, stderr: "" });
  expect(sent.stdout.split("\n").map((line) => line.split(/ +/).slice(0, 2))).toEqual([["local", "work/0.0"], ["far", "work/0.0"], [""]]);
  expect(await here.fugue("wait", "work", "far:work", "--text", "^on-\\d+", "--timeout", "10s")).toBe("local:work on-42\nfar:work on-42");
  const captured = await here.fugue("capture", "far:work", "work");
  expect(captured.split("\n").filter((line) => /^(==|on-)/.test(line))).toEqual(["== far:work/0.0", "on-42", "== local:work/0.0", "on-42"]);
  // one that is not there is an error of its own; what it means for the whole is said by the exit status
  const partly = await here.cli(["wait", "work", "gone:x", "--idle", "10ms"]);
  expect(partly).toMatchObject({ status: 4, stdout: "local:work\n" });
  expect(partly.stderr).toMatch(/^fugue: gone: /);
  expect(await here.cli(["wait", "gone:x", "far:work", "--any", "--idle", "10ms"])).toMatchObject({ status: 0, stdout: "far:work\n" });
  const late = await here.cli(["wait", "work", "far:work", "--text", "nothing-like-this", "--timeout", "100ms"]);
  expect(late).toMatchObject({ status: 124, stdout: "" });
  expect(late.stderr.split("\n").sort()).toEqual(["", "fugue: far: timed out", "fugue: local: timed out"]);
  await here.fugue(...both, "send", "--tag", "worker", "--enter", "exit 7");
  expect(await here.cli(["wait", "%1", "far:%1", "--exit"])).toMatchObject({ status: 7, stdout: "local:%1 7\nfar:%1 7\n" });
  expect((await far.cli(["ls", "work"])).status).toBe(3);
});

test("events of two servers are one stream; a server that was stopped and started comes back; Ctrl-C ends it", async () => {
  await using all = await machines();
  const { here, far } = all;
  const proc = Bun.spawn([executable(), "-s", "local", "-s", "far", "events"], { env: here.env, cwd: here.home, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const lines: any[] = [];
  const reading = (async () => {
    let rest = "";
    for await (const text of proc.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop()!;
      lines.push(...parts.map((line) => JSON.parse(line)));
    }
  })();
  const seen = (description: string, fields: object, times = 1) => here.waitUntil(
    description, () => lines.filter((line) => Object.entries(fields).every(([name, value]) => Bun.deepEquals(line[name], value))).length >= times, 20_000,
  );
  for (const server of ["local", "far"]) await seen(`a connection to ${server}`, { server, kind: "connection", event: "connected" });
  await far.fugue("new", "other", "-d", "--", "sh", "-c", "exit 3");
  await seen("the end of a program", { server: "far", kind: "pane", event: "exited", exit: { code: 3, signal: null } });
  await here.fugue("rename", "work", "play");
  await seen("a new name", { server: "local", kind: "session", event: "renamed", before: "work" });
  await far.fugue("stop", "--yes");
  await seen("the loss of far", { server: "far", kind: "connection", event: "lost" });
  await far.fugue("new", "again", "-d");
  await seen("far again", { server: "far", kind: "connection", event: "connected" }, 2);
  expect(lines.every((line) => line.version === 1 && typeof line.time === "number")).toBe(true);
  proc.kill("SIGINT");
  expect(await proc.exited).toBe(130);
  await reading;
  expect(await new Response(proc.stderr).text()).toBe("");
});

test("events end when their reader has gone, and fail if the only server is not there", async () => {
  await using all = await machines();
  const { here } = all;
  const piped = await here.run(["sh", "-c", `"$0" events | head -n 1; "$0" new more -d`, executable()]);
  expect(JSON.parse(piped.stdout.split("\n")[0]!)).toMatchObject({ kind: "connection", event: "connected" });
  const gone = await here.cli(["-s", "gone", "events"]);
  expect(gone.status).toBe(4);
  expect(JSON.parse(gone.stdout)).toMatchObject({ version: 1, server: "gone", kind: "connection", event: "failed" });
  expect((await here.cli(["events", "nope"])).status).toBe(3);
});
