/** An agent that uses other servers: only those that its user allows, only what it made there; messages both ways. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { TestAgent } from "../support/e2e-mcp.ts";
import { test } from "../support/e2e-test.ts";

interface Machines {
  here: E2eHome;
  far: E2eHome;
  agent: TestAgent;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server here with an agent in session `boss`, one that is called `far`, and `dead`, which there is not. */
async function machines(): Promise<Machines> {
  const far = new E2eHome();
  await far.fugue("new", "theirs", "-d", "--", "sleep", "1000");
  const here = new E2eHome({
    config: `[servers.far]\naddr = "unix://${far.paths.socket}"\n[servers.dead]\naddr = "unix://${far.home}/nothing.sock"\n`,
  });
  await here.fugue("new", "boss", "-d", "--", "sleep", "1000");
  const agent = await TestAgent.start(here, 1);
  return {
    here, far, agent,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await here[Symbol.asyncDispose]();
      await far[Symbol.asyncDispose]();
    },
  };
}

test("other servers are refused until the user allows them, one by one, and at once when it is taken back", async () => {
  await using all = await machines();
  const { here, agent } = all;
  expect(await agent.refused("create_session", { server: "far", name: "w" })).toContain("its user can allow it: fugue mcp allow far");
  const listed = await agent.call("list_sessions");
  expect(listed.sessions.map(({ server, name }: any) => [server, name])).toEqual([["local", "boss"]]);
  expect(listed.errors.map(({ server, code }: any) => [server, code]).sort()).toEqual([["dead", "refused"], ["far", "refused"]]);
  await here.fugue("mcp", "allow", "far");
  expect((await here.json("mcp", "allow")).mcp).toEqual([{ server: "far" }]);
  const { sessions: [made] } = await agent.call("create_session", { server: "far", name: "w", command: ["sleep", "1000"] });
  expect(made).toMatchObject({ server: "far", name: "w" });
  expect((await agent.call("describe_pane", { target: "far:w" })).panes[0].command).toEqual(["sleep", "1000"]);
  await here.fugue("mcp", "disallow", "far");
  expect(await agent.refused("describe_pane", { target: "far:w" })).toContain("may not use the server 'far'");
  expect((await here.cli(["mcp", "allow", "fra"])).stderr).toContain("did you mean 'far'?");
});

test("there the agent does anything with what it made, and nothing with what it did not make", async () => {
  await using all = await machines();
  const { here, agent, far } = all;
  await here.fugue("mcp", "allow", "*");
  await agent.call("create_session", { server: "far", name: "w" });
  await agent.call("wait_for", { target: "far:w", text: "\\$", timeout: 10 });
  await agent.call("send_text", { target: "far:w", text: "echo on-$((40+2))", enter: true });
  await agent.call("wait_for", { target: "far:w", text: "^on-42", timeout: 10 });
  for (const [tool, args] of [
    ["read_pane", { target: "far:theirs" }], ["send_text", { target: "far:theirs", text: "x" }], ["kill", { target: "far:theirs" }],
    ["kill", { server: "far", target: "theirs" }], ["split_pane", { server: "far", target: "theirs" }],
  ] as const) expect(await agent.refused(tool, args)).toContain("belongs to others");
  const listed = await agent.call("list_sessions");
  expect(listed.sessions.map(({ server, name }: any) => `${server}:${name}`).sort()).toEqual(["far:theirs", "far:w", "local:boss"]);
  expect(listed.errors).toHaveLength(1);
  expect(listed.errors[0]).toMatchObject({ server: "dead", code: "noServer" });
  // a dead server is an error of that call only
  const [dead, alive] = await Promise.all([agent.try("list_windows", { server: "dead" }), agent.try("list_windows", { server: "far" })]);
  expect([dead.failed, alive.failed]).toEqual([true, false]);
  expect(await agent.refused("kill", { server: "local", target: "far:w" })).toContain("contradicts");
  const { servers } = await agent.call("list_servers");
  expect(servers.map(({ server, own, answers }: any) => [server, own, answers])).toEqual([["local", true, true], ["far", false, true], ["dead", false, false]]);
  const { logs } = await far.json("logs", "--audit");
  expect(logs.some(({ event, facts }: any) => event === "kill" && facts.outcome === "refused" && facts.server !== undefined)).toBe(true);
  await agent.call("kill", { target: "far:w" });
});

test("messages go to the other server and come back, over kills of both daemons", async () => {
  await using all = await machines();
  const { here, agent, far } = all;
  await here.fugue("mcp", "allow", "far");
  const { sessions: [made] } = await agent.call("create_session", { server: "far", name: "w", tag: "workers", command: ["sleep", "1000"] });
  await using worker = await TestAgent.start(far, made.pane);
  for (let i = 0; i < 12; i++) {
    const { messages: [sent] } = await agent.call("send_message", { to: { server: "far", tag: "workers" }, payload: String(i) });
    expect(["delivered", "queued"]).toContain(sent.state);
    if (i === 3) process.kill((await far.pids()).daemon, "SIGKILL");
    if (i === 7) process.kill((await here.pids()).daemon, "SIGKILL");
  }
  let got: any[] = [];
  await far.waitUntil("all of them", async () => {
    got = (await worker.try("list_messages")).result?.messages ?? [];
    return got.length >= 12;
  }, 30_000);
  expect(got.map(({ payload }) => payload)).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
  // the worker's server knows no way to ours: who is connected to both carries the answer
  await worker.call("report_status", { status: "done" });
  const { messages } = await agent.call("wait_messages", { timeout: 20 });
  expect(messages.map(({ type, payload }: any) => [type, payload])).toEqual([["status", "done"]]);
  const { messages: [lost] } = await agent.call("send_message", { to: { server: "far", session: "nobody" }, payload: "x" });
  expect(lost).toMatchObject({ state: "undeliverable", reason: "no session is called 'nobody'" });
});
