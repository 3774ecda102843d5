import { expect, test } from "bun:test";
import { MOST_MARKS } from "../../../../src/protocol/limits.ts";
import { PromptMarks } from "../../../../src/server/panes/prompt-marks.ts";
import { codeThrownBy } from "../../../support/thrown.ts";
import { DaemonRig } from "../../../support/daemon-rig.ts";

function marks(...lines: [kind: "prompt" | "output", line: number][]): PromptMarks {
  const made = new PromptMarks();
  for (const [kind, line] of lines) made.mark(kind, line);
  return made;
}

test("marks are kept in order, once a line, and go with the text that is cleared or dropped", () => {
  const made = marks(["prompt", 1], ["prompt", 1], ["output", 2], ["prompt", 7], ["output", 8]);
  expect([made.prompts, made.outputs]).toEqual([[1, 7], [2, 8]]);
  made.mark("prompt", 3);
  expect([made.prompts, made.outputs]).toEqual([[1, 3], [2]]);
  made.dropBefore(2);
  expect([made.prompts, made.outputs]).toEqual([[3], [2]]);
  made.dropBefore(100);
  expect([made.prompts, made.outputs]).toEqual([[], []]);
});

test("of too many the newest are kept, and bytes give them back", () => {
  const made = marks(...Array.from({ length: MOST_MARKS + 5 }, (_, n) => ["prompt", n * 3] as ["prompt", number]));
  const next = new PromptMarks();
  next.decode(made.encode());
  expect([next.prompts.length, next.prompts[0], next.prompts.at(-1)]).toEqual([MOST_MARKS, 15, (MOST_MARKS + 4) * 3]);
  expect(codeThrownBy(() => next.decode(made.encode().subarray(0, 100)))).toBe("protocol");
});

test("prompts are found where the shell wrote them, also after the death of the daemon", async () => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" } });
  const asked = async (to: typeof client) => {
    to.send("history", { seq: 9, pane: 1, from: -500, to: Number.MAX_SAFE_INTEGER });
    await rig.pass(10);
    const { prompts, outputs, first, lines, from } = to.all("historyLines").at(-1)!;
    expect(from + lines.length).toBeGreaterThan(first);
    return { prompts, outputs };
  };
  const command = "\x1b]133;A\x07$ \x1b]133;B\x07seq 30\r\n\x1b]133;C\x07";
  const output = Array.from({ length: 30 }, (_, n) => `${n}\r\n`).join("");
  rig.keeper.print(1, `${command}${output}\x1b]133;D;0\x07${command}${output}`);
  await rig.pass(1000);
  expect(await asked(client)).toEqual({ prompts: [0, 31], outputs: [1, 32] });
  rig.keeper.print(1, "\x1b[?1049h\x1b]133;A\x07\x1b[?1049l");
  await rig.restart();
  const after = await rig.attached({ target: "work" });
  rig.keeper.print(1, "\x1b]133;A\x07$ ");
  await rig.pass(20);
  expect(await asked(after)).toEqual({ prompts: [0, 31, 62], outputs: [1, 32] });
  expect(rig.errors).toEqual([]);
});

test.each([
  ["RIS", "\x1bc"], ["clear", "\x1b[H\x1b[2J\x1b[3J"],
])("after %s what is printed has numbers that no line has had, so a wait from before sees it", async (_name, sequence) => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" } });
  rig.keeper.print(1, Array.from({ length: 100 }, (_, n) => `line ${n}\r\n`).join(""));
  await rig.pass(20);
  const ops = rig.operations(client);
  const before = ops.panes.capture(1, {}).position;
  rig.keeper.print(1, `${sequence}fresh\r\n$ `);
  await rig.pass(20);
  const [waited] = await ops.panes.wait([1], { kind: "text", pattern: "^fresh$", since: before }, false, undefined);
  expect(waited).toEqual({ pane: 1, line: "fresh" });
  expect(ops.panes.capture(1, { history: "all" }).lines).toEqual(["fresh", "$"]);
  expect(rig.errors).toEqual([]);
});

test("clear-history leaves the lines of the screen their numbers", async () => {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" } });
  rig.keeper.print(1, Array.from({ length: 100 }, (_, n) => `line ${n}\r\n`).join(""));
  await rig.pass(20);
  const ops = rig.operations(client);
  const before = ops.panes.capture(1, {});
  ops.panes.clearHistory(1);
  const after = ops.panes.capture(1, { history: "all" });
  expect([after.position, after.lines]).toEqual([before.position, before.lines]);
});
