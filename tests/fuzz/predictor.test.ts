import { expect, test } from "bun:test";
import type { Random } from "../../src/base/random.ts";
import { LinkTable } from "../../src/client/mirror/link-table.ts";
import { PaneMirror } from "../../src/client/mirror/pane-mirror.ts";
import { Predictor } from "../../src/client/mirror/predictor.ts";
import type { InputEvent } from "../../src/protocol/input.ts";
import type { Frame } from "../../src/protocol/messages.ts";
import { encodeXtermRow } from "../../src/terminal/row-codec.ts";
import { silentEmulator, write } from "../support/cells.ts";
import { between, fuzzRounds, pick } from "../support/fuzz.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const [COLS, ROWS] = [24, 5];
const key = (name: string): InputEvent => ({ kind: "key", key: { name, mods: 0 } });

/** What a program does with a line: it echoes, keeps the letters to itself, or shows others. */
type Mode = "echo" | "secret" | "upper";

/** A program on a far server, which turns to another mode with each line, and the client's end of the line. */
class FarProgram {
  readonly clock = new VirtualClock();
  readonly mirror = new PaneMirror(1, new LinkTable());
  readonly predictor: Predictor;
  /** Input that is typed into a line which is kept secret. */
  private readonly secret = new Set<number>();
  private readonly emulator = silentEmulator(COLS, ROWS);
  private readonly modes: Mode[];
  private sequence = 0;
  private typedLines = 0;
  private readLines = 0;
  private reached = 0;
  private arrival = 0;
  private departure = 0;

  constructor(private readonly random: Random, private readonly delay: number) {
    this.modes = Array.from({ length: 200 }, () => pick(random, ["echo", "echo", "secret", "upper"] as const));
    this.predictor = new Predictor(this.mirror, this.clock, () => {});
    write(this.emulator, "$ ");
    this.show({ full: true });
  }

  type(event: InputEvent): void {
    const sequence = ++this.sequence;
    if (this.modes[this.typedLines] === "secret" && event.kind === "text") this.secret.add(sequence);
    if (event.kind === "key" && event.key.name === "Enter") this.typedLines++;
    this.predictor.typed(sequence, event);
    this.arrival = Math.max(this.arrival, this.clock.now() + this.delay);
    this.clock.after(this.arrival - this.clock.now(), () => {
      this.reached = sequence;
      // some programs take their time, and some pictures leave before they have answered
      if (this.random.integer(4) === 0) this.send();
      this.departure = Math.max(this.departure, this.clock.now() + pick(this.random, [0, 1, 5, 40, 90]));
      this.clock.after(this.departure - this.clock.now(), () => {
        this.answer(event);
        this.send();
      });
    });
  }

  private answer(event: InputEvent): void {
    const mode = this.modes[this.readLines]!;
    if (event.kind === "text" && mode !== "secret") write(this.emulator, mode === "echo" ? event.text : event.text.toUpperCase());
    if (event.kind !== "key") return;
    if (event.key.name === "Backspace" && mode !== "secret") write(this.emulator, "\b \b");
    if (event.key.name !== "Enter") return;
    this.readLines++;
    write(this.emulator, pick(this.random, ["\r\n$ ", "\r\nsome text\r\n$ ", "\r\nPassword: ", "\x1b[2J\x1b[H"]));
  }

  private send(): void {
    const { reached } = this;
    const frame = this.frame({ input: reached });
    this.clock.after(this.delay, () => {
      this.predictor.acknowledged(reached);
      this.apply(frame);
    });
  }

  private frame(more: Partial<Frame>): Frame {
    const { x, y } = this.emulator.cursor();
    const lines = Array.from({ length: ROWS }, (_, row): [number, Uint8Array] => [row, encodeXtermRow(this.emulator.screenRow(row), COLS, () => undefined)]);
    return { pane: 1, cols: COLS, rows: ROWS, lines, cursor: { x, y, visible: true, shape: 0 }, ...more };
  }

  private show(more: Partial<Frame>): void {
    this.apply(this.frame(more));
  }

  private apply(frame: Frame): void {
    this.mirror.apply(frame);
    this.predictor.applied(frame);
  }

  check(): void {
    for (const cell of this.predictor.cells) {
      if (this.secret.has((cell as unknown as { sequence: number }).sequence)) throw new Error(`a secret is shown: ${cell.char}`);
      if (cell.x >= COLS || cell.y >= ROWS) throw new Error(`a guess at ${cell.x},${cell.y}`);
    }
  }
}

test("whatever is typed into whatever program, secrets are never shown, and in the end nothing that is not there", () => {
  let shown = 0;
  fuzzRounds("predictor", 400, 2000, (random) => {
    const far = new FarProgram(random, pick(random, [10, 50, 200]));
    for (let n = between(random, 1, 120); n > 0; n--) {
      const events = [{ kind: "text", text: pick(random, [..."abc xyz", "ls", "é"]) } as const, key("Backspace"), key("Enter"), key("Left")];
      far.type(random.integer(10) < 7 ? events[0]! : pick(random, events));
      far.check();
      for (let ms = pick(random, [0, 5, 30, 120, 400]); ms > 0; ms -= 5) {
        far.clock.advance(5);
        far.check();
        shown += far.predictor.cells.length;
      }
    }
    far.clock.advance(5000);
    expect([far.predictor.cells, far.predictor.cursor, far.clock.timers]).toEqual([[], undefined, 0]);
  });
  expect(shown).toBeGreaterThan(0);
});
