/**
 * `bun scripts/record-agents.ts AGENT TURNS FILE [COLS ROWS [SEED]]`: drives a real agent against the mock of its API and records
 * its terminal with the states that it was truly in. Run it where there is nothing but loopback:
 * `unshare -n sh -c 'ip link set lo up; exec bun scripts/record-agents.ts …'`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import { seededRandom } from "../src/base/random.ts";
import { startProgram } from "../src/keeper/program.ts";
import { Pty } from "../src/keeper/pty.ts";
import { Emulator } from "../src/terminal/emulator.ts";
import { claudeHome, codexHome, geminiHome, openCodeHome, realAgent, type LabHome, type RealAgent } from "../tests/support/agent-lab.ts";
import { saveRecording, type RecordedEvent, type TrueState } from "../tests/support/agent-recording.ts";
import type { MockEvent } from "../tests/support/agent-script.ts";
import { screenText } from "../tests/support/cells.ts";
import { mockAnthropic } from "../tests/support/mock-anthropic.ts";
import { mockChat } from "../tests/support/mock-chat.ts";
import { mockGemini } from "../tests/support/mock-gemini.ts";
import { mockOpenai } from "../tests/support/mock-openai.ts";

const [agent, turns, file, cols = "100", rows = "30", seed = "1"] = process.argv.slice(2) as [RealAgent, string, string, string?, string?, string?];
/** What of each agent this has to know: when it is ready, which keys answer it, and how many Esc interrupt it. */
const KINDS: Readonly<Record<RealAgent, {
  ready: RegExp; yes: string; clear: string; turns: readonly string[]; args?: readonly string[]; escapes?: number;
  home(folder: string, port: number): LabHome; mock(folder: string, heard: (event: MockEvent) => void): { port: number; stop(): void };
}>> = {
  claude: { ready: /^❯/m, yes: "1", clear: "\x15", turns: ["plain", "plain", "run", "edit", "ask", "interrupt", "quote", "fail"], home: claudeHome, mock: (folder, heard) => mockAnthropic(join(folder, "work"), heard) },
  codex: { ready: /^› /m, yes: "y", clear: "\x03", turns: ["plain", "plain", "run", "run", "interrupt", "quote", "fail"], args: ["--no-daemon"], home: codexHome, mock: (_, heard) => mockOpenai(heard) },
  gemini: { ready: /Type your message/m, yes: "1", clear: "\x15", turns: ["plain", "plain", "run", "run", "interrupt", "quote", "fail"], home: geminiHome, mock: (_, heard) => mockGemini(heard) },
  opencode: { ready: /ctrl\+p commands/m, yes: "\r", clear: "\x15", turns: ["plain", "plain", "run", "run", "interrupt", "quote"], escapes: 2, home: openCodeHome, mock: (_, heard) => mockChat(heard) },
};
const kind = KINDS[agent];
const random = seededRandom(Number(seed));
const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)]!;
const folder = mkdtempSync(join(homedir(), ".agent-recording-"));
const events: RecordedEvent[] = [];
const began = systemClock.now();
const now = () => systemClock.now() - began;
let heard: MockEvent[] = [];
const mock = kind.mock(folder, (e) => heard.push(e));
const home = kind.home(folder, mock.port);
const size = { cols: Number(cols), rows: Number(rows) };
const argv = [realAgent(agent)!, ...(kind.args ?? [])];
const version = /\d+(\.\d+)+/.exec(Bun.spawnSync([argv[0]!, "--version"]).stdout.toString())?.[0] ?? "";
const env = { PATH: process.env.PATH!, TERM: "xterm-256color", COLORTERM: "truecolor", ...home.env };
const emulator = new Emulator({ ...size, scrollback: 0 }, {
  reply: (bytes) => pty.write(bytes.slice(), () => {}), effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {},
});
const pty = new Pty(startProgram({ argv, env, cwd: home.work, ...size }), systemClock);
void (async () => {
  for (let bytes = await pty.read(); bytes !== undefined; bytes = await pty.read()) {
    events.push({ kind: "output", at: now(), text: Buffer.from(bytes).toString("latin1") });
    emulator.parse(bytes);
  }
})();

