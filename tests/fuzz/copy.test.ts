/** Copy mode under random keys, mouse events, sizes and late lines: nothing throws, cursor and selection stay in it. */
import { expect, test } from "bun:test";
import { formatKey, parseKey } from "../../src/base/keys.ts";
import type { Key } from "../../src/base/keys.ts";
import { seededRandom, systemRandom } from "../../src/base/random.ts";
import type { Random } from "../../src/base/random.ts";
import { COPY_ACTIONS } from "../../src/client/copy/actions.ts";
import { EMACS_KEYS } from "../../src/client/copy/keys-emacs.ts";
import { VI_KEYS } from "../../src/client/copy/keys-vi.ts";
import { comparePositions } from "../../src/client/copy/position.ts";
import type { CopyState } from "../../src/client/copy/state.ts";
import type { InputEvent } from "../../src/protocol/input.ts";
import { FakeSource, Session, settled } from "../unit/client/copy/copy-fixture.ts";

/** Each round has the seed after the one before. */
const SEED = Number(process.env["FUZZ_SEED"] ?? systemRandom.integer(2 ** 31));
const ROUNDS = Math.ceil(120 * Number(process.env["FUZZ_TIMES"] ?? 1));
const FAMILY = "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}";
const WORDS = ["foo", "(bar)", "日本", "e\u0301", "  ", "[", "]", "{x}", "\t", FAMILY, "a,b", "long-ish", "%", " "];
const BUTTONS = [0, 0, 0, 1, 2, 3, 4, 5] as const;
const ACTIONS = ["press", "move", "move", "release"] as const;

function randomText(random: Random): string[] {
  return Array.from({ length: random.integer(40) }, () => {
    const words = random.integer(4) === 0 ? 0 : random.integer(random.integer(10) === 0 ? 60 : 8);
    return Array.from({ length: words }, () => WORDS[random.integer(WORDS.length)]!).join(random.integer(2) ? " " : "");
  });
}

function randomEvent(random: Random, keys: readonly Key[], cols: number, rows: number): InputEvent {
  const kind = random.integer(20);
  if (kind === 0) return { kind: "text", text: WORDS[random.integer(WORDS.length)]! };
  if (kind === 1) return { kind: "paste", text: "foo\n12", first: true, more: false };
  if (kind < 6) {
    const at = { x: random.integer(cols + 4) - 2, y: random.integer(rows + 4) - 2 };
    const action = ACTIONS[random.integer(ACTIONS.length)]!;
    return { kind: "mouse", action, button: BUTTONS[random.integer(BUTTONS.length)]!, mods: random.integer(8), ...at };
  }
  return { kind: "key", key: keys[random.integer(keys.length)]! };
}

/** What has to be true at any time. */
function check(state: CopyState, session: Session, cols: number, rows: number): void {
  const { cursor, layout, view, text } = state;
  expect(cursor.line).toBeGreaterThanOrEqual(text.first);
  expect(cursor.line).toBeLessThanOrEqual(text.last);
  expect(cursor.cell).toBeGreaterThanOrEqual(0);
  if (text.peek(cursor.line) !== undefined) expect(cursor.cell).toBeLessThanOrEqual(layout.limit(state.row));
  expect(cursor.over).toBeGreaterThanOrEqual(0);
  expect(state.column).toBeLessThanOrEqual(layout.cols);
  expect(view.yOf(state.row)).toBeDefined();
  expect(view.top.row).toBeLessThan(layout.rows(view.top.line));
  const shown = session.mode.cursor();
  expect(shown.x >= 0 && shown.y >= 0 && shown.x < cols && shown.y < rows).toBe(true);
  const { region } = state;
  if (region?.kind === "text") {
    expect(comparePositions(region.from, region.to)).toBeLessThanOrEqual(0);
    expect(region.from.line).toBeGreaterThanOrEqual(text.first);
    expect(region.to.line).toBeLessThanOrEqual(text.last);
    const line = text.peek(region.to.line);
    if (line) expect(region.to.cell).toBeLessThanOrEqual(line.cells.length + 1);
  } else if (region) expect(region.left).toBeGreaterThanOrEqual(0);
  const grid = session.mode.draw();
  for (let i = 0; i < grid.widths.length; i++) {
    if (grid.widths[i] === 2) expect([(i + 1) % cols === 0, grid.widths[i + 1]]).toEqual([false, 0]);
    else if (grid.widths[i] === 0) expect(grid.widths[i - 1]).toBe(2);
  }
}

async function run(seed: number): Promise<number> {
  const random = seededRandom(seed);
  const style = random.integer(2) === 0 ? "vi" : "emacs";
  const source = new FakeSource(randomText(random), random.integer(3) * 100, random.integer(2) === 0);
  source.isHeld = random.integer(2) === 0;
  const table = style === "vi" ? VI_KEYS : EMACS_KEYS;
  const keys = Object.keys(table).flatMap((names) => names.split(" ")).concat("Tab", "F5", "x", "3", "9").map(parseKey);
  // keys that leave copy mode would end most runs at once; every command is bound to one that is not
  const cancels = Object.entries(table).filter(([, line]) => /cancel/.test(line));
  const leaving = cancels.map(([key]) => formatKey(parseKey(key)));
  const names = Object.keys(COPY_ACTIONS).filter((name) => !name.endsWith("cancel") && name !== "repeat-count");
  const bindings = names.map((command, i) => ({ key: { name: String.fromCodePoint(0x4e00 + i), mods: 0 }, command }));
  const usable = keys.filter((key) => !leaving.includes(formatKey(key))).concat(bindings.map(({ key }) => key));
  let [cols, rows] = [1 + random.integer(30), 1 + random.integer(12)];
  const start = { line: source.first + random.integer(Math.max(1, source.lines.length)), column: random.integer(30) };
  const session = new Session(source, { keys: style, cols, rows, start, bindings, copyOnRelease: false });
  let events = 0;
  for (; events < 120 && session.exits === 0; events++) {
    session.mode.input(randomEvent(random, usable, cols, rows));
    if (random.integer(12) === 0) {
      [cols, rows] = [1 + random.integer(30), 1 + random.integer(12)];
      session.mode.resize(cols, rows);
    }
    if (random.integer(6) === 0) session.clock.advance(random.integer(400));
    if (random.integer(6) === 0) await source.release();
    check(session.state, session, cols, rows);
  }
  session.mode.dispose();
  expect(session.clock.pending).toBe(0);
  for (const { text } of session.yanks) expect(text).not.toBe("");
  await source.release();
  await settled();
  return events;
}

test("random input keeps copy mode in order", async () => {
  console.log(`copy mode: FUZZ_SEED=${SEED}`);
  let events = 0;
  for (let round = 0; round < ROUNDS; round++) {
    try {
      events += await run(SEED + round);
    } catch (error) {
      throw new Error(`FUZZ_SEED=${SEED + round} FUZZ_TIMES=0.001`, { cause: error });
    }
  }
  expect(events).toBeGreaterThan(ROUNDS * 20);
});
