/** The whole, as somebody uses it who has four machines and agents on two of them: nothing is lost, and nothing is left. */
import { expect } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { noRealAgent } from "../support/agent-lab.ts";
import { executable } from "../support/e2e-executable.ts";
import { TestAgent } from "../support/e2e-mcp.ts";
import { kill } from "../support/e2e-processes.ts";
import type { TestTerminal } from "../support/e2e-terminal.ts";
import { testIf } from "../support/e2e-test.ts";
import { claudeLeads, clientLeads } from "../support/lead-agent.ts";
import { FAR, MachinePark, PASSWORD } from "../support/machine-park.ts";
import { noPasswords, noSshd } from "../support/sshd.ts";

/** Prints numbers as long as it is let. */
const COUNTER = 'i=0; while :; do echo "n $i"; i=$((i+1)); sleep 0.05; done';

/** fugue over all servers, in a terminal of this size, with the session `boss` chosen from its list. */
async function opened({ near }: MachinePark, cols: number, rows: number): Promise<TestTerminal> {
  const view = near.tui(["-a"], { cols, rows });
  await view.waitUntil("all lists", () => ["boss", "worker", "count", "refuses"].every((text) => view.shows(text)));
  view.write("/boss");
  await view.waitUntil("the session alone", () => !view.shows("count"));
  view.write("\r");
  await view.waitUntil("the end of the filter", () => view.shows("enter choose"));
  view.write("\r");
  await view.waitForBar("[local:boss]");
  return view;
}

/** Gives a command at the `:` prompt. */
async function command(view: TestTerminal, line: string): Promise<void> {
  view.prefix(":");
  await view.waitUntil("the prompt", () => view.bar.startsWith(":"));
  view.line(line);
  await view.waitUntil("the end of the prompt", () => !view.bar.startsWith(":"));
}

/** Types into the pane that has the focus, and waits for what the shell there makes of it. */
async function answers(view: TestTerminal, word: string): Promise<void> {
  view.line(`echo ${word}-$((40+2))`);
  await view.waitFor(`${word}-42`);
}

testIf(noSshd(), "four machines, from the first login to the last process", async () => {
  const reason = noPasswords();
  if (reason !== undefined) console.log(`LEFT OUT: the login with a password: ${reason}`);
  const noAgent = noRealAgent("claude");
  if (noAgent !== undefined) console.log(`LEFT OUT: the real Claude Code as the one who leads: ${noAgent}`);
  await using park = await MachinePark.start(reason === undefined);
  try {
    await story(park, noAgent === undefined ? claudeLeads : clientLeads);
  } catch (error) {
    // what follows from it (processes that are left) must not hide it
    console.error(error);
    throw error;
  }
}, 240_000);

