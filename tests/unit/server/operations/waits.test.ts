import { describe, expect, test } from "bun:test";
import type { WaitCondition, WaitResult } from "../../../../src/commands/context.ts";
import { FugueError } from "../../../../src/base/errors.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";
import { rejection, codeThrownBy } from "../../../support/thrown.ts";

/** Two panes in one window, and a wait whose outcome can be looked at. */
async function rig() {
  const r = await DaemonRig.start({ remainOnExit: "on" });
  const client = await r.attached({ create: { name: "work" } });
  await client.command("split");
  const ops = await r.script();
  const wait = (condition: WaitCondition, options: { panes?: number[]; all?: boolean; timeout?: number } = {}) => {
    const outcome: { results?: WaitResult[]; error?: FugueError } = {};
    const promise = ops.panes.wait(options.panes ?? [1], condition, options.all ?? false, options.timeout);
    promise.then((results) => void (outcome.results = results), (error) => void (outcome.error = error));
    return outcome;
  };
  return { ...r, r, ops, wait, [Symbol.asyncDispose]: () => r[Symbol.asyncDispose]() };
}

const text = (pattern: string, since?: string): WaitCondition => ({ kind: "text", pattern, since });

describe("waiting for text", () => {
  test("ends when a line matches, with that line", async () => {
    await using t = await rig();
    const outcome = t.wait(text("^done \\d+$"));
    t.r.keeper.print(1, "working\r\nalmost done 7 times\r\n");
    await t.r.pass(100);
    expect(outcome).toEqual({});
    t.r.keeper.print(1, "done 42\r\n");
    await t.r.pass(100);
    expect(outcome.results).toEqual([{ pane: 1, line: "done 42" }]);
  });

  test("ends at once for what is on the screen already, but not with --since for what came before", async () => {
    await using t = await rig();
    t.r.keeper.print(1, "ready\r\n");
    await t.r.pass(100);
    const before = t.wait(text("ready"));
    const position = t.ops.panes.capture(1, {}).position;
    const since = t.wait(text("ready", position));
    await t.r.pass(100);
    expect([before.results?.[0]?.line, since]).toEqual(["ready", {}]);
    t.r.keeper.print(1, "ready again\r\n");
    await t.r.pass(100);
    expect(since.results?.[0]?.line).toBe("ready again");
  });

  test("sees a line that the screen wraps as one", async () => {
    await using t = await rig();
    const outcome = t.wait(text(`^${"a".repeat(200)}END$`));
    t.r.keeper.print(1, `${"a".repeat(200)}END`);
    await t.r.pass(100);
    expect(outcome.results).toHaveLength(1);
  });

  test("sees what a flood carried past before anyone could look", async () => {
    await using t = await rig();
    const outcome = t.wait(text("needle", t.ops.panes.capture(1, {}).position));
    t.r.keeper.print(1, "hay\r\n".repeat(50));
    t.r.keeper.print(1, "needle\r\n");
    t.r.keeper.print(1, "hay\r\n".repeat(3000));
    await t.r.pass(200);
    expect(outcome.results?.[0]?.line).toBe("needle");
  });

  test("without --since sees what a flood carried past since it began", async () => {
    await using t = await rig();
    const outcome = t.wait(text("needle"));
    t.r.keeper.print(1, `needle\r\n${"hay\r\n".repeat(3000)}`);
    await t.r.pass(200);
    expect(outcome.results?.[0]?.line).toBe("needle");
  });

  test("of a program that is replaced ends", async () => {
    await using t = await rig();
    const outcome = t.wait(text("never"));
    await t.ops.panes.respawn(1, { kill: true });
    await t.r.pass(100);
    expect(outcome.error).toMatchObject({ code: "noTarget", message: "pane %1 has another program now" });
  });

  test("on the alternate screen sees that", async () => {
    await using t = await rig();
    const outcome = t.wait(text("editor"));
    t.r.keeper.print(1, "\x1b[?1049hthe editor");
    await t.r.pass(100);
    expect(outcome.results).toHaveLength(1);
  });

  test("by a bad pattern is refused, and one that is too long", async () => {
    await using t = await rig();
    for (const pattern of ["(", "[z-a]", "\\", "x".repeat(5000)]) {
      expect(codeThrownBy(
        () => t.r.daemon.waits.start([t.r.daemon.panes.get(1)!], text(pattern), false, undefined),
      )).toBe("usage");
    }
    expect((await rejection(t.ops.panes.wait([1], text("x", "not a cursor"), false, undefined))).code).toBe("usage");
  });

  test("takes patterns that would backtrack for ever, and none that can't be looked for without that", async () => {
    await using t = await rig();
    t.r.keeper.print(1, `${"a".repeat(4000)}!\r\n`);
    await t.r.pass(50);
    const outcome = t.wait(text("^(a+)+$"), { timeout: 500 });
    await t.r.pass(600);
    expect(outcome.error?.code).toBe("timeout");
    expect(() => t.ops.panes.wait([1], text("(?=look)ahead"), false, undefined)).toThrow("look-around");
  });

  test("finds an empty line, and the line that ends the text", async () => {
    await using t = await rig();
    t.r.keeper.print(1, "one\r\n\r\ntwo");
    await t.r.pass(50);
    const [empty, last] = [t.wait(text("^$")), t.wait(text("two$"))];
    await t.r.pass(50);
    expect(empty.results).toEqual([{ pane: 1, line: "" }]);
    expect(last.results).toEqual([{ pane: 1, line: "two" }]);
  });
});

