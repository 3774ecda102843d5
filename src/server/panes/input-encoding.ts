/** What the program in a pane receives for an input event under the modes it has set: what a real terminal sends. */
import { controlKey } from "../../base/keys.ts";
import type { InputEvent, KeyInput } from "../../protocol/input.ts";
import type { TerminalModes } from "../../terminal/modes.ts";
import { isKitty, KITTY, kittyKey } from "./input-kitty-keys.ts";
import { legacyKey } from "./input-legacy-keys.ts";
import { encodeMouse, scrollArrow, WHEEL_ROWS } from "./input-mouse.ts";
import type { CellPixels } from "./input-mouse.ts";
import { encodePaste } from "./input-paste.ts";
import { strokeOf } from "./input-strokes.ts";

const encoder = new TextEncoder();
const CONTROLS = /[\x00-\x1f\x7f]/;

/**
 * The bytes for one event; none if the program did not ask for such events (releases, focus, mouse), or if there is no
 * form for it.
 * @param cell size of a cell as the pane tells it to programs, for mouse reports in pixels; without it a cell counts as
 *             one pixel, as for a terminal that does not know its size in pixels.
 */
export function encodeInput(event: InputEvent, modes: TerminalModes, cell?: CellPixels): Uint8Array {
  switch (event.kind) {
    case "key":
      return encoder.encode(encodeKey(event, modes));
    case "text":
      return encoder.encode(encodeText(event.text, modes));
    case "paste":
      return encodePaste(event, modes);
    case "mouse": {
      const name = scrollArrow(event, modes);
      if (name === undefined) return encodeMouse(event, modes, cell ?? { width: 1, height: 1 });
      return encoder.encode(encodeKey({ kind: "key", key: { name, mods: 0 } }, modes).repeat(WHEEL_ROWS));
    }
    case "focus":
      return encoder.encode(modes.focusEvents ? (event.focused ? "\x1b[I" : "\x1b[O") : "");
  }
}

function encodeKey(event: KeyInput, modes: TerminalModes): string {
  if (event.event === 3 && !(modes.kittyFlags & KITTY.eventTypes)) return "";
  const stroke = strokeOf(event);
  return isKitty(modes.kittyFlags) ? kittyKey(stroke, modes) : legacyKey(stroke, modes);
}

/** Typed text. It goes as it is, but as keys where all keys are reported; a control character in it is always a key. */
function encodeText(text: string, modes: TerminalModes): string {
  const isKeys = (modes.kittyFlags & KITTY.allKeys) !== 0;
  if (!isKeys && !CONTROLS.test(text)) return text;
  const parts: string[] = [];
  for (const character of text) {
    if (CONTROLS.test(character)) {
      parts.push(encodeKey({ kind: "key", key: controlKey(character.charCodeAt(0)) }, modes));
    } else {
      const key: KeyInput = { kind: "key", key: { name: character, mods: 0 }, text: character };
      parts.push(isKeys ? encodeKey(key, modes) : character);
    }
  }
  return parts.join("");
}
