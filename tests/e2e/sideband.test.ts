/** What programs ask by escape sequences: nothing in ordinary panes, with a person's yes, or freely, as their preset says. */
import { expect } from "bun:test";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { executable } from "../support/e2e-executable.ts";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";
import { fakeClaude } from "../support/fake-agent.ts";

const PRESETS = "[presets.asks]\ncommand = \"sh\"\nsideband = \"ask\"\n[presets.may]\ncommand = \"sh\"\nsideband = \"allow\"\n";
const SPAWN = "\x1b]fugue;spawn;command=echo%20'ma''de'%3B%20sleep%2050;where=right;name=made\x1b\\";

test("a cat of requests does nothing in an ordinary pane, and what it says where a preset allows it", async () => {
  await using home = new E2eHome({ config: PRESETS });
  const file = home.write("requests", `before ${SPAWN}${SPAWN.replace("\x1b\\", "\x07")} \x1b]fugue;title;text=mine\x1b\\<fugue:spawn command="ls"/> after\n`);
  await home.fugue("new", "plain", "-d", "--size=120x30");
  await home.fugue("new", "free", "-d", "--size=120x30", "--preset", "may");
  await home.fugue("send", "plain", `cat ${file}; echo do''ne`, "--enter");
  await home.fugue("wait", "plain", "--text", "done", "--timeout", "20s");
  expect((await home.json("ls")).sessions.flatMap(({ windows }: any) => windows.flatMap((window: any) => window.panes)).length).toBe(2);
  await home.fugue("send", "free", `cat ${file}`, "--enter");
  await home.waitUntil("the panes", async () => (await home.json("ls")).sessions.find(({ name }: any) => name === "free").windows[0].panes.length === 3);
  const { daemon } = await home.pids();
  process.kill(daemon, "SIGKILL");
  await home.waitUntil("the next daemon", async () => (await home.cli(["ls"])).status === 0);
  await Bun.sleep(500);
  expect((await home.json("ls")).sessions.find(({ name }: any) => name === "free").windows[0].panes.length).toBe(3);
});

test("a person is asked, and what is typed on its way to the pane is no answer", async () => {
  await using home = new E2eHome({ config: PRESETS });
  const file = home.write("request", SPAWN);
  await home.fugue("new", "work", "-d", "--preset", "asks");
  const terminal = await home.shell(["attach", "work"]);
  terminal.write(`cat ${file}; read -r REPLY; echo "<$REPLY>"\r`);
  await home.waitUntil("the request", async () => (await home.json("agent", "requests")).requests.length === 1);
  for (const key of "yyy") terminal.write(key);
  terminal.write("\r");
  await terminal.waitFor("<yyy>");
  await terminal.waitFor("asks to run in a shell: echo 'ma''de'; sleep 50");
  expect((await home.json("agent", "requests")).requests.length).toBe(1);
  await Bun.sleep(900);
  terminal.write("y");
  await terminal.waitFor("made");
  await home.waitUntil("its answer", async () => (await home.json("agent", "requests")).requests.length === 0);
});

/** A home in which a fake agent runs in `work`, whose own words are heard, and in `plain`, whose are not. */
async function withAgents(): Promise<{ home: E2eHome; ask: (id: string) => string; times: () => string[] }> {
  const home = new E2eHome();
  const agent = fakeClaude(join(home.home, "bin"));
  home.configure(`[presets.says]\nharness = "custom"\ncommand = "${agent.join(" ")}"\nsideband = "allow"\nsideband_text = true\n`);
  const done = join(home.home, "done");
  const ask = (id: string) => home.write(`words-${id}`, `I start it.\n\n<fugue:spawn id="${id}"\n  command="echo%20${id}%20%3E%3E%20~/done"\n  where="window"/>\n`);
  await home.fugue("new", "work", "-d", "--size=100x30", "--preset", "says");
  await home.fugue("new", "plain", "-d", "--size=100x30", "--", ...agent);
  for (const name of ["work", "plain"]) await home.fugue("wait", name, "--agent", "idle", "--timeout", "20s");
  return { home, ask, times: () => (existsSync(done) ? readFileSync(done, "utf8").trim().split("\n") : []) };
}

test("what an agent says is done once, through redraws, resizes, an upgrade and the death of the daemon", async () => {
  const { home: ours, ask, times } = await withAgents();
  await using home = ours;
  const say = (session: string, path: string) => home.fugue("prompt", session, `say ${path} ms=400`, "--wait", "idle", "--timeout", "20s");
  const one = ask("one");
  await say("plain", one);
  await home.fugue("new", "cat", "-d", "--size=100x30");
  await home.fugue("send", "cat", `cat ${one}; echo do''ne`, "--enter");
  await home.fugue("wait", "cat", "--text", "done", "--timeout", "20s");
  // what a person types is not what the agent says
  await home.fugue("prompt", "work", "<fugue:spawn id=\"me\" preset=\"says\"/>", "--wait", "idle", "--timeout", "20s");
  expect(times()).toEqual([]);
  await say("work", one);
  await home.waitUntil("it to be done", () => times().length > 0);
  await say("work", one);
  const { daemon } = await home.pids();
  process.kill(daemon, "SIGKILL");
  await home.waitUntil("the next daemon", async () => (await home.cli(["ls"])).status === 0);
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "20s");
  for (const cols of [60, 44, 120]) {
    const terminal = home.tui(["attach", "work"], { cols, rows: 24 });
    await terminal.waitFor("I start it.");
    await Bun.sleep(400);
    terminal.prefix("d");
    await terminal.ended();
  }
  const other = join(home.home, "other");
  copyFileSync(executable(), other);
  await home.fugue("upgrade", "--to", other);
  await home.fugue("wait", "work", "--agent", "idle", "--timeout", "20s");
  await say("work", one);
  await say("work", ask("two"));
  await home.waitUntil("the second", () => times().length > 1);
  await Bun.sleep(600);
  expect(times()).toEqual(["one", "two"]);
});

test("a daemon that is killed while it hears a request leaves it to the next, and none does it twice", async () => {
  const { home: ours, ask, times } = await withAgents();
  await using home = ours;
  for (let n = 0; n < 5; n++) {
    const path = ask(`n${n}`);
    await home.fugue("send", "work", `say ${path} ms=300`, "--enter");
    // before, while and after it is heard
    await Bun.sleep(200 + n * 150);
    process.kill((await home.pids()).daemon, "SIGKILL");
    await home.waitUntil("the next daemon", async () => (await home.cli(["ls"])).status === 0);
    await home.waitUntil(`request ${n}`, () => times().includes(`n${n}`));
  }
  await Bun.sleep(600);
  expect(times()).toEqual(["n0", "n1", "n2", "n3", "n4"]);
});
