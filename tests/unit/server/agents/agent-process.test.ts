import { expect, test } from "bun:test";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtinRules } from "../../../../src/agents/builtin-rules.ts";
import { agentOf, findAgent, isInside, namesOf } from "../../../../src/server/agents/agent-process.ts";
import { argvOf, childrenOf } from "../../../../src/server/panes/program.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { waitUntil } from "../../../support/wait-until.ts";

const nameOf = (...argv: string[]) => agentOf(argv, builtinRules())?.rules.agent;

test("agents are known by program, script and package", () => {
  expect(nameOf("/usr/local/bin/claude", "--resume")).toBe("claude");
  expect(nameOf("claude")).toBe("claude");
  expect(nameOf("node", "--max-old-space-size=1", "/usr/lib/node_modules/@openai/codex/bin/codex.js")).toBe("codex");
  expect(nameOf("/usr/bin/python3", "/home/me/.local/bin/aider")).toBe("generic");
  expect(namesOf(["node", "/x/node_modules/@google/gemini-cli/dist/index.js"])).toContain("@google/gemini-cli");
});

test("a program that is given the name of an agent is none", () => {
  expect(nameOf("vim", "claude")).toBeUndefined();
  expect(nameOf("cat", "/tmp/claude")).toBeUndefined();
  expect(nameOf("bash")).toBeUndefined();
  expect(nameOf()).toBeUndefined();
});

test.if(process.platform === "linux")("an agent behind a wrapper is found, but only in the same process group", async () => {
  using folder = tempFolder();
  const program = join(folder.path, "claude");
  symlinkSync(Bun.which("sleep")!, program);
  for (const [script, agent] of [["\"$0\" 30; true", "claude"], ["setsid \"$0\" 30; true", undefined]] as const) {
    const wrapper = Bun.spawn(["sh", "-c", script, program], { detached: true });
    const front = () => ({ group: wrapper.pid, argv: argvOf(wrapper.pid), name: "sh" });
    await waitUntil("a child", () => childrenOf(wrapper.pid).length > 0);
    if (agent) await waitUntil("the agent", () => findAgent(front(), builtinRules()) !== undefined);
    else await Bun.sleep(200);
    expect(findAgent(front(), builtinRules())?.agent).toBe(agent);
    const [child] = childrenOf(wrapper.pid);
    for (const pid of [-wrapper.pid, child!]) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // ended with the other
      }
    }
    await wrapper.exited;
  }
});

test.if(process.platform === "linux")("what an agent starts in another agent's pane is told from the pane's own", async () => {
  using folder = tempFolder();
  const script = (name: string, body: string) => writeFileSync(join(folder.path, name), `#!/bin/sh\n${body}\n:\n`, { mode: 0o755 });
  script("claude", "\"$@\"");
  script("codex", "\"$@\"");
  const [claude, codex] = [join(folder.path, "claude"), join(folder.path, "codex")];
  for (const [argv, inside] of [
    [[claude, "sleep", "30"], false], [[claude, claude, "sleep", "30"], false], [[claude, codex, "sleep", "30"], true],
    [[claude, "env", "sh", "-c", `${claude} sleep 30; :`], true],
  ] as const) {
    const outer = Bun.spawn([...argv], { detached: true });
    const last = (pid: number): number => childrenOf(pid).map(last)[0] ?? pid;
    try {
      await waitUntil("the last process", () => argvOf(last(outer.pid))[0] === "sleep");
      expect([argv, isInside(last(outer.pid), outer.pid, builtinRules())]).toEqual([argv, inside]);
      expect(isInside(outer.pid, outer.pid, builtinRules())).toBe(false);
    } finally {
      process.kill(-outer.pid, "SIGKILL");
    }
  }
});
