import { describe, expect, test } from "bun:test";
import { NAMED_KEYS, type Key } from "../../../../src/base/keys.ts";
import { seededRandom, systemRandom, type Random } from "../../../../src/base/random.ts";
import { CommandPrompt } from "../../../../src/client/ui/prompt.ts";
import { LineHistory } from "../../../../src/client/ui/line-history.ts";
import { Messages } from "../../../../src/client/ui/messages.ts";
import { PLAIN } from "../../../../src/terminal/grid.ts";
import { SessionTree } from "../../../../src/client/ui/session-tree.ts";
import { TextPopup } from "../../../../src/client/ui/text-popup.ts";
import type { Overlay } from "../../../../src/client/ui/overlay.ts";
import type { InputEvent, MouseButton } from "../../../../src/protocol/input.ts";
import { gridRows, isSound, NOW, session, stage, TestHost, window } from "./harness.ts";
import { charsOf } from "../../../support/grid-chars.ts";

const PIECES = [
  "a", "/", "x", "y", "漢", "👩‍💻", "e\u0301", "\u0301", "\u200d", "\x1b[2J", "\x1b]0;x\x07", "\r\n", "\t", " ",
  "{bold}", "\ue000", "\uf8ff", "\ud83d", "\ufe0f", "🇩", "\u202e", "ﷺ", "\u0000", "｡", "각", "%%", "q",
  "j", "G", ",", "c", " word ", "ᄀ",
];

function text(random: Random): string {
  return Array.from({ length: random.integer(8) }, () => PIECES[random.integer(PIECES.length)]).join("");
}

function lines(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => text(random));
}

function event(random: Random): InputEvent {
  const kind = random.integer(8);
  if (kind === 0) return { kind: "paste", text: text(random), first: true, more: false };
  if (kind <= 2) {
    const action = (["press", "release", "move"] as const)[random.integer(3)]!;
    const button = random.integer(12) as MouseButton;
    return { kind: "mouse", action, button, mods: 0, x: random.integer(100) - 5, y: random.integer(40) - 5 };
  }
  if (kind <= 4) return { kind: "text", text: text(random) };
  const name = random.integer(2) ? NAMED_KEYS[random.integer(40)]! : String.fromCharCode(33 + random.integer(94));
  const key: Key = { name, mods: random.integer(3) ? 0 : random.integer(8) };
  return { kind: "key", key, event: random.integer(6) ? 1 : 3 };
}

/** Throws events at overlays and looks at every grid. */
function torment(panel: (host: TestHost) => Overlay, random: Random, events: number): void {
  let host = new TestHost();
  let overlay = (host.overlay = panel(host));
  for (let i = 0; i < events; i++) {
    overlay.input(event(random));
    if (host.closes > 0) {
      host = new TestHost();
      overlay = host.overlay = panel(host);
    }
    const [cols, rows] = [1 + random.integer(90), 1 + random.integer(30)];
    const rect = overlay.place(cols, rows);
    const grid = overlay.draw();
    expect([grid.cols, grid.rows]).toEqual([rect.cols, rect.rows]);
    expect(rect.x >= 0 && rect.y >= 0 && rect.x + rect.cols <= cols && rect.y + rect.rows <= rows).toBe(true);
    if (!isSound(grid)) throw new Error(`cells out of line at event ${i}:\n${gridRows(grid).join("\n")}`);
    expect(charsOf(grid).some((char) => /[\u0000-\u001f\u007f-\u009f]/.test(char))).toBe(false);
    const cursor = overlay.cursor?.();
    if (cursor) expect(cursor.x >= 0 && cursor.x < rect.cols && cursor.y >= 0 && cursor.y < rect.rows).toBe(true);
  }
  overlay.dispose();
}

describe("whatever is typed and whatever names hold", () => {
  const seed = systemRandom.integer(2 ** 32);
  const nothing = (): void => {};

  test("overlays stay in their place, aligned and free of control characters", async () => {
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const { context } = await stage();
    const before = context.screen.elements;
    const panels: ((host: TestHost) => Overlay)[] = [
      (host) => {
        const actions = { choose: nothing, kill: nothing, rename: nothing, create: nothing };
        const tree = new SessionTree({ ...context, host }, actions, { windows: true });
        tree.setSessions(["a", text(random)].map((server) => ({
          server,
          sessions: Array.from({ length: 12 }, (_, i) => session(i, text(random), {
            tags: [text(random)], windows: [window(i, 0, text(random)), window(i + 50, 1, text(random))],
          })),
        })));
        return tree;
      },
      (host) => new TextPopup({ ...context, host }, text(random), lines(random, 40).join("\n")),
      (host) => {
        const messages = new Messages({ ...context, host });
        messages.setMessages(Array.from({ length: 30 }, () => ({ at: NOW, text: text(random) })));
        return messages;
      },
      (host) => new CommandPrompt(host, {
        style: PLAIN, position: random.integer(2) ? "top" : "bottom", keys: random.integer(2) ? "vi" : "emacs",
        label: text(random), text: text(random), history: new LineHistory([text(random), text(random)]),
        complete: (_, cursor) => ({ from: random.integer(cursor + 1), candidates: lines(random, 3) }),
        accept: nothing,
      }),
    ];
    for (const panel of panels) torment(panel, random, 120);
    expect(context.screen.elements).toBe(before);
  });
});
