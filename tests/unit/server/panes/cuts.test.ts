/**
 * The proof that a daemon may die anywhere: for every cut of a stream of output, resizes, input and commands, the
 * checkpoint with the rest of the log gives what one life without a death gives: cells, cursor, modes, titles, answers to
 * the program, effects, and each input and command once.
 */
import { expect, test } from "bun:test";
import type { Random } from "../../../../src/base/random.ts";
import { emulatorCells } from "../../../support/cells.ts";
import { DaemonRig, type TestClient } from "../../../support/daemon-rig.ts";
import { between, fuzzRandom, pick } from "../../../support/fuzz.ts";
import { waitUntil } from "../../../support/wait-until.ts";

/** What programs print: each of these answers, rings, changes modes, or is easily cut in the wrong place. */
const WORDS = [
  "plain words ", "wide 日本 ", "é\u0301 ", "👨‍👩‍👧", "\r\n", "\x1b[31;1mred\x1b[m", "\x1b[6n", "\x1b[c", "\x1b[?2004h", "\x1b]2;title\x07",
  "\x07", "\x1b[?1049h", "\x1b[?1049l", "\x1b[3;5H", "\x1b[2;8r", "\x1b[L", "\x1b[2J",
  "\x1b[?2026hhalf\x1b[?2026l", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "\x1bP$qm\x1b\\", "\x1b[5n", "\t", "\x1b(0lqk\x1b(B", "\x1b7\x1b[4;4Hx\x1b8",
];

/** The second of these within a moment is held back by the daemon, and dies with it: each comes once in a story. */
const PACED = ["\x1b]52;c;aGk=\x1b\\", "\x1b]777;notify;a;b\x1b\\"];

type Step = { kind: "byte"; byte: number } | { kind: "resize"; cols: number; rows: number };

function story(random: Random, words: number): Step[] {
  const steps: Step[] = [];
  const told = Array.from({ length: words }, () => pick(random, WORDS));
  for (const word of PACED) told.splice(random.integer(words), 1, word);
  for (const word of told) {
    for (const byte of new TextEncoder().encode(word)) steps.push({ kind: "byte", byte });
    if (random.integer(4) === 0) steps.push({ kind: "resize", cols: between(random, 20, 60), rows: between(random, 5, 15) });
  }
  return steps;
}

async function tell(rig: DaemonRig, steps: readonly Step[]): Promise<void> {
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) rig.keeper.print(1, new Uint8Array(bytes));
    bytes = [];
  };
  for (const step of steps) {
    if (step.kind === "byte") bytes.push(step.byte);
    else {
      flush();
      rig.daemon.model.resizeWindow(1, step.cols, step.rows);
      await rig.settle();
    }
  }
  flush();
}

function effectsOf(clients: readonly TestClient[]): string[] {
  return clients.flatMap((client) => client.all("event")).filter(({ kind }) => kind === "clipboard" || kind === "notification").map((event) => JSON.stringify(event));
}

/** Everything that must not depend on where a daemon died. */
function outcome(rig: DaemonRig, clients: readonly TestClient[]) {
  const { emulator } = rig.daemon.panes.get(1)!;
  const { written } = rig.keeper.pane(1);
  return {
    cells: emulatorCells(emulator), cursor: emulator.cursor(), modes: emulator.modes(), title: emulator.title, bells: emulator.bells,
    written, effects: effectsOf(clients), ordinal: rig.keeper.pane(1).effect, buffers: rig.daemon.buffers.list().map(({ sample }) => sample).sort(),
  };
}


/** One life, or two with a death after `cut` steps. `early`: where the first life is quiet long enough for a checkpoint. */
async function live(steps: readonly Step[], cut: number | undefined, early: number, abrupt: boolean) {
  await using rig = await DaemonRig.start();
  const client = await rig.attached({ create: { name: "work" }, cols: 40, rows: 10 });
  const clients = [client];
  // a person who types gives the window his size: the story alone is to do that
  const say = async () => {
    rig.daemon.panes.get(1)!.input(77, 1, { kind: "text", text: "<typed>" });
    // one that comes back: what command lines did is forgotten when they leave
    const script = await rig.client("tui", undefined, 78);
    script.send("command", { seq: 900, name: "buffer set", args: { text: "once" } });
    await waitUntil("the reply", () => script.all("reply").length > 0);
    expect(script.all("reply")).toMatchObject([{ seq: 900, result: {} }]);
  };
  // the size must follow the story alone
  rig.daemon.model.resizeWindow(1, 40, 10);
  await tell(rig, steps.slice(0, cut === undefined ? early : Math.min(early, cut)));
  await rig.pass(1000);
  if (cut !== undefined) await tell(rig, steps.slice(Math.min(early, cut), cut));
  await say();
  if (cut !== undefined) {
    if (!abrupt) await rig.pass(20);
    else await rig.settle();
    await rig.restart();
    // who was cut off comes back and repeats what it was not told of
    const again = await rig.client("tui", undefined, client.id);
    clients.push(again);
    const { cols, rows } = rig.keeper.pane(1);
    await again.attach({ target: "work", cols, rows });
    await rig.settle();
    await say();
  }
  await tell(rig, steps.slice(cut ?? early));
  await rig.pass(1000);
  return outcome(rig, clients);
}

for (const which of ["first", "second"]) {
  test(`a death after any byte and any resize changes nothing (${which} story)`, async () => {
    const random = fuzzRandom(`cuts-${which}`);
    const steps = story(random, 10);
    const early = random.integer(steps.length);
    const whole = await live(steps, undefined, early, false);
    expect(whole.written).toContain("<typed>");
    for (let cut = 0; cut <= steps.length; cut++) {
      const { written, ...rest } = await live(steps, cut, early, cut % 2 === 0);
      const { written: expected, ...same } = whole;
      expect({ cut, ...rest }).toEqual({ cut, ...same });
      // what was typed lies between other answers than in the life without a death; each is there once
      expect({ cut, typed: written.split("<typed>").length - 1, answers: written.replace("<typed>", "") })
        .toEqual({ cut, typed: 1, answers: expected.replace("<typed>", "") });
    }
  }, 60_000);
}
