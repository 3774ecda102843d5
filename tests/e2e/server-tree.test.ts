/** The view of several servers in a terminal: previews, agents, links with a size, configuration, and quitting beside dead ones. */
import { expect } from "bun:test";
import { join } from "node:path";
import { E2eHome } from "../support/e2e-home.ts";
import { test } from "../support/e2e-test.ts";

test("a view of several servers shows far panes, finds agents, claims sizes, follows the configuration and quits at once", async () => {
  await using far = new E2eHome();
  const silent = join(far.mark, "mute.sock");
  using _mute = disposable(Bun.listen({ unix: silent, socket: { data() {} } }));
  await using here = new E2eHome();
  const farLines = `[servers.far]\naddr = "unix://${far.paths.socket}"\n`;
  here.configure(`${farLines}[servers.mute]\naddr = "unix://${silent}"\n`);
  await here.fugue("new", "work", "-d");
  await far.fugue("new", "build", "-d", "--", "sh", "-c", "echo text-of-far; exec sh");

  await using view = here.tui(["-a"], { cols: 100, rows: 30 });
  await view.waitForBar(/●●◐/);
  // the preview of a pane of another server
  await view.waitFor("build");
  await view.waitFor("mute");
  view.write("G");
  view.write("k");
  await view.waitFor("text-of-far");

  // a link to it, with the size that it has here
  view.write("g");
  view.write("j");
  view.write("\r");
  await view.waitForBar("local:work");
  view.prefix(":link far:build\r");
  await view.waitFor("text-of-far");
  view.prefix("J");
  await view.waitForBar("has the size of this link");
  view.line("stty size");
  const leaf = (await here.json("pane", "ls")).panes.find(({ link }: { link?: object }) => link);
  await view.waitFor(`${leaf.rows} ${leaf.cols}`);

  // an agent that waits there is counted, and gone to
  await far.fugue("agent", "report", "build", "--state", "blocked", "--agent", "tool");
  await view.waitForBar(/\?1/);
  view.prefix("\x1b[A");
  await view.waitUntil("the pane above", () => !view.bar.includes("far: "));
  view.prefix("g");
  await view.waitForBar("far: ");

  // a server that leaves the configuration goes
  here.configure(farLines);
  await view.waitForBar(/●● /);

  // quitting beside one that never answers
  here.configure(`${farLines}[servers.mute]\naddr = "unix://${silent}"\n`);
  await view.waitForBar(/●●◐/);
  const began = performance.now();
  view.prefix("d");
  expect(await view.ended()).toBe(0);
  expect(performance.now() - began).toBeLessThan(4000);
}, 90_000);

function disposable(listener: { stop(closeAll: boolean): void }): Disposable {
  return { [Symbol.dispose]: () => listener.stop(true) };
}
