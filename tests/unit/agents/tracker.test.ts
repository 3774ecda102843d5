import { expect, test } from "bun:test";
import { builtinRules } from "../../../src/agents/builtin-rules.ts";
import { AgentTracker, type AgentProcess } from "../../../src/agents/tracker.ts";

const claude: AgentProcess = { agent: "claude", rules: builtinRules().find(({ agent }) => agent === "claude"), pid: 7, evidence: "test" };
const FOOT = ["────────────", "❯ ", "────────────", "  ? for shortcuts"];
const DIALOG = ["────────────", " Bash command", "   rm -r x", " Do you want to proceed?", " ❯ 1. Yes", "   2. No", "", " Esc to cancel"];

class Rig {
  now = 1000;
  readonly tracker = new AgentTracker();

  constructor(process: AgentProcess | undefined = claude, looked = false) {
    this.tracker.front(process, false, this.at);
    this.tracker.lookedAt(looked, this.at);
  }

  get at() {
    return { now: this.now, wall: this.now };
  }

  /** Shows something, and looks again when the tracker wants to. */
  show(title: string, rows: string[], ms = 1000): string | undefined {
    const end = this.now + ms;
    const sight = { rows, title, progress: "none" as const };
    this.tracker.look(sight, this.now, this.at);
    while (this.tracker.lookAgainAt !== undefined && this.tracker.lookAgainAt <= end) {
      this.now = this.tracker.lookAgainAt;
      this.tracker.look(sight, end - ms, this.at);
    }
    this.now = end;
    return this.state;
  }

  get state() {
    return this.tracker.status?.state;
  }
}

test("a turn: starting, idle, working, blocked with its question, working, done, and idle once looked at", () => {
  const rig = new Rig();
  expect(rig.state).toBe("working");
  expect(rig.show("✳ Claude Code", FOOT)).toBe("idle");
  expect(rig.show("⠂ Claude Code", FOOT)).toBe("working");
  expect(rig.show("✳ Claude Code", DIALOG)).toBe("blocked");
  expect(rig.tracker.status!.question).toEqual({ text: "Bash command rm -r x Do you want to proceed?", answers: ["Yes", "No"] });
  expect(rig.show("⠐ Claude Code", FOOT)).toBe("working");
  expect(rig.show("✳ Claude Code", FOOT)).toBe("done");
  expect(rig.tracker.turns).toBe(1);
  rig.tracker.lookedAt(true, rig.at);
  expect(rig.state).toBe("idle");
});

test("a turn that ends under a person's eyes is not done but idle", () => {
  const rig = new Rig(claude, true);
  rig.show("✳ x", FOOT);
  rig.show("⠂ x", FOOT);
  expect(rig.show("✳ x", FOOT)).toBe("idle");
});

test("a moment between two drawings is no end of a turn", () => {
  const rig = new Rig();
  rig.show("✳ x", FOOT);
  rig.show("⠂ x", FOOT);
  expect(rig.show("✳ x", FOOT, 100)).toBe("working");
  expect(rig.show("✳ x", DIALOG)).toBe("blocked");
});

test("a dialog that the transcript quotes, or that is typed, blocks nobody", () => {
  const rig = new Rig();
  expect(rig.show("✳ x", [...DIALOG, ...FOOT])).toBe("idle");
  expect(rig.show("✳ x", ["────────────", "❯ Esc to cancel", "────────────"])).toBe("idle");
  expect(rig.show("⠂ x", [...DIALOG, ...FOOT])).toBe("working");
});

test("a report counts more than the screen, until the screen changes or contradicts it for long", () => {
  const rig = new Rig();
  rig.show("✳ x", FOOT);
  rig.tracker.report({ state: "working" }, rig.at);
  expect(rig.state).toBe("working");
  expect(rig.show("✳ x", FOOT, 1000)).toBe("working");
  // nothing was reported of an interrupted turn
  expect(rig.show("✳ x", FOOT, 3000)).toBe("done");
  rig.tracker.report({ state: "working" }, rig.at);
  rig.show("⠂ x", FOOT, 500);
  rig.tracker.report({ state: "blocked", question: "which one?" }, rig.at);
  expect(rig.state).toBe("blocked");
  expect(rig.tracker.status!.question).toEqual({ text: "which one?", answers: [] });
  expect(rig.show("⠂ x", FOOT, 100)).toBe("blocked");
  rig.tracker.report({ state: "idle", session: "abc" }, rig.at);
  expect(rig.tracker.status).toMatchObject({ state: "done", session: "abc" });
});

test("of an agent without rules only its reports are known", () => {
  const rig = new Rig({ agent: "own", rules: undefined, pid: 3, evidence: "test" });
  rig.tracker.report({ state: "working" }, rig.at);
  expect(rig.show("⠂ x", DIALOG, 60_000)).toBe("working");
  rig.tracker.report({ state: "blocked" }, rig.at);
  expect(rig.state).toBe("blocked");
  rig.tracker.report({ state: "exited" }, rig.at);
  expect(rig.state).toBe("exited");
});

test("without an agent in front nothing on the screen counts; one that ended has exited until somebody looks", () => {
  const rig = new Rig();
  rig.show("⠂ x", FOOT);
  rig.tracker.front(undefined, false, rig.at);
  expect(rig.tracker.status).toMatchObject({ agent: "claude", state: "exited" });
  expect(rig.show("⠂ x", DIALOG)).toBe("exited");
  rig.tracker.lookedAt(true, rig.at);
  expect(rig.tracker.status).toBeUndefined();
});

test("an agent that was suspended is none, and is there again when it comes to the front", () => {
  const rig = new Rig();
  rig.show("✳ x", FOOT);
  rig.tracker.front(undefined, true, rig.at);
  expect(rig.state).toBeUndefined();
  rig.tracker.front(claude, false, rig.at);
  expect(rig.show("✳ x", FOOT)).toBe("idle");
});

test("a turn that failed is an error until the next one begins", () => {
  const rig = new Rig();
  rig.show("✳ x", FOOT);
  rig.show("⠂ x", FOOT);
  expect(rig.show("✳ x", ["❯ do it", "", "● API Error: 500", "", ...FOOT])).toBe("error");
  expect(rig.tracker.waits).toBe(true);
  expect(rig.show("✳ x", FOOT)).toBe("error");
  rig.tracker.lookedAt(true, rig.at);
  expect(rig.tracker.waits).toBe(false);
  expect(rig.show("⠂ x", FOOT)).toBe("working");
});

test("an agent that only prints works while it does", () => {
  const generic = builtinRules().find(({ agent }) => agent === "generic");
  const rig = new Rig({ agent: "aider", rules: generic, pid: 2, evidence: "test" });
  expect(rig.show("", ["hello"], 500)).toBe("working");
  expect(rig.show("", ["hello"], 5000)).toBe("idle");
  expect(rig.show("", ["Add it? (Y)es/(N)o [Yes]: [y/N]"], 100)).toBe("blocked");
});

test("what decided is told", () => {
  const rig = new Rig();
  rig.show("✳ x", FOOT);
  expect(rig.tracker.evidence(rig.at)).toEqual([
    { kind: "process", says: "test", decided: false }, { kind: "title", says: "✳ x", decided: false },
    { kind: "screen", says: "rule 'idle-title' says idle, since 1.0 s ago", decided: true },
  ]);
});