describe("waiting for the end", () => {
  test("ends with how the program ended, also if it has ended before", async () => {
    await using t = await rig();
    const outcome = t.wait({ kind: "exit" });
    t.r.keeper.end(1, 3);
    await t.r.pass(100);
    expect(outcome.results).toEqual([{ pane: 1, exit: { code: 3, signal: null } }]);
    const later = t.wait({ kind: "exit" });
    await t.r.pass(1);
    expect(later.results).toEqual(outcome.results!);
  });

  test("of all ends with the last, of any with the first", async () => {
    await using t = await rig();
    const all = t.wait({ kind: "exit" }, { panes: [1, 2], all: true });
    const any = t.wait({ kind: "exit" }, { panes: [1, 2] });
    t.r.keeper.end(2, 0);
    await t.r.pass(50);
    expect([any.results?.map((x) => x.pane), all]).toEqual([[2], {}]);
    t.r.keeper.end(1, 1);
    await t.r.pass(50);
    expect(all.results?.map((x) => [x.pane, x.exit?.code])).toEqual([[1, 1], [2, 0]]);
  });

  test("for text ends with what was printed last", async () => {
    await using t = await rig();
    const outcome = t.wait(text("last words"));
    t.r.keeper.print(1, "last words");
    t.r.keeper.end(1);
    await t.r.pass(1);
    expect(outcome.results?.[0]?.line).toBe("last words");
  });
});

describe("waiting for quiet", () => {
  test("begins anew with every output", async () => {
    await using t = await rig();
    t.r.keeper.print(1, "x");
    await t.r.pass(1);
    const outcome = t.wait({ kind: "idle", ms: 1000 });
    for (let n = 0; n < 5; n++) {
      await t.r.pass(900);
      t.r.keeper.print(1, "x");
    }
    await t.r.pass(990);
    expect(outcome).toEqual({});
    await t.r.pass(20);
    expect(outcome.results).toEqual([{ pane: 1 }]);
  });

  test("ends at once where it has been quiet that long, and with the program", async () => {
    await using t = await rig();
    await t.r.pass(5000);
    const quiet = t.wait({ kind: "idle", ms: 1000 });
    await t.r.pass(1);
    expect(quiet.results).toHaveLength(1);
    const ended = t.wait({ kind: "idle", ms: 60_000 }, { panes: [2] });
    t.r.keeper.end(2, 4);
    await t.r.pass(10);
    expect(ended.results).toMatchObject([{ pane: 2, exit: { code: 4 } }]);
  });
});

