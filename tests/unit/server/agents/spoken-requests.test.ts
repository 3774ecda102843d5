import { expect, test } from "bun:test";
import type { Preset } from "../../../../src/config/presets.ts";
import { MOST_IDS } from "../../../../src/server/agents/spoken-requests.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";

const preset = (name: string, fields: Partial<Preset>): Preset => ({ name, command: `/bin/${name}`, ...fields });
const PRESETS = [
  preset("says", { sideband: "allow", sideband_text: true }), preset("asks", { sideband: "ask", sideband_text: true }),
  preset("escapes", { sideband: "allow" }), preset("never", { sideband: "off", sideband_text: true }), preset("unsaid", { sideband_text: true }),
];
const tag = (id: string, command = "ls") => `<fugue:spawn id="${id}" command="${command}"/>`;
const IDLE = "\x1b]0;✳ Claude Code\x07";
const BUSY = "\x1b]0;⠂ Claude Code\x07";

/** Everything on the screen anew, as agents draw it. */
const draw = (title: string, ...rows: string[]) => `${title}\x1b[H\x1b[2J\x1b[3J${[...rows, "", "────────", "❯ ", "────────", "  ? for shortcuts"].join("\r\n")}`;

/** A daemon with one pane, 2, of a preset, with what is taken for Claude Code in it; somebody looks at it. */
async function started(name: string): Promise<{ rig: DaemonRig; client: TestClient }> {
  const rig = await DaemonRig.start({ presets: PRESETS });
  const client = await rig.attached();
  await client.command("new", { name: "work", preset: name, detached: true });
  await client.attach({ target: "work" });
  inFront(rig);
  return { rig, client };
}

/** What is in front is what the test says, not what /proc says of a process that does not exist. */
function inFront(rig: DaemonRig, argv = ["claude"], id = 2): void {
  rig.daemon.programs.output = () => {};
  rig.daemon.programs.dispose();
  rig.daemon.agents.front(rig.daemon.panes.get(id)!, { group: process.pid, argv, name: argv[0] });
}

async function print(rig: DaemonRig, text: string, ms = 1000): Promise<void> {
  rig.keeper.print(2, text);
  await rig.pass(ms);
}

/** A turn begins, says this, and ends. */
async function turn(rig: DaemonRig, ...rows: string[]): Promise<void> {
  await print(rig, draw(BUSY, "❯ go on"), 300);
  await print(rig, draw(BUSY, "❯ go on", "", ...rows));
  await print(rig, draw(IDLE, "❯ go on", "", ...rows));
}

const commands = (rig: DaemonRig) => rig.keeper.spawned.slice(2).map(({ argv }) => argv.join(" ").replace("/bin/sh -c ", ""));
const notices = (client: TestClient) => client.all("event").flatMap((event) => (event.kind === "notification" ? [`${event.title} | ${event.body}`] : []));

test("what an agent asks for in its own words is done where the preset says so, and nowhere else", async () => {
  for (const name of ["escapes", "never", "unsaid", "says"]) {
    const { rig: ours, client } = await started(name);
    await using rig = ours;
    await print(rig, draw(IDLE));
    await turn(rig, `● ${tag("a", "npm%20test")}`);
    expect([name, commands(rig), notices(client)]).toEqual([name, name === "says" ? ["npm test"] : [], []]);
    if (name === "says") expect([rig.daemon.model.pane(3).spawnDepth, client.view!.focus.pane]).toEqual([1, 2]);
  }
});

test("without an agent in front nothing is heard", async () => {
  const { rig: ours } = await started("says");
  await using rig = ours;
  inFront(rig, ["cat"]);
  await turn(rig, `● ${tag("a")}`);
  expect(commands(rig)).toEqual([]);
});

test("it is done once, however often and in whatever size it is drawn", async () => {
  const { rig: ours, client } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await turn(rig, "● So be it.", `  ${tag("a")}`);
  const ls = "ls";
  expect(commands(rig)).toEqual([ls]);
  // redrawn, scrolled, in another turn, in a narrow pane by the agent and by the terminal
  await turn(rig, "● So be it.", `  ${tag("a")}`, "", "● And so on", ...Array.from({ length: 5 }, (_, n) => `  ${n}`));
  await turn(rig, "● So be it.", '  <fugue:spawn id="a"', '  command="ls"/>');
  for (const cols of [33, 20, 200]) {
    rig.daemon.panes.get(2)!.wantSize(cols, 24);
    await rig.pass(1000);
    await print(rig, draw(IDLE, "● So be it.", `  ${tag("a")}`));
  }
  await print(rig, draw(IDLE, "● So be it.", '  <fugue:spawn id="a" comma', '  nd="l', '  s"/>'));
  expect([commands(rig), notices(client)]).toEqual([[ls], [expect.stringContaining("not understood")]]);
  await turn(rig, `● ${tag("b", "date")}`, `  ${tag("a")}`);
  expect(commands(rig)).toEqual([ls, "date"]);
});

