/** The command line: making, listing, naming, arranging and ending sessions, windows and panes. */
import { expect } from "bun:test";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { labelled } from "../support/e2e-labels.ts";
import { test } from "../support/e2e-test.ts";

interface PaneJson {
  id: number;
  index: number;
  cols: number;
  rows: number;
  active: boolean;
  program: string;
  cwd: string;
  command: string[];
}

interface WindowJson {
  index: number;
  name: string;
  zoomed: boolean;
  cols: number;
  rows: number;
  panes: PaneJson[];
}

async function windows(home: E2eHome, session = "work"): Promise<WindowJson[]> {
  return (await home.json("ls", session)).sessions[0].windows;
}

test("new takes a name, folder, size, tags, variables and a command, and prints the name", async () => {
  await using home = new E2eHome();
  home.write("project/file", "");
  const folder = join(home.home, "project");
  const argv = [
    "new",
    "work",
    "-d",
    "-c",
    folder,
    "--size",
    "100x30",
    "--tag",
    "one",
    "--tag",
    "two",
    "--env",
    "FOO=a b",
    "--env",
    "BAR=c",
  ];
  expect(await home.fugue(...argv, "--", "sh", "-c", "echo \"$FOO/$BAR/$PWD\"; exec cat")).toBe("work");
  await home.fugue("wait", "work", "--text", `a b/c/${folder}`, "--timeout", "10s");
  const { version, sessions, errors } = await home.json("ls");
  expect({ version, errors }).toEqual({ version: 1, errors: [] });
  expect(sessions[0]).toMatchObject({ server: "local", name: "work", tags: ["one", "two"], attached: 0, cwd: folder });
  expect(sessions[0].windows[0]).toMatchObject(
    { index: 0, active: true, zoomed: false, bell: false, cols: 100, rows: 30 },
  );
  expect(sessions[0].windows[0].panes[0]).toMatchObject(
    { index: 0, program: "cat", cwd: folder, active: true, exit: null },
  );
  expect(await home.fugue("new", "-d")).toBe("0");
  expect(await home.fugue("new", "-d")).toBe("1");
  expect((await home.fugue("ls")).split("\n").map((line) => line.split(/ +/)[0])).toEqual(["NAME", "work", "0", "1"]);
  expect(await home.fugue("ls", "--tree")).toMatch(
    /^work: 1 window.*\[one,two\]\n {2}0: \S+\* 100x30\n {4}0\* +%1 +100x30 +cat/m,
  );
});

test("kill and rename work at every level, relative to nothing", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await home.fugue("split", "work", "--right", "--", ...labelled("BBB"));
  await home.fugue("window", "new", "work", "-n", "two", "--", ...labelled("CCC"));
  await home.fugue("rename", "work/0.1", "right");
  await home.fugue("rename", "work/two", "logs");
  await home.fugue("rename", "work", "play");
  const [first, second] = await windows(home, "play");
  expect(second!.name).toBe("logs");
  expect(first!.panes.map((pane) => (pane as unknown as { title: string }).title)[1]).toBe("right");
  await home.fugue("kill", `%${first!.panes[1]!.id}`);
  await home.waitUntil("one pane in window 0", async () => (await windows(home, "play"))[0]!.panes.length === 1);
  await home.fugue("kill", "play/logs");
  await home.waitUntil("one window", async () => (await windows(home, "play")).length === 1);
  await home.fugue("kill", "play");
  expect((await home.json("ls")).sessions).toEqual([]);
  await home.waitUntil("the programs to end", () => home.processes().every(({ command }) => command !== "cat"));
});

