/** `fugue mcp`, compiled, with the official SDK's client: tools on live panes, hostile arguments, calls side by side. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { TestAgent } from "../support/e2e-mcp.ts";
import { test } from "../support/e2e-test.ts";

/** A session `work` with a shell at its prompt, and an agent that runs in its pane. */
async function workshop(home: E2eHome): Promise<TestAgent> {
  await home.fugue("new", "work", "-d");
  await home.fugue("wait", "work", "--text", "\\$", "--timeout", "10s");
  return TestAgent.start(home, 1);
}

test("an agent creates a session, types, waits, reads, and ends it", async () => {
  await using home = new E2eHome();
  // nothing runs yet: the first session starts the server
  await using agent = await TestAgent.start(home);
  const { sessions: [made] } = await agent.call("create_session", { name: "built", tag: ["x", "y"], env: { COLOUR: "blue" } });
  expect(made).toMatchObject({ server: "local", name: "built", created: true });
  await agent.call("wait_for", { target: "built", text: "\\$", timeout: 10 });
  const { panes: [sent] } = await agent.call("send_text", { target: "built", text: "echo [$COLOUR]", enter: true });
  await agent.call("wait_for", { target: ["built"], text: "^\\[blue\\]", since: sent.cursor, timeout: 10 });
  const read = await agent.try("read_pane", { target: "built" });
  expect(read.text).toContain("[blue]");
  expect((await agent.try("read_pane", { target: "built", since: "last" })).text.trim()).toBe("");
  await agent.call("send_text", { target: "built", text: "echo second-$((1+1))", enter: true });
  await agent.call("wait_for", { target: "built", text: "^second-2", timeout: 10 });
  const next = (await agent.try("read_pane", { target: "built", since: "last" })).text;
  expect(next).toContain("second-2");
  expect(next).not.toContain("[blue]");
  const { sessions } = await agent.call("list_sessions");
  expect(sessions.map(({ name, tags }: { name: string; tags: string[] }) => [name, tags])).toEqual([["built", ["x", "y"]]]);
  expect((await agent.call("kill", { target: "built" })).killed).toEqual([{ server: "local", kind: "session", id: made.id }]);
});

test("the pane in which the agent runs is what is meant when nothing is named", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const { panes: [split] } = await agent.call("split_pane", { right: true, command: ["sleep", "1000"] });
  expect(split.target).toBe("work/0.1");
  expect((await agent.call("describe_pane")).panes[0]).toMatchObject({ id: 1, target: "work/0.0" });
  expect((await agent.call("describe_pane", { target: ".1" })).panes[0].command).toEqual(["sleep", "1000"]);
});

test("JSON may come as strings, one thing for a list, numbers as text", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  await agent.call("create_session", { name: "a", size: "{\"cols\":\"90\",\"rows\":20}", command: "[\"sleep\",\"1000\"]", env: "{\"A\":\"1\"}" });
  await agent.call("create_session", { name: "b", size: "91x21", command: "sleep 1000" });
  const { sessions } = await agent.call("list_sessions");
  expect(sessions.slice(1).map((s: any) => [s.windows[0].cols, s.windows[0].rows, s.windows[0].panes[0].command])).toEqual([
    [90, 20, ["sleep", "1000"]], [91, 21, ["sleep 1000"]],
  ]);
  await agent.call("send_keys", { target: "a", keys: "[\"C-c\"]" });
  await agent.call("send_keys", { target: "work", keys: "a" });
  // a text that looks like JSON is typed as it is
  await agent.call("send_text", { target: "work", text: "[\"x\"] {}" });
  await agent.call("wait_for", { target: "work", text: "a\\[\"x\"\\] \\{\\}", timeout: "10s" });
});