test("the daemons that take over do nothing once more", async () => {
  const { rig: ours, client } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await turn(rig, `● ${tag("a")}`);
  for (let n = 0; n < 3; n++) {
    await rig.restart();
    inFront(rig);
    await rig.pass(1000);
    await print(rig, draw(IDLE, "❯ go on", "", `● ${tag("a")}`));
    // a second one of the same id is another one: it is not done either
    await turn(rig, `● ${tag("a", "date")}`);
  }
  expect(commands(rig)).toEqual(["ls"]);
  expect(notices(client)).toEqual([]);
  await turn(rig, `● ${tag("b", "date")}`);
  expect(commands(rig)).toHaveLength(2);
});

test("the ids outlive a reboot", async () => {
  const { rig: ours } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await turn(rig, `● ${tag("a")}`);
  await rig.saved();
  await rig.reboot();
  expect(rig.daemon.model.pane(2).spokenIds).toEqual(["a"]);
});

test("one that was not yet heard when the daemon died is done by the next", async () => {
  const { rig: ours } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await print(rig, draw(BUSY, "❯ go on"), 300);
  await print(rig, draw(BUSY, "❯ go on", "", '● <fugue:spawn id="a" comm'), 50);
  await rig.restart();
  inFront(rig);
  await print(rig, 'x\x1b[4D\x1b[3;1H● <fugue:spawn id="a" command="ls"/>');
  expect(commands(rig)).toEqual(["ls"]);
});

test("a conversation that goes on shows what was asked for before: that is not done", async () => {
  const { rig: ours } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE, "❯ earlier", "", `● ${tag("a")}`));
  await turn(rig, `● ${tag("a")}`, `  ${tag("b", "date")}`);
  expect(commands(rig)).toEqual(["date"]);
  // another conversation in the same program (/resume)
  rig.daemon.agents.report(rig.daemon.panes.get(2)!, { session: "other" }, "claude");
  await print(rig, draw(IDLE, "❯ earlier", "", `● ${tag("c")}`));
  await turn(rig, `● ${tag("c")}`);
  expect(commands(rig)).toHaveLength(1);
});

test("what is written piece by piece is heard when it stands, and what scrolls by is not", async () => {
  const { rig: ours, client } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await print(rig, `${draw(BUSY, "❯ go on")}\x1b[2;1H● `, 300);
  const text = '<fugue:spawn id="a" command="echo%20/>x"/>';
  for (const char of text) await print(rig, char, 40);
  expect(commands(rig)).toEqual([]);
  await rig.pass(400);
  expect(commands(rig)).toEqual(["echo />x"]);
  for (const id of ["b", "c", "d"]) await print(rig, draw(BUSY, `● ${tag(id)}`), 150);
  await print(rig, draw(IDLE));
  expect([commands(rig).length, notices(client)]).toEqual([1, []]);
});

test("what is not done is told, once", async () => {
  const { rig: ours, client } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  const rows = ['● <fugue:spawn command="ls"/>', `  ${tag("a")}`, `  ${tag("a", "date")}`];
  for (let n = 0; n < 3; n++) await turn(rig, ...rows);
  expect(commands(rig)).toEqual(["ls"]);
  expect(notices(client)).toEqual([
    'not done: it has no id of letters and digits, 32 at most | <fugue:spawn command="ls"/>', `not done: the id a was used before | ${tag("a", "date")}`,
  ]);
});

test("rate, generations and the number of ids are bounded, as for escape sequences", async () => {
  const { rig: ours, client } = await started("says");
  await using rig = ours;
  await print(rig, draw(IDLE));
  const window = (n: number) => tag(`n${n}`).replace("/>", ' where="window"/>');
  await turn(rig, ...Array.from({ length: 8 }, (_, n) => `● ${window(n)}`));
  expect(commands(rig)).toHaveLength(6);
  expect(notices(client)).toEqual([6, 7].map((n) => `not done: too many in a minute | ${window(n)}`));
  rig.daemon.model.pane(2).spawnDepth = 3;
  await rig.passWith(client, 61_000);
  await turn(rig, `● ${tag("deep")}`);
  expect(notices(client).at(-1)).toContain("generations deep");
  rig.daemon.model.pane(2).spokenIds = Array.from({ length: MOST_IDS }, (_, n) => `old${n}`);
  await turn(rig, `● ${tag("more")}`);
  expect([commands(rig).length, notices(client).at(-1)]).toEqual([6, expect.stringContaining(`${MOST_IDS} times`)]);
});

test("a person is asked where the preset says so, once", async () => {
  const { rig: ours, client } = await started("asks");
  await using rig = ours;
  await print(rig, draw(IDLE));
  await turn(rig, `● ${tag("a", "rm%20x")}`);
  await turn(rig, `● ${tag("a", "rm%20x")}`);
  const asked = () => client.all("event").flatMap((event) => (event.kind === "request" && event.text !== "" ? [event.text] : []));
  expect([asked(), commands(rig)]).toEqual([["run in a shell: rm x -- in a new pane (down)"], []]);
  await client.command("agent refuse", { request: 1 });
  await turn(rig, `● ${tag("a", "rm%20x")}`);
  expect([asked().length, commands(rig)]).toEqual([1, []]);
});