test("window new, select, move, swap, rotate, rename and kill", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", ...labelled("AAA"));
  await home.fugue("window", "new", "work", "-n", "b", "--", ...labelled("BBB"));
  await home.fugue("window", "new", "work", "-n", "c", "--index", "7", "--", ...labelled("CCC"));
  const names = async () => (await windows(home)).map(({ index, name }) => `${index}:${name}`);
  expect((await names()).slice(1)).toEqual(["1:b", "7:c"]);
  await home.fugue("window", "move", "work/c", "--to", "3");
  expect((await names()).slice(1)).toEqual(["1:b", "3:c"]);
  await home.fugue("window", "move", "work/c", "--to", "1", "--swap");
  expect((await names()).slice(1)).toEqual(["1:c", "3:b"]);
  await home.fugue("window", "select", "work/b");
  expect(
    (await home.json("ls")).sessions[0].windows.map((w: { active: boolean }) => w.active),
  ).toEqual([false, false, true]);
  await home.fugue("window", "rename", "-t", "work/b", "bb");
  await home.fugue("window", "kill", "work/c");
  expect((await names()).slice(1)).toEqual(["3:bb"]);
  await home.fugue("new", "other", "-d", "--", ...labelled("DDD"));
  await home.fugue("window", "move", "work/bb", "--to", "other");
  expect((await windows(home, "other")).map(({ name }) => name)).toContain("bb");
});

test("split and the pane commands: swap, move, break, join, resize, zoom, select, respawn, pipe", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size", "80x24", "--", ...labelled("AAA"));
  const right = (await home.json("split", "work", "--right", "--size", "30", "--", ...labelled("BBB"))).panes[0];
  expect(right).toMatchObject({ server: "local", target: "work/0.1" });
  const down = (await home.json("split", `%${right.id}`, "--down", "--size", "25%", "--", ...labelled("CCC"))).panes[0];
  const sizes = async () => Object.fromEntries(
    (await windows(home)).flatMap((w) => w.panes.map((p) => [p.id, [w.index, p.index, p.cols, p.rows]])),
  );
  expect(await sizes()).toEqual({ 1: [0, 0, 49, 24], [right.id]: [0, 1, 30, 17], [down.id]: [0, 2, 30, 6] });
  await home.fugue("pane", "swap", "work/0.0", "--with", "work/0.2");
  expect(await sizes()).toEqual({ [down.id]: [0, 0, 49, 24], [right.id]: [0, 1, 30, 17], 1: [0, 2, 30, 6] });
  await home.fugue("pane", "resize", "%1", "--rows", "10");
  expect((await sizes())[1]).toEqual([0, 2, 30, 10]);
  await home.fugue("pane", "break", "%1", "-n", "alone");
  expect((await sizes())[1]).toEqual([1, 0, 80, 24]);
  await home.fugue("pane", "join", "work/0.0", "--from", "%1", "--left", "--size", "20");
  expect((await sizes())[1]).toEqual([0, 0, 20, 24]);
  await home.fugue("pane", "zoom", "%1");
  expect((await windows(home))[0]!.zoomed).toBe(true);
  await home.fugue("pane", "zoom", "%1");
  await home.fugue("pane", "select", `%${right.id}`);
  expect((await windows(home))[0]!.panes.find((p) => p.active)!.id).toBe(right.id);
  await home.fugue("pane", "pipe", "%1", "--", "sh", "-c", `cat > ${home.home}/piped`);
  await home.fugue("send", "%1", "--enter", "through-the-pipe");
  await home.waitUntil(
    "the copy", () => Bun.file(`${home.home}/piped`).size > 0 && home.read("piped").includes("through-the-pipe"),
  );
  await home.fugue("pane", "pipe", "%1");
  await home.fugue("pane", "respawn", "%1", "--kill", "--", ...labelled("ANEW"));
  await home.fugue("wait", "%1", "--text", "ANEW", "--timeout", "10s");
  await home.fugue("pane", "kill", "%1");
  expect(Object.keys(await sizes())).toHaveLength(2);
});

test("layouts: by name, exported, changed, and applied from a file or standard input", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--size", "81x25", "--", ...labelled("AAA"));
  for (const label of ["BBB", "CCC", "DDD"]) await home.fugue(
    "split", "work", "--right", "--size", "10", "--", ...labelled(label),
  );
  const shape = async () =>
    (await windows(home))[0]!.panes.map(({ id, cols, rows }) => `${id}:${cols}x${rows}`).join(" ");
  await home.fugue("layout", "work/0", "tiled");
  const tiled = await shape();
  const saved = home.write("tiled.json", await home.fugue("layout", "work/0", "--export"));
  await home.fugue("layout", "work/0", "even-vertical");
  expect(await shape()).not.toBe(tiled);
  await home.fugue("layout", "work/0", "--apply", saved);
  expect(await shape()).toBe(tiled);
  await home.fugue("layout", "work/0", "main-vertical");
  expect((await home.cli(["layout", "work/0", "--apply", "-"], { stdin: home.read("tiled.json") })).status).toBe(0);
  expect(await shape()).toBe(tiled);
  const wrong = await home.cli(["layout", "work/0", "--apply", "-"], { stdin: '{"nonsense": 1}' });
  expect(wrong.status).not.toBe(0);
  expect(wrong.stderr).toMatch(/^fugue: .*\n$/);
  expect(await shape()).toBe(tiled);
});