test("hostile and mistaken arguments give errors that say what to do, and harm nothing", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const cases: [tool: string, args: Record<string, unknown>, text: string][] = [
    ["kill", {}, "'target' is missing"],
    ["kill", { target: {} }, "'target' must be a text, not an object"],
    ["kill", { target: "work", force: true }, "there is no argument 'force'"],
    ["kill", { target: "wrok" }, "did you mean 'work'?"],
    ["kill", { target: "a b c" }, "is not a target"],
    ["kill", { target: "x".repeat(5000) }, "is not a target"],
    ["kill", { target: "nowhere:work" }, "no server is named 'nowhere'"],
    ["kill", { target: "work", server: "nowhere" }, "no server is named 'nowhere'"],
    ["read_pane", { history: "many" }, "is no number of lines"],
    ["read_pane", { lines: -1 }, "'lines' must be a whole number of at least 0, not -1"],
    ["wait_for", { target: "work", text: "(" }, "a group is not closed"],
    ["wait_for", { target: "work" }, "is needed"],
    ["send_keys", { target: "work", keys: ["Nonsense"] }, "Nonsense"],
    ["send_text", { target: "work" }, "'text' is missing"],
    ["create_session", { name: "a/b" }, "holds one of : / . %"],
    ["create_session", { name: "\u001b[31m" }, "holds control characters"],
    ["create_session", { size: { cols: 1e9, rows: 2 } }, "size"],
    ["create_session", { env: { "A B": "x" } }, "NAME=VALUE"],
    ["create_session", { env: ["A"] }, "'env' must be an object"],
    ["list_sessions", { constructor: 1 }, "there is no argument 'constructor'"],
    ["no_such_tool", {}, "there is no such tool"],
    ["lst_sessions", {}, "did you mean 'list_sessions'?"],
  ];
  for (const [tool, args, text] of cases) expect(await agent.refused(tool, args), `${tool} ${JSON.stringify(args)}`).toContain(text);
  expect(await agent.refused("kill", { target: "\u001b]0;x\u0007" })).not.toMatch(/[\u0000-\u001f]/);
  expect((await agent.call("list_sessions")).sessions).toHaveLength(1);
});

test("20 calls side by side, each with its own reply, while others wait", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const waiting = agent.call("wait_for", { target: "work", text: "^all-42", timeout: 30 });
  const names = Array.from({ length: 20 }, (_, i) => `s${i}`);
  const made = await Promise.all(names.map((name) => agent.call("create_session", { name, command: ["sleep", "1000"] })));
  expect(made.map(({ sessions }) => sessions[0].name)).toEqual(names);
  const shown = await Promise.all(names.map((name) => agent.call("describe_pane", { target: name })));
  expect(shown.map(({ panes }) => panes[0].target)).toEqual(names.map((name) => `${name}/0.0`));
  await agent.call("send_text", { target: "work", text: "echo all-$((40+2))", enter: true });
  expect((await waiting).panes[0].line).toBe("all-42");
});

test("a cancelled wait ends in the daemon too; progress is told to who asks", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const abort = new AbortController();
  const wait = agent.call("wait_for", { target: "work", text: "never" }, { signal: abort.signal });
  wait.catch(() => {});
  await Bun.sleep(100);
  abort.abort();
  expect(await wait.then(() => "done", () => "cancelled")).toBe("cancelled");
  const told: number[] = [];
  const slow = await agent.try(
    "wait_for", { target: "work", text: "never", timeout: 2.5 }, { onprogress: ({ progress }) => void told.push(progress) },
  );
  expect(slow).toMatchObject({ failed: true, text: "timeout: timed out" });
  expect(told).toEqual([1, 2]);
});

test("a pane that dies under a wait or a read is an error of that call only", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const { panes: [pane] } = await agent.call("split_pane", { command: ["sleep", "1000"] });
  const target = `%${pane.id}`;
  const wait = agent.refused("wait_for", { target, text: "never", timeout: 20 });
  const exit = agent.call("wait_for", { target, exit: true, timeout: 20 });
  exit.catch(() => {});
  await Bun.sleep(100);
  await agent.call("kill", { target });
  expect(await wait).toContain("is gone");
  expect(await agent.refused("read_pane", { target })).toContain(`no pane ${target}`);
  expect(await agent.refused("send_text", { target, text: "x" })).toContain(`no pane ${target}`);
  expect((await agent.call("describe_pane")).panes[0].id).toBe(1);
});

test("the server ends with its agent, and comes to a new daemon after a kill", async () => {
  await using home = new E2eHome();
  const agent = await workshop(home);
  const { daemon } = await home.pids();
  process.kill(daemon, "SIGKILL");
  await home.waitUntil("the next daemon", async () => (await agent.try("list_sessions")).result?.sessions.length === 1);
  const { pid } = agent.transport;
  await agent[Symbol.asyncDispose]();
  await home.waitUntil("its end", () => !home.processes().some((p) => p.pid === pid));
});