describe("a wait that will not end", () => {
  test("ends when its time is up", async () => {
    await using t = await rig();
    const outcome = t.wait(text("never"), { timeout: 2000 });
    await t.r.pass(1999);
    expect(outcome).toEqual({});
    await t.r.pass(1);
    expect(outcome.error?.code).toBe("timeout");
  });

  test("ends when its pane goes, unless another may still do", async () => {
    await using t = await rig();
    const one = t.wait(text("never"));
    const any = t.wait(text("found"), { panes: [1, 2] });
    const all = t.wait(text("found"), { panes: [1, 2], all: true });
    t.ops.panes.kill(1);
    await t.r.pass(10);
    expect([one.error?.code, any, all.error?.code]).toEqual(["noTarget", {}, "noTarget"]);
    t.r.keeper.print(2, "found");
    await t.r.pass(100);
    expect(any.results?.map((x) => x.pane)).toEqual([2]);
  });

  test("ends when its caller is gone or gives up, and leaves no timer", async () => {
    await using t = await rig();
    await t.r.pass(5000);
    const client = await t.r.client("cli");
    const { timers } = t.r.clock;
    const seq = client.begin("wait", { target: ["%1"], text: "never", timeout: 60_000 });
    await Bun.sleep(10);
    await t.r.settle();
    expect(t.r.clock.timers).toBeGreaterThan(timers);
    client.send("cancel", { seq });
    await t.r.settle();
    await Bun.sleep(1);
    await t.r.settle();
    expect(client.all("reply").find((reply) => reply.seq === seq)?.error?.code).toBe(7);
    client.begin("wait", { target: ["%1"], text: "never", timeout: 60_000 });
    await Bun.sleep(5);
    client.duplex.close(true);
    await t.r.settle();
    await Bun.sleep(1);
    await t.r.settle();
    expect(t.r.clock.timers).toBeLessThanOrEqual(timers);
    expect(t.r.errors).toEqual([]);
  });
});

describe("sending", () => {
  test("is done when everything is in the terminal, and says where the output was", async () => {
    await using t = await rig();
    t.r.keeper.print(1, "$ ");
    await t.r.pass(20);
    t.r.keeper.deaf = true;
    let done: string | undefined;
    void t.ops.panes.send(
      1, [{ kind: "text", text: "ls" }, { kind: "key", key: { name: "Enter", mods: 0 } }],
    ).then((at) => (done = at));
    await t.r.pass(100);
    expect(done).toBeUndefined();
    t.r.keeper.readInput();
    await t.r.pass(10);
    t.r.keeper.print(1, "ls\r\nfile\r\n");
    await t.r.pass(10);
    expect(done).toBe("0.2");
    expect(t.r.keeper.pane(1).written).toBe("ls\r");
    const outcome = t.wait(text("file", done));
    await t.r.pass(50);
    expect(outcome.results?.[0]?.line).toBe("file");
  });

  test("to a program that does not read, has ended or refuses is an error in time", async () => {
    await using t = await rig();
    t.r.keeper.deaf = true;
    const slow = rejection(t.ops.panes.send(1, [{ kind: "text", text: "x" }]));
    await t.r.pass(60_000);
    expect((await slow).code).toBe("timeout");
    t.r.keeper.readInput();
    t.r.keeper.refusing = true;
    const refused = rejection(t.ops.panes.send(1, [{ kind: "text", text: "x" }]));
    await t.r.pass(100);
    expect((await refused).code).toBe("failed");
    t.r.keeper.end(2);
    await t.r.pass(10);
    expect((await rejection(t.ops.panes.send(2, [{ kind: "text", text: "x" }]))).code).toBe("failed");
  });

  test("of two callers at once arrives whole and in order", async () => {
    await using t = await rig();
    const other = await t.r.script();
    const both = [
      t.ops.panes.send(1, [{ kind: "text", text: "aa" }, { kind: "text", text: "bb" }]),
      other.panes.send(1, [{ kind: "text", text: "cc" }]),
    ];
    await t.r.pass(50);
    await Promise.all(both);
    expect(t.r.keeper.pane(1).written.match(/../g)!.sort()).toEqual(["aa", "bb", "cc"]);
  });
});
