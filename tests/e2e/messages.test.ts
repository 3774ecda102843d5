/** Messages between sessions of one server: agents and the command line, over kills of the daemon. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { TestAgent } from "../support/e2e-mcp.ts";
import { test } from "../support/e2e-test.ts";

/** An orchestrator's session `boss` in pane 1, and an agent there. */
async function boss(home: E2eHome): Promise<TestAgent> {
  await home.fugue("new", "boss", "-d", "--", "sleep", "1000");
  return TestAgent.start(home, 1);
}

test("an orchestrator gives work, the worker reports, asks, and is answered", async () => {
  await using home = new E2eHome();
  await using agent = await boss(home);
  const { sessions: [made] } = await agent.call("create_session", { name: "worker", tag: "workers", command: ["sleep", "1000"] });
  await using worker = await TestAgent.start(home, made.pane);
  const waiting = worker.call("wait_messages", { timeout: 20 });
  const { messages: [sent] } = await agent.call("send_message", { to: "{\"tag\": \"workers\"}", type: "job", payload: { file: "a.ts" } });
  expect(sent).toMatchObject({ state: "delivered", recipients: 1 });
  const { messages: [job] } = await waiting;
  expect(job).toMatchObject({ id: sent.id, type: "job", payload: "{\"file\":\"a.ts\"}", from: "boss" });
  expect((await worker.call("report_status", { status: "half" })).reports[0].told).toBe("parent");
  expect((await worker.call("request_help", { question: "which one?" })).reports[0].told).toBe("parent");
  const { messages: [status, help] } = await agent.call("wait_messages", { timeout: 20 });
  expect([status.type, status.payload, help.type, help.payload]).toEqual(["status", "half", "help", "which one?"]);
  await agent.call("send_message", { to: { reply: help.id }, payload: "the second" });
  expect((await worker.call("ack", { ids: [job.id] })).messages).toEqual([{ server: "local", id: job.id }]);
  const { messages: [answer] } = await worker.call("wait_messages", { type: ["text"], timeout: 20 });
  expect([answer.payload, answer.from]).toEqual(["the second", "boss"]);
  expect((await worker.call("metadata", { target: `%${made.pane}` })).entries).toEqual([{ server: "local", key: "status", value: "half" }]);
});

test("messages outlive a kill of the daemon; the same id again is no second message", async () => {
  await using home = new E2eHome();
  await using agent = await boss(home);
  for (let i = 0; i < 20; i++) {
    await agent.call("send_message", { to: { session: "boss" }, payload: String(i), id: `n${i}` });
    if (i % 7 === 3) process.kill((await home.pids()).daemon, "SIGKILL");
  }
  expect((await agent.call("send_message", { to: "boss", payload: "again", id: "n3" })).messages[0].state).toBe("duplicate");
  const { messages } = await home.json("msg", "ls", "-t", "boss");
  expect(messages.map(({ payload }: any) => payload)).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
});

test("the command line sends, waits and acknowledges as agents do", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "a", "-d", "--tag", "x", "--", "sleep", "1000");
  await home.fugue("new", "b", "-d", "--", "sleep", "1000");
  const waiting = home.json("msg", "wait", "-t", "a", "--timeout", "20s");
  const sent = (await home.json("msg", "send", "--tag", "x", "--type", "news", "hello")).messages[0];
  expect((await waiting).messages[0]).toMatchObject({ id: sent.id, type: "news", payload: "hello" });
  expect((await home.cli(["msg", "send", "-t", "nobody", "x"])).stderr).toContain("no session 'nobody'");
  expect((await home.cli(["msg", "send", "x"])).status).toBe(2);
  expect(await home.fugue("msg", "ack", "-t", "a", sent.id)).toBe(sent.id);
  expect((await home.cli(["msg", "wait", "-t", "a", "--timeout", "50ms"])).status).toBe(124);
  await home.fugue("msg", "send", "--all", "to everybody", "--expire", "1s");
  expect((await home.json("msg", "ls", "-t", "b")).messages).toHaveLength(1);
  await Bun.sleep(1100);
  expect((await home.json("msg", "ls", "-t", "b")).messages).toEqual([]);
  await home.fugue("msg", "send", "--all", "--carry", "far", "later");
  expect((await home.json("msg", "outbox")).messages[0]).toMatchObject({ server: "far", seq: expect.any(Number), type: "text" });
});

test("mistaken messages are refused with what to do", async () => {
  await using home = new E2eHome();
  await using agent = await boss(home);
  const cases: [args: Record<string, unknown>, text: string][] = [
    [{ payload: "x" }, "'to' is missing"],
    [{ to: {}, payload: "x" }, "is needed"],
    [{ to: { session: "boss", tag: "x" }, payload: "x" }, "don't go together"],
    [{ to: { sesion: "boss" }, payload: "x" }, "did you mean 'session'?"],
    [{ to: "nobody", payload: "x" }, "no session 'nobody'"],
    [{ to: "far:boss", payload: "x" }, "no server is named 'far'"],
    [{ to: "boss", payload: "x", type: "two words" }, "is no type of message"],
    [{ to: "boss", payload: "x".repeat(70_000) }, "a message holds at most"],
    [{ to: { parent: true }, payload: "x" }, "no other session made this one"],
    [{ to: { reply: "gone" }, payload: "x" }, "no message 'gone'"],
  ];
  for (const [args, text] of cases) expect(await agent.refused("send_message", args), JSON.stringify(args).slice(0, 100)).toContain(text);
});
