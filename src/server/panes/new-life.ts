/** The screen of a pane whose program ended with the machine: what was on it stays, and another program begins below. */
import type { Emulator } from "../../terminal/emulator.ts";

/**
 * Ends whatever the old program had switched on: half sequences, the alternate screen, modes, keyboard protocols, the
 * scroll region, character sets, synchronized updates, progress.
 */
const END_MODES = "\x18\x1b[?1049l\x1b[!p\x1b[r\x1b[?5;9;1000;1002;1003;1004;1005;1006;1015;1016;2004;2026;2031;2048l\x1b[?7;25h\x1b[=0u\x1b[>4m\x1b(B\x0f\x1b]9;4;0\x1b\\\x1b[0m";

/** Leaves the cursor below the last line that has text, after a line that says what happened. */
export function beginNewLife(emulator: Emulator, note: string): void {
  const utf8 = new TextEncoder();
  emulator.parse(utf8.encode(END_MODES));
  let last = emulator.rows - 1;
  while (last >= 0 && isBlank(emulator, last)) last--;
  if (last < 0 && emulator.scrollbackLength === 0) return;
  const place = last < 0 ? "\x1b[H" : `\x1b[${last + 1};1H\r\n`;
  emulator.parse(utf8.encode(`${place}\x1b[2m[${note}]\x1b[0m\r\n`));
}

function isBlank(emulator: Emulator, y: number): boolean {
  const { _data: cells, length } = emulator.screenRow(y);
  for (let x = 0; x < length; x++) {
    const code = cells[x * 3]! & 0x3fffff;
    if (code !== 0 && code !== 0x20) return false;
  }
  return true;
}
