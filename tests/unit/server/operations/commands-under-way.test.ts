/** Commands outlive the connection that gave them, for who comes back in time. */
import { describe, expect, test } from "bun:test";
import { CommandsUnderWay, KEPT_MS } from "../../../../src/server/operations/commands-under-way.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";
import { VirtualClock, settle } from "../../../support/virtual-clock.ts";

/** A command that ends when it is told to, or given up. */
function command() {
  const said = { begun: 0, given: 0 };
  let end!: (text: string) => void;
  const begin = (onCancel: (cancel: () => void) => void) => {
    said.begun++;
    return new Promise<{ result: unknown }>((resolve) => {
      end = (result) => resolve({ result });
      onCancel(() => {
        said.given++;
        resolve({ result: "given up" });
      });
    });
  };
  return { said, begin, end: (text: string) => end(text) };
}

describe("a command whose connection broke", () => {
  test("is joined by its client under the same number, and begun once", async () => {
    const clock = new VirtualClock();
    const all = new CommandsUnderWay(clock);
    const one = command();
    const [first, second] = [{}, {}];
    void all.run(first, 7, 1, one.begin);
    all.left(first, true);
    await clock.advanceAsync(KEPT_MS - 1);
    const answer = all.run(second, 7, 1, one.begin);
    // the old connection's end may be noticed after the new one is there
    all.left(first, true);
    await clock.advanceAsync(KEPT_MS);
    one.end("done");
    expect([await answer, one.said]).toEqual([{ result: "done" }, { begun: 1, given: 0 }]);
  });

  test("that ended meanwhile still has its answer", async () => {
    const clock = new VirtualClock();
    const all = new CommandsUnderWay(clock);
    const one = command();
    const owner = {};
    void all.run(owner, 7, 1, one.begin);
    all.left(owner, true);
    one.end("done");
    await settle();
    expect([await all.run({}, 7, 1, one.begin), one.said.begun]).toEqual([{ result: "done" }, 1]);
  });

  test("is given up when nobody comes back in time, at once where nobody will, and when it is cancelled", async () => {
    const clock = new VirtualClock();
    const all = new CommandsUnderWay(clock);
    const [late, line, cancelled] = [command(), command(), command()];
    const [a, b, c] = [{}, {}, {}];
    void all.run(a, 1, 1, late.begin);
    void all.run(b, 2, 1, line.begin);
    void all.run(c, 3, 1, cancelled.begin);
    all.left(a, true);
    all.left(b, false);
    all.cancel(3, 1);
    expect([late, line, cancelled].map(({ said }) => said.given)).toEqual([0, 1, 1]);
    await clock.advanceAsync(KEPT_MS + 1);
    expect(late.said.given).toBe(1);
    all.dispose();
  });
});

async function say(rig: DaemonRig, client: TestClient, seq: number, name: string, args: Record<string, unknown>) {
  client.send("command", { seq, name, args });
  await Bun.sleep(100);
  await rig.settle();
}

test("a wait goes on over a cut: what was printed meanwhile and is off the screen again meets it", async () => {
  await using rig = await DaemonRig.start();
  await rig.attached({ create: { name: "work" } });
  const agent = await rig.client("mcp", 1, 900);
  await say(rig, agent, 50, "wait", { target: ["work"], text: "needle" });
  agent.duplex.close(true);
  await rig.settle();
  rig.keeper.print(1, `needle\r\n${"hay\r\n".repeat(500)}`);
  await rig.pass(100);
  const again = await rig.client("mcp", 1, 900);
  await say(rig, again, 50, "wait", { target: ["work"], text: "needle" });
  expect(again.all("reply")[0]).toMatchObject({ seq: 50, result: { panes: [{ line: "needle" }] } });
});
