import { describe, expect, test } from "bun:test";
import { EXIT } from "../../../src/base/errors.ts";
import { nounOf } from "../../../src/cli/output.ts";
import type { Command } from "../../../src/commands/command.ts";
import { positionalArgs } from "../../../src/commands/parse.ts";
import { commandsAt } from "../../../src/commands/registry.ts";
import { FakeServer } from "../commands/fake-server.ts";
import { noServer, run, session } from "./fake-host.ts";

/** Words that each command wants besides --json. */
const WORDS: Readonly<Record<string, string[]>> = {
  new: ["-d"], kill: ["work"], rename: ["work", "x"], "session select": ["work"], "session rename": ["x"],
  "window select": ["/1"],
  "window move": ["--to", "3"], "window swap": ["--next"], "window rename": ["x"], "window find": ["x"],
  layout: [".", "--export"], tag: ["work"], "window build": ["--layout", "-"], meta: ["work"],
  "msg send": ["x", "--all"], run: ["work", "--", "x"], "msg ack": ["x"], "msg status": ["x"], "msg help": ["x"], "msg deliver": ["{}"], "msg settle": ["x"],
  "pane swap": ["--up"], "pane move": ["--to", "%3"], "pane join": ["--from", "%3"], "pane resize": ["--left", "1"],
  "pane rename": ["x"], link: ["local:%3"], "server add": ["x", "ssh://x"], "server show": ["far"], "server rm": ["far"], "server test": ["far"], "pane link": ["--server-id", "0123456789abcdef", "--pane", "7"],
  "pane signal": ["%1", "TERM"], "pane search": ["%1", "x"], send: ["work", "x"], wait: ["work", "--exit"],
  prompt: ["work", "do it"], "agent hook": ["claude", "{}"], "agent report": ["--state", "idle"],
  "agent allow": ["1"], "agent refuse": ["1"],
  "buffer set": ["x"],
  "buffer save": ["/dev/null"], stop: ["--yes"], message: ["x"], "config import-tmux": ["-"],
  "tunnel up": ["--all"], "tunnel stop": ["--all"], "tunnel restart": ["--all"], "tunnel logs": ["ssh://gpu"],
};
/** What is answered as a script, a file or a terminal's own: JSON has nothing to add. */
const NO_JSON = new Set(["attach", "serve", "completions", "mcp", "agent hook", "proxy", "events"]);

const inShell = commandsAt("shell").filter(({ name }) => !NO_JSON.has(name));

/** A server that answers as the real one would. */
function results(): Record<string, unknown> {
  const server = new FakeServer();
  server.caller = { kind: "script", readOnly: false };
  const answers: Record<string, unknown> = {};
  for (const command of commandsAt("shell").filter(({ runs }) => runs === "server")) {
    answers[command.name] = () => server.run([...command.name.split(" "), ...(WORDS[command.name] ?? [])]);
  }
  answers.new = { sessions: [{ id: 1, name: "0", window: 1, pane: 1, created: true }] };
  answers["state purge"] = { purged: [{ panes: 1 }] };
  let upgraded = false;
  answers.upgrade = () => void (upgraded = true);
  let stopped = false;
  answers.stop = () => void (stopped = true);
  answers.status = () => (stopped ? noServer() : { status: [{
    id: "0123456789abcdef", release: "0.1.0", keeper: {
      pid: 1, startedAt: 0, restarts: 0, lastExit: null,
    }, daemon: { pid: upgraded ? 3 : 2, startedAt: 0 }, sessions: 1,
    upgrade: upgraded ? { executable: "/x", state: "done", why: null } : null,
  }] });
  answers["window build"] = { windows: [{ id: 1, index: 0, panes: ["%1"] }] };
  answers["pane search"] = { matches: [{ line: 1, column: 2, length: 3 }] };
  answers["buffer show"] = { buffers: [{ name: "b", text: "x" }] };
  return answers;
}

function jsonOf(command: Command) {
  const words = ["--json", ...command.name.split(" "), ...(WORDS[command.name] ?? [])];
  return run(words, { results: results(), env: { FUGUE_HOME: "/nowhere" }, ...(command.name === "window build" && { stdin: "{}" }) });
}

describe("--json", () => {
  test.each(
    inShell.map((command) => [command.name, command] as const)
  )("of %s is the one shape, on one line", async (_name, command) => {
    const { stdout } = await jsonOf(command);
    expect(stdout).toMatch(/^\{"version":1,[^\n]*\}\n$/);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    const noun = nounOf(command);
    expect(Object.keys(document)).toEqual(["version", ...(noun === undefined ? [] : [noun]), "errors"]);
    expect(document.errors).toEqual([]);
    if (noun !== undefined) expect(Array.isArray(document[noun])).toBe(true);
  });

  test.each(inShell.filter(
    ({ result, runs }) => result && runs === "server"
  ).map((command) => [command.name, command] as const))(
    "of %s names the server first, and has no field that is not documented", async (_name, command) => {
      const document = JSON.parse((await jsonOf(command)).stdout) as Record<string, object[]>;
      const noun = nounOf(command)!;
      const documented = new Set(
        Object.keys(command.result!).map((field) => field.slice(noun.length + 3).split(/[[.]/)[0])
      );
      for (const item of document[noun]!) {
        expect(Object.keys(item)[0]).toBe("server");
        expect(Object.keys(item).slice(1).filter((key) => !documented.has(key))).toEqual([]);
      }
    },
  );

  test.each(
    [["ls", "sessions"], ["clients", "clients"], ["buffer ls", "buffers"], ["status", "status"], ["capture", "panes"]]
  )(
    "of %s that failed has an empty list and says why", async (name, noun) => {
      const outcome = await run([...name.split(" "), "--json"], { results: { [name]: noServer } });
      expect(JSON.parse(outcome.stdout)).toEqual({
        version: 1, [noun]: [],
        errors: [
          { server: "local", code: "noServer", message: "no server is running", hint: "start one with: fugue new" },
        ],
      });
      expect(outcome).toMatchObject(
        { status: EXIT.noServer, stderr: "fugue: no server is running (start one with: fugue new)\n" }
      );
    },
  );

  test("of a wrong command line says so as well", async () => {
    const outcome = await run(["ls", "--tre", "--json"]);
    expect(JSON.parse(outcome.stdout).errors).toMatchObject([{ code: "usage", hint: "did you mean '--tree'?" }]);
    const unknown = await run(["--json", "frob"]);
    expect([unknown.status, JSON.parse(unknown.stdout).errors[0].code]).toEqual([EXIT.usage, "usage"]);
    expect((await run(["frob", "--", "--json"])).stdout).toBe("");
  });

  test("of a session has its windows and panes", async () => {
    const { stdout } = await run(["ls", "--json"], { results: { ls: { sessions: [session("work")] } } });
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1, sessions: [
        { server: "local", id: 1, name: "work", windows: [{ index: 0, panes: [{ id: 1, cursor: "5" }] }] },
      ], errors: [],
    });
  });

  test("holds no character that a terminal would act on", async () => {
    const { stdout } = await run(
      ["ls", "--json"], { results: { ls: { sessions: [session("a\u001b\u009b\u202eb\u2028")] } } },
    );
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(JSON.parse(stdout).sessions[0].name).toBe("a\u001b\u009b\u202eb\u2028");
  });
});

test("every position that is required is known to these tests", () => {
  const wanting = inShell.filter(
    (command) => positionalArgs(command).some(([, arg]) => arg.required) && !(command.name in WORDS)
  );
  expect(wanting.map(({ name }) => name)).toEqual([]);
});