test("an agent can't touch the session of another; what it did is in the audit log", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  await home.fugue("new", "other", "-d", "--", "sleep", "1000");
  expect(await agent.refused("kill", { target: "other" })).toContain("belongs to others");
  expect(await agent.refused("send_text", { target: "other", text: "x" })).toContain("belongs to others");
  await agent.call("tag_session", { target: "work", add: "mine" });
  await agent.call("metadata", { target: ".", set: { purpose: "tests" } });
  await agent.call("session_environment", { set: { STAGE: "two" } });
  const { panes: [pane] } = await agent.call("split_pane", { command: ["sh", "-c", "echo stage=$STAGE; sleep 1000"] });
  await agent.call("wait_for", { target: `%${pane.id}`, text: "stage=two", timeout: 10 });
  expect((await agent.call("metadata", { target: "%1" })).entries).toEqual([{ server: "local", key: "purpose", value: "tests" }]);
  expect((await agent.call("list_panes", { target: "work" })).panes).toHaveLength(2);
  expect((await agent.call("whoami")).me[0]).toMatchObject({ kind: "agent", target: "work/0.0", owns: ["work"] });
  const { logs } = await home.json("logs", "--audit");
  expect(logs.slice(0, 3).map(({ event, facts }: any) => [event, facts.pane, facts.targets, facts.outcome])).toEqual([
    ["kill", "%1", "other", "refused"], ["send", "%1", "other", "refused"], ["tag", "%1", "work", "done"],
  ]);
  expect((await home.json("logs")).logs.filter(({ from }: any) => from === "audit")).toEqual([]);
});

test("a nested description becomes a window, or nothing", async () => {
  await using home = new E2eHome();
  await using agent = await workshop(home);
  const layout = { row: [{ command: ["sleep", "1001"], size: 2 }, { column: [{ command: "sleep 1002", env: { A: "1" } }, { dir: "/tmp" }] }] };
  const { windows: [made] } = await agent.call("create_layout", { layout: JSON.stringify(layout), name: "built" });
  const { panes } = await agent.call("list_panes", { target: "work/built" });
  expect(panes.map(({ id }: any) => `%${id}`)).toEqual(made.panes);
  expect(panes.map(({ command }: any) => command)).toEqual([["sleep", "1001"], ["sleep 1002"], []]);
  const [left, upper, lower] = panes;
  expect([left.rows, upper.cols, upper.cols === lower.cols, left.cols > upper.cols * 1.5]).toEqual([24, upper.cols, true, true]);
  expect(await agent.refused("create_layout", { layout: { row: [{ comand: "x" }] } })).toContain("a pane has no 'comand'");
  expect(await agent.refused("create_layout", { layout: { row: [{}, { command: ["/no/such/program"] }] } })).not.toBe("");
  expect((await agent.call("list_windows", { target: "work" })).windows).toHaveLength(2);
});

test("presets are listed, and start in sessions, windows, panes and layouts", async () => {
  await using home = new E2eHome({ config: `[presets.worker]\ncommand = "sleep 1001"\ntags = ["w"]\nenv = { KEY = "secret" }\n[presets.wrong]\nmodel = "x"\n` });
  await using agent = await workshop(home);
  const { presets } = await agent.call("list_presets");
  expect(presets).toMatchObject([
    { server: "local", name: "worker", harness: "custom", command: ["sleep", "1001"], tags: ["w"], isolated: false, problem: null },
    { name: "wrong", harness: null, problem: "preset 'wrong' has neither harness nor command" },
  ]);
  expect(JSON.stringify(presets)).not.toContain("secret");
  await agent.call("create_session", { name: "s", preset: "worker" });
  await agent.call("create_window", { target: "s", preset: "worker" });
  await agent.call("split_pane", { target: "s/0", preset: "worker", command: ["2"] });
  await agent.call("create_layout", { target: "s", layout: { row: [{ preset: "worker" }, {}] } });
  const { panes } = await agent.call("list_panes", { target: "s" });
  expect(panes.map(({ command }: any) => command.join(" "))).toEqual(["sleep 1001", "sleep 1001 2", "sleep 1001", "sleep 1001", ""]);
  expect((await agent.call("list_sessions")).sessions.at(-1).tags).toEqual(["w"]);
  expect(await agent.refused("split_pane", { preset: "wroker" })).toContain("did you mean 'worker'?");
});