async function story(park: MachinePark, leads: typeof claudeLeads): Promise<void> {
  const { near, far } = park;

  // a password is asked once, by the terminal that starts the tunnel
  const login = near.tui(["tunnel", "up", "worded"]);
  if (noPasswords() === undefined) {
    await login.waitFor(/Password for \S+:/);
    login.line(PASSWORD);
  }
  expect(await login.ended()).toBe(0);
  await using lead = await leads(near, far.inner.home);
  await near.fugue("-s", "worded", "new", "count", "-d", "--", "sh", "-c", COUNTER);
  for (const name of FAR) await near.fugue("mcp", "allow", name);

  // an agent here makes one there, and gives it work
  await using agent = await TestAgent.start(near, 1);
  const worker = { server: "inner", target: "worker" };
  await lead.call("create_session", { server: "inner", name: "worker", size: "50x30", ...lead.worker });
  await lead.call("wait_for", { ...worker, agent: "idle", timeout: 60 });
  await lead.call("prompt_agent", { ...worker, text: "the first job", wait: "idle", timeout: 30 });
  expect(await lead.call("read_pane", worker)).toMatch(new RegExp(`the first job[^]*${lead.answer}`));
  const { sessions, errors } = await agent.call("list_sessions");
  expect(sessions.map(({ server, name }: any) => `${server}:${name}`).sort()).toEqual(["inner:worker", "local:boss", "worded:count"]);
  expect(errors).toMatchObject([{ server: "dead" }]);

  // one window with panes of three machines
  const view = await opened(park, 120, 36);
  await command(view, "link inner:worker --right");
  await view.waitFor("the first job");
  await command(view, "split --on keyed --down");
  await view.waitFor("far$");
  await answers(view, "keyed");

  // a flood stops at once
  view.line("yes flood");
  await view.waitUntil("the flood", () => view.screen().split("flood").length > 10);
  view.write("\x03");
  await answers(view, "stopped");

  // the line is cut under a prompt of the agent and under what a person types, and comes back
  const prompted = lead.call("prompt_agent", { ...worker, text: "the second job ms=2500 think=2500", wait: "idle", timeout: 40 });
  await view.waitFor("the second job");
  far.inner.sshd.signal("SIGKILL");
  far.keyed.sshd.signal("SIGKILL");
  await view.waitUntil("a broken line", () => view.bar.includes("◐"));
  view.line("echo typed-$((40+3))");
  await Promise.all([far.inner.sshd.restart(), far.keyed.sshd.restart()]);
  await view.waitFor("typed-43", 20_000);
  expect(await prompted).toMatch(/idle|done/);

  await killInTurn(park, view, agent);
  view.process.kill("SIGKILL");
  await view.ended();
  const again = await opened(park, 120, 36);
  await again.waitFor("the third job");
  await again.waitFor("tunnel-42");

  // another build, under everything that runs
  const other = join(near.mark, "other");
  copyFileSync(executable(), other);
  expect((await near.json("upgrade", "--to", other)).upgrade[0].executable).toBe(other);
  await again.waitUntil("a connection", () => !/reconnecting/.test(again.bar));
  await answers(again, "upgraded");
  await lead.call("prompt_agent", { ...worker, text: "the fourth job", wait: "idle", timeout: 40 });
  expect(await lead.call("read_pane", { ...worker, history: "all" })).toMatch(/first job[^]*second job[^]*third job[^]*fourth job/);

  // detach, and attach from a terminal of another size
  again.prefix("d");
  expect(await again.ended()).toBe(0);
  const second = await opened(park, 100, 30);
  await second.waitFor("the fourth job");
  await answers(second, "second");

  // nothing was lost
  const numbers = (await near.fugue("-s", "worded", "capture", "count", "--history", "all", "--join")).split("\n").filter((line) => line.startsWith("n "));
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers).toEqual(numbers.map((_, i) => `n ${i}`));
  expect((await near.json("tunnel", "ls")).tunnels.filter(({ state }: any) => state === "ready").map(({ server }: any) => server).sort()).toEqual([...FAR].sort());

  // and nothing is left
  second.prefix("d");
  expect(await second.ended()).toBe(0);
  await Promise.all([agent[Symbol.asyncDispose](), lead[Symbol.asyncDispose]()]);
  for (const name of FAR) await near.fugue("-s", name, "stop", "--yes");
  await near.fugue("tunnel", "stop", "--all");
  await near.fugue("stop", "--yes");
  await near.waitUntil("all processes to end", () => park.processes().length === 0);
}

/** Daemons here and there and a tunnel die; each comes back, and what was asked meanwhile is answered. */
async function killInTurn({ near, far, tunnelOf }: MachinePark, view: TestTerminal, agent: TestAgent): Promise<void> {
  const worker = { server: "inner", target: "worker" };
  const third = agent.call("wait_for", { ...worker, text: "the third job", timeout: 60 });
  kill((await near.pids()).daemon);
  await answers(view, "near-daemon");
  kill((await far.worded.home.pids()).daemon);
  kill((await far.inner.home.pids()).daemon);
  await agent.call("prompt_agent", { ...worker, text: "the third job", wait: "idle", timeout: 40 });
  expect((await third).panes[0].line).toContain("the third job");
  kill((await tunnelOf("keyed"))!);
  await answers(view, "tunnel");
}
