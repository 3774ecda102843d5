import { expect, test } from "bun:test";
import type { Preset } from "../../../src/config/presets.ts";
import { launchOf, presetNamed, resumeCommand } from "../../../src/harness/launch.ts";
import { thrownBy } from "../../support/thrown.ts";

const launch = (preset: Partial<Preset>, extra: string[] = []) => launchOf({ name: "mine", ...preset }, () => "ID", "/home/me", extra);

test("a preset becomes a command line with model, arguments and a new conversation", () => {
  expect(launch({ harness: "claude", model: "opus", args: ["--verbose"] }, ["hello"])).toEqual({
    harness: "claude", base: ["claude", "--model", "opus", "--verbose", "hello"],
    command: ["claude", "--model", "opus", "--verbose", "hello", "--session-id", "ID"], env: {}, tags: [], session: "ID", isolate: false, unsaved: false,
  });
  expect(launch({ name: "codex", isolate: true, cwd: "~/src", tags: ["ai"], env: new Map([["A", "1"]]), history: 500 })).toMatchObject({
    harness: "codex", command: ["codex", "-c", "features.daemon_auto_start=false"], cwd: "/home/me/src", env: { A: "1" }, tags: ["ai"], isolate: true, history: 500,
  });
  expect(launch({ harness: "shell" }).command).toEqual([]);
  expect(launch({ command: "aider --dark", history: false })).toMatchObject({ harness: "custom", command: ["aider", "--dark"], history: 0 });
  expect(launch({ name: "claude", command: "/opt/claude" }).command).toEqual(["/opt/claude", "--session-id", "ID"]);
});

test("a preset may go on with a conversation", () => {
  expect(launch({ harness: "claude", resume: true }).command).toEqual(["claude", "--continue"]);
  expect(launch({ harness: "claude", resume: "abc" })).toMatchObject({ command: ["claude", "--resume", "abc"], session: "abc" });
  expect(launch({ harness: "codex", resume: "abc", args: ["--search"] }).command).toEqual(["codex", "resume", "abc", "--search"]);
});

test("presets that make no sense are refused with what to do", () => {
  for (const [preset, message] of [
    [{}, "has neither harness nor command"], [{ harness: "clade" }, "there is no harness"], [{ harness: "custom" }, "has no command"],
    [{ harness: "shell", model: "x" }, "takes no model"], [{ harness: "shell", isolate: true }, "can't be isolated"],
    [{ harness: "claude", isolate: "docker" }, "there is no isolation"],
  ] as const) {
    const error = thrownBy(() => launch(preset));
    expect(error.message).toContain(message);
    expect(error.code).toBe("config");
    expect(error.hint).toBeTruthy();
  }
  const error = thrownBy(() => presetNamed("clade", [{ name: "claude" }]));
  expect([error.code, error.hint]).toEqual(["noTarget", "did you mean 'claude'?"]);
});

test("a pane's conversation comes back, one that never began begins, and what is no agent of ours is left", () => {
  const argv = ["claude", "--model", "opus"];
  expect(resumeCommand({ agent: "claude", argv, session: "S", talked: true })).toEqual([...argv, "--resume", "S"]);
  expect(resumeCommand({ agent: "claude", argv, session: "S" })).toEqual([...argv, "--session-id", "S"]);
  expect(resumeCommand({ agent: "codex", argv: ["codex", "--search"], session: "S", talked: true })).toEqual(["codex", "resume", "S", "--search"]);
  expect(resumeCommand({ agent: "codex", argv: ["codex"] })).toEqual(["codex"]);
  expect(resumeCommand({ agent: "claude", session: "S", talked: true })).toBeUndefined();
  expect(resumeCommand(undefined)).toBeUndefined();
});
