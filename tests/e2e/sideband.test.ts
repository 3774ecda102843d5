/** What programs ask by escape sequences: nothing in ordinary panes, with a person's yes, or freely, as their preset says. */
import { expect } from "bun:test";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";

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