const screen = () => screenText(emulator).join("\n");
const type = (text: string) => pty.write(new TextEncoder().encode(text), () => {});
const mark = (state: TrueState, why: string) => events.push({ kind: "state", at: now(), state, why });
async function until(what: string, holds: () => boolean, ms = 20_000): Promise<boolean> {
  for (const end = now() + ms; now() < end; await Bun.sleep(10)) if (holds()) return true;
  console.error(`never: ${what}\n${screen()}`);
  return false;
}
const hears = (event: MockEvent) => until(event, () => heard.includes(event));

/** Types a prompt and waits until the API has it: from the Enter on the agent works. */
async function submit(text: string): Promise<boolean> {
  heard = [];
  type(text);
  await Bun.sleep(400);
  mark("working", text.slice(0, 60));
  type("\r");
  if (!(await hears("request"))) return false;
  mark("working", "its API is asked");
  return true;
}

/** One turn, with pauses as long as a person's, in which the state must stay what it is. */
async function turn(what: string): Promise<void> {
  const think = 200 + Math.floor(random.float() * 1500);
  const words = 3 + Math.floor(random.float() * 40);
  const more = what === "quote" ? "quote" : what === "fail" ? "fail" : ["run", "edit", "ask"].includes(what) ? `do=${what}` : "";
  if (!(await submit(`${what} turn, think=${think} words=${words} ${more}`))) return;
  if (what === "interrupt") {
    await Bun.sleep(Math.min(900, think));
    for (let n = kind.escapes ?? 1; n > 0; n--) {
      type("\x1b");
      if (n > 1) await Bun.sleep(300);
    }
    mark("idle", "interrupted");
  } else if (what === "fail") {
    await hears("fail");
    mark("error", "the API failed");
  } else if (more.startsWith("do=")) {
    if (!(await hears("tool"))) return;
    mark("blocked", what);
    await Bun.sleep(900 + random.float() * 1200);
    if (process.env.SHOW) console.log(`--- ${what} asks: ${emulator.title}\n${screen()}`);
    const answer = pick(["yes", "yes", "no"]);
    mark(answer === "yes" ? "working" : "idle", `answered ${answer}`);
    heard = [];
    type(answer === "yes" ? kind.yes : "\x1b");
    if (answer === "yes") {
      await hears("end");
      mark("idle", "turn ended");
    }
  } else {
    await hears("end");
    mark("idle", "turn ended");
  }
  await Bun.sleep(900 + random.float() * 900);
  // what a person does between turns changes no state
  const extra = pick(["none", "none", "draft", "help"]);
  if (extra === "draft") {
    type("Do you want to proceed? 1. Yes esc to cancel");
    await Bun.sleep(500);
    type(kind.clear);
    await Bun.sleep(300);
  } else if (extra === "help") {
    type("?");
    await Bun.sleep(400);
    type("\x7f");
    await Bun.sleep(300);
  }
}

mark("working", "starts");
await until("ready", () => kind.ready.test(screen()), 60_000);
mark("idle", "ready");
await Bun.sleep(3000);
for (let n = 0; n < Number(turns); n++) {
  const which = pick(kind.turns);
  await turn(which);
  if (process.env.SHOW) console.log(`--- after ${which}\n${screen()}`);
}
pty.kill(9);
await pty.exited;
pty.close();
mock.stop();
rmSync(folder, { recursive: true, force: true });
saveRecording(file, { head: { agent, version, ...size }, events });
console.log(`${file}: ${events.filter(({ kind }) => kind === "state").length} states, ${Math.round(now() / 1000)} s`);
process.exit(0);
