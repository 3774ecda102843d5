import { expect, test } from "bun:test";
import { readHook } from "../../../src/commands/hook-event.ts";
import { run } from "../cli/fake-host.ts";

const claude = (name: string, more: object = {}) => readHook("claude", JSON.stringify({ hook_event_name: name, session_id: "s1", ...more }));

test("the events of Claude Code are states, its conversation is known from the first on", () => {
  expect(claude("SessionStart")).toEqual({ session: "s1" });
  expect(claude("UserPromptSubmit", { prompt: "a secret" })).toEqual({ state: "working", session: "s1" });
  expect(claude("PermissionRequest", { tool_name: "Bash" })).toEqual({ state: "blocked", question: "Bash asks for permission", session: "s1" });
  expect(claude("Stop")).toEqual({ state: "idle", session: "s1" });
  expect(claude("StopFailure")).toEqual({ state: "error", session: "s1" });
});

test("the notification of Codex is the end of a turn", () => {
  expect(readHook("codex", "{\"type\":\"agent-turn-complete\",\"thread-id\":\"t\",\"last-assistant-message\":\"x\"}")).toEqual({ state: "idle", session: "t" });
  expect(readHook("codex", "{\"type\":\"other\"}")).toBeUndefined();
});

test("what makes no sense is nothing", () => {
  for (const text of ["", "nonsense", "[]", "null", "3", "{\"hook_event_name\":\"__proto__\"}"]) expect(readHook("claude", text)?.state).toBeUndefined();
});

test("a hook says nothing and ends well, with and without a server", async () => {
  const calls: unknown[] = [];
  const event = JSON.stringify({ hook_event_name: "Stop", session_id: "s1" });
  const results = { "agent report": (args: unknown) => void calls.push(args) };
  expect(await run(["agent", "hook", "claude", event], { results, env: { FUGUE_PANE: "3" } })).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(calls).toEqual([{ state: "idle", session: "s1", target: "%3", agent: "claude" }]);
  expect(await run(["agent", "hook", "claude", event], { results, env: {} })).toMatchObject({ status: 0, stdout: "", stderr: "" });
  const failing = { "agent report": () => { throw new Error("no"); } };
  expect(await run(["agent", "hook", "claude", event], { results: failing, env: { FUGUE_PANE: "3" } })).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(calls).toHaveLength(1);
});