test("sync, clients, detach, message and clear-history", async () => {
  await using home = new E2eHome();
  await home.fugue("new", "work", "-d", "--", "sh", "-c", "seq 1 200; exec cat");
  await home.fugue("split", "work", "--right", "--", ...labelled("BBB"));
  const terminal = home.tui(["attach", "work"]);
  await terminal.waitFor("BBB");
  const { clients } = await home.json("clients");
  expect(clients).toMatchObject(
    [{ server: "local", session: "work", cols: 80, rows: 23, readOnly: false, pid: terminal.process.pid }],
  );
  await home.fugue("sync", "on", "-t", "work/0");
  terminal.write("both\r");
  await terminal.waitUntil("it in both", () => terminal.screen().split("both").length >= 5);
  await home.fugue("message", "--client", String(clients[0].id), "hello there");
  await terminal.waitForBar("hello there");
  await home.fugue("wait", "work/0.0", "--text", "both", "--timeout", "10s");
  expect((await home.fugue("capture", "work/0.0", "--history", "all")).split("\n").length).toBeGreaterThan(200);
  await home.fugue("clear-history", "work/0.0");
  expect((await home.fugue("capture", "work/0.0", "--history", "all")).split("\n").length).toBeLessThan(40);
  await home.fugue("detach", "--client", String(clients[0].id));
  expect(await terminal.ended()).toBe(0);
});

test("pane search, signal, display and mark; window find, swap and rotate; new --attach", async () => {
  await using home = new E2eHome();
  await home.fugue(
    "new",
    "work",
    "-d",
    "--size",
    "80x24",
    "--",
    "sh",
    "-c",
    "trap 'echo got-usr1' USR1; seq 1 300; echo needle-here; while :; do sleep 0.05; done",
  );
  await home.fugue("wait", "work", "--text", "needle-here", "--timeout", "10s");
  await home.fugue("window", "new", "work", "-n", "second", "--", ...labelled("BBB"));
  expect(await home.fugue("pane", "search", "work/0.0", "--regex", "^150$")).toBe("149.0");
  await home.fugue("pane", "signal", "work/0.0", "USR1");
  await home.fugue("wait", "work/0.0", "--text", "got-usr1", "--timeout", "10s");
  expect(await home.fugue("pane", "display", "work/second")).toMatch(/%2|80x24/);
  expect(await home.fugue("window", "find", "needle-here")).toMatch(/work\/0/);
  await home.fugue("window", "swap", "work/0", "--with", "work/second");
  expect((await windows(home)).map(({ name }) => name)[0]).toBe("second");
  await home.fugue("split", "work/second", "--right", "--", ...labelled("CCC"));
  const order = async () => (await windows(home))[0]!.panes.map(({ id }) => id);
  const before = await order();
  await home.fugue("window", "rotate", "work/second");
  expect(await order()).toEqual(before.reverse());
  expect((await home.json("new", "-A", "work", "-d")).sessions[0]).toMatchObject({ name: "work", created: false });
});

test("inside a pane commands need no target, and .1 and /2 are the caller's own", async () => {
  await using home = new E2eHome();
  const { executable } = await import("../support/e2e-executable.ts");
  await home.fugue("new", "work", "-d", "--size", "120x30");
  await home.fugue(
    "send",
    "work",
    "--enter",
    `f() { ${executable()} "$@"; }; f split --right -- cat; f send .1 'to the right'; `
      + "f window new -n side -- cat; f send /1 'to window one'; f rename . mine; echo all-done-$?",
  );
  await home.fugue("wait", "work/0.0", "--text", "all-done-0", "--timeout", "10s");
  expect(await home.fugue("capture", "work/0.1")).toContain("to the right");
  expect(await home.fugue("capture", "work/side")).toContain("to window one");
});
