/**
 * Terminal output through pictures, differences, bytes and mirrors, and on through painters: at the end everyone sees
 * the emulator's screen.
 */
import { expect, test } from "bun:test";
import type { Random } from "../../src/base/random.ts";
import { LinkTable } from "../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../src/client/mirror/pane-mirror.ts";
import { decodeMessage, encodeMessage } from "../../src/protocol/codec.ts";
import type { Frame } from "../../src/protocol/messages.ts";
import type { Emulator } from "../../src/terminal/emulator.ts";
import { ScreenImage, ScreenShadow } from "../../src/terminal/frame.ts";
import { cellDifference, emulatorCells, gridCells, silentEmulator } from "../support/cells.ts";
import { between, fuzzRounds, pick } from "../support/fuzz.ts";
import { CORPORA, WILD, corpus, pieces } from "../support/terminal-corpus.ts";

const KINDS = [...Object.keys(CORPORA), ...Object.keys(WILD)];

/** One viewer: what the server thinks it has, and what it has. */
class Viewer {
  private readonly shadow = new ScreenShadow();
  readonly links = new LinkTable();
  readonly mirror = new PaneMirror(1, this.links);
  frames = 0;
  rows = 0;
  scrolls = 0;

  /** Sends at most one message; its bytes are what the viewer gets. @returns whether more is to be sent. */
  send(image: ScreenImage, budget: number): boolean {
    const diff = this.shadow.diff(image, budget);
    if (!diff) return false;
    const frame: Frame = { pane: 1, cols: image.cols, rows: image.rows, lines: diff.lines };
    if (diff.full) frame.full = true;
    if (diff.scroll) frame.scroll = diff.scroll;
    if (!diff.complete) frame.more = true;
    const message = decodeMessage(encodeMessage("frame", frame).subarray(4));
    if (message?.name !== "frame") throw new Error("a frame did not come back");
    this.mirror.apply(message.body);
    this.frames++;
    this.rows += diff.lines.length;
    if (diff.scroll) this.scrolls++;
    if (this.mirror.partial !== !diff.complete)
      throw new Error("the mirror does not know whether its picture is whole");
    return !diff.complete;
  }

  reset(): void {
    this.shadow.reset();
  }

  expectSame(emulator: Emulator): void {
    const difference = cellDifference(gridCells(this.mirror.grid, this.links.text), emulatorCells(emulator));
    if (difference) throw new Error(difference);
  }
}

function wrappedOf(emulator: Emulator): number[] {
  return Array.from({ length: emulator.rows }, (_, y) => (emulator.screenRow(y).isWrapped ? 1 : 0));
}

function play(random: Random): Viewer[] {
  const emulator = silentEmulator(between(random, 2, 100), between(random, 1, 40), pick(random, [0, 5, 100]));
  const image = new ScreenImage();
  const viewers = Array.from({ length: 1 + random.integer(3) }, () => new Viewer());
  // each viewer is of another patience: some look often, some hardly ever, some take a row at a time
  const patience = viewers.map(() => pick(random, [1, 2, 8, 40]));
  const budgets = viewers.map(() => pick(random, [0, 1, 200, 4000, 1e9]));
  const kinds = [pick(random, KINDS), pick(random, KINDS)];
  for (let n = between(random, 1, 12); n > 0; n--) {
    if (random.integer(8) === 0) emulator.resize(between(random, 2, 100), between(random, 1, 40));
    if (random.integer(20) === 0) pick(random, viewers).reset();
    for (const piece of pieces(
      corpus(pick(random, kinds), between(random, 1, 1500), random.integer(2 ** 32)), random, 300,
    )) {
      emulator.parse(piece);
      if (random.integer(3) === 0) image.update(emulator);
      viewers.forEach((viewer, i) => {
        if (image.epoch > 0 && random.integer(patience[i]!) === 0) viewer.send(image, budgets[i]!);
      });
    }
  }
  expect(emulator.errors).toBe(0);
  image.update(emulator);
  const { x, y } = emulator.cursor();
  expect(image.cursor).toEqual({ x, y });
  viewers.forEach((viewer, i) => {
    for (let sent = 0; viewer.send(image, budgets[i]!); sent++)
      if (sent > image.rows + 1) throw new Error("a picture without end");
    viewer.expectSame(emulator);
    expect([...viewer.mirror.grid.wrapped]).toEqual(wrappedOf(emulator));
    // nothing has changed: nothing is sent
    image.update(emulator);
    expect(viewer.send(image, 1e9)).toBeFalse();
  });
  emulator.dispose();
  return viewers;
}

test("every mirror ends up with the emulator's screen, whatever frames were cut or left out", () => {
  let scrolls = 0;
  const rounds = fuzzRounds("frames", 400, 1200, (random) => {
    for (const viewer of play(random)) scrolls += viewer.scrolls;
  });
  expect(rounds).toBeGreaterThan(3);
  expect(scrolls).toBeGreaterThan(0);
});
