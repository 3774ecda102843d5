/**
 * Has the engine compile what a start runs, while somebody else still serves: an emulator takes four times as long to
 * restore when it is among the first.
 */
import { compileSoon } from "../base/engine.ts";
import { Emulator } from "../terminal/emulator.ts";

const ROUNDS = 60;
const SIZE = { cols: 80, rows: 24, scrollback: 100 };
const EVENTS = { reply() {}, effect() {}, lineTrimmed() {}, scrollbackCleared() {}, synchronizedEnd() {} };

/** Takes some 100 ms. */
export async function warmUp(): Promise<void> {
  compileSoon();
  await Promise.all([import("../commands/registry.ts"), import("../commands/run-server.ts")]);
  const first = new Emulator(SIZE, EVENTS);
  for (let line = 0; line < 200; line++) first.parse(new TextEncoder().encode(`line ${line} \x1b[31mred\x1b[m\r\n`));
  const checkpoint = first.checkpoint();
  for (let round = 0; round < ROUNDS; round++) Emulator.restore(checkpoint, EVENTS).dispose();
  first.dispose();
}
