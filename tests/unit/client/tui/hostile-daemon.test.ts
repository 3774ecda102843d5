/** A daemon that says what it should not: the client may end the connection, but its terminal obeys nothing of it. */
import { expect, test } from "bun:test";
import type { Random } from "../../../../src/base/random.ts";
import { ByteWriter } from "../../../../src/base/bytes.ts";
import { encodeMessage } from "../../../../src/protocol/codec.ts";
import type { Frame, MessageBodies, MessageName, View } from "../../../../src/protocol/messages.ts";
import { FakeDaemon } from "../../../support/fake-daemon.ts";
import { between, fuzzRounds, pick } from "../../../support/fuzz.ts";
import { settle } from "../../../support/virtual-clock.ts";
import { TuiAlone } from "../../../support/tui-rig.ts";

const EVIL = [
  "\x1b]52;c;ZXZpbA==\x07", "\x1b]2;owned\x07", "\x1b[2J\x1b[H", "\x1b[?1049l", "\x1bc", "\x9b2J", "\x90q\x9c",
  "\r\n\r\n", "\x00\x07\x0e", "a\x08b", "\u202edlrow",
  "x".repeat(500), "日".repeat(100), "e\u0301".repeat(50), "👨‍👩‍👧", "\x1b]8;;http://evil\x1b\\x",
  "#[fg=red]#{pane_title}#(reboot)", "%H%M", "",
];

function text(random: Random): string {
  return `${pick(random, ["", "name", "a b"])}${pick(random, EVIL)}`;
}

const number = (random: Random): number => pick(random, [0, 1, 2, 5, 79, 80, 999, 1000, 65_536, 4_294_967_295]);
const side = (random: Random): number => pick(random, [1, 2, 10, 60, 61, 1000]);

function view(random: Random): View {
  const panes = Array.from({ length: random.integer(5) }, () => between(random, 1, 5));
  const windows = Array.from({ length: random.integer(5) }, () => between(random, 1, 5));
  return {
    revision: number(random), session: { id: number(random), name: text(random) }, focus: {
      window: between(random, 0, 5), pane: between(random, 0, 5),
    },
    cols: side(random), rows: side(random), readOnly: random.integer(2) === 0,
    windows: windows.map(
      (id) => ({
        id, index: number(random), name: text(random), panes: number(random), bell: random.integer(2) === 0,
        zoomed: random.integer(2) === 0,
      }),
    ),
    leaves: panes.map(
      (pane) => ({ pane, x: number(random), y: number(random), cols: side(random), rows: side(random) }),
    ),
    panes: panes.map((id, index) => ({
      id, index, title: text(random), program: text(random), cwd: text(random), progress: pick(
        random, [undefined, -1, 50, 1000],
      ),
      exit: pick(random, [undefined, { code: 1, signal: null }, { code: null, signal: "\x1b[2J" }]),
    })),
    sessions: [{ id: 1, name: text(random) }],
  };
}

/** A row of anything: also of what no emulator writes. */
function row(random: Random): Uint8Array {
  const out = new ByteWriter();
  out.varint(random.integer(2));
  for (let n = random.integer(6); n > 0; n--) {
    const kind = random.integer(4);
    const chars = [...text(random)];
    const cells = kind === 3 ? between(random, 1, 500) : chars.length;
    if (cells === 0) continue;
    out.varint(cells * 16 + kind * 4 + random.integer(2));
    if (kind < 2) out.string(chars.join(""));
    else if (kind === 2) {
      for (const char of chars) {
        const bytes = new TextEncoder().encode(pick(random, [char, "AAAA", "\x1b"]));
        out.varint(bytes.length * 2 + random.integer(2));
        out.bytes(bytes);
      }
    }
  }
  return out.copy();
}

function frame(random: Random): Frame {
  const lines = Array.from({ length: random.integer(5) }, () => [number(random), row(random)] as [number, Uint8Array]);
  return {
    pane: between(random, 0, 5), cols: side(random), rows: side(random), full: random.integer(2) === 0, scroll: pick(
      random, [undefined, 1, -5, 2 ** 50, -(2 ** 50)],
    ),
    lines, cursor: {
      x: number(random), y: number(random), visible: true, shape: number(random),
    }, more: random.integer(3) === 0, input: number(random), echoed: number(random),
    modes: {
      mouse: true, motion: random.integer(2) === 0, alternate: false, bracketedPaste: true, focusEvents: true,
      reverse: random.integer(2) === 0, kitty: number(random),
    },
  };
}

function anything(random: Random): Uint8Array {
  const message = <N extends MessageName>(name: N, body: MessageBodies[N]) => encodeMessage(name, body);
  return pick(random, [
    () => message("view", view(random)), () => message("view", view(random)), () => message(
      "frame", frame(random),
    ), () => message("frame", frame(random)),
    () => message("frame", frame(random)), () => message(
      "event", { kind: "notification", pane: 1, title: text(random), body: text(random) },
    ),
    () => message(
      "event", { kind: "message", text: text(random), level: "error" },
    ), () => message("event", { kind: "bell", pane: number(random) }),
    () => message("event", { kind: "ofTomorrow" } as never), () => message(
      "inputAck", { seq: number(random), pane: 1, refused: text(random) } as never,
    ),
    () => message(
      "reply", { seq: number(random), error: { code: number(random), message: text(random), hint: text(random) } },
    ),
    () => message(
      "historyLines",
      {
        seq: number(random), pane: 1, first: 0, end: 5, from: 0, lines: [row(random)], screen: { line: 0, column: 0 },
        rows: [],
      },
    ),
    () => message("pong", { n: 1 }), () => message(
      "welcome",
      { version: 1, server: text(random).slice(0, 64), host: text(random).slice(0, 256), release: "", pid: 1 },
    ),
  ])();
}

/** What the TUI itself writes: SGR, positions, erasing, modes of its own, links, and text without controls. */
const OWN = new RegExp([
  "\\x1b\\[[\\d;:]*m", "\\x1b\\[\\d*(;\\d+)?H", "\\x1b\\[\\d*[CKJ]", "\\x1b\\[\\?(25|2026)[hl]", "\\x1b\\[\\d+ q",
  "\\x1b\\]8;[^\\x00-\\x1f\\x7f-\\x9f]*\\x1b\\\\", "\\x1b\\]1[01];\\?\\x1b\\\\",
  "\\x1b\\[\\?2026\\$p", "\\x1b\\[c", "\\x1b\\]2;[^\\x00-\\x1f\\x7f-\\x9f]*\\x1b\\\\", "\\r\\n", "\\x07",
  "[^\\x00-\\x1f\\x7f-\\x9f]",
].join("|"), "g");

test("whatever a daemon says, the terminal gets only what the client means", async () => {
  const runs: Promise<void>[] = [];
  const play = async (random: Random) => {
    const daemon = new FakeDaemon();
    const t = await TuiAlone.start(daemon);
    for (let n = 0; n < 40 && !t.ended; n++) {
      daemon.last.duplex.write(anything(random));
      if (random.integer(4) === 0) t.type(pick(random, ["x", "\x02z", "\x02o", "\x1b[<0;5;3M", "\x1b[<64;3;3M", "\r"]));
      await settle();
      await t.clock.advanceAsync(random.integer(30));
    }
    const rest = t.terminal.written.replace(OWN, "");
    if (rest !== "") throw new Error(`the terminal was sent ${JSON.stringify(rest.slice(0, 200))}`);
    expect(t.terminal.emulator.errors).toBe(0);
    if (t.ended?.error && !["protocol", "closed", "noServer"].includes(t.ended.error.code)) throw t.ended.error;
    t.stop();
  };
  fuzzRounds("hostile daemon", 60, 800, (random) => void runs.push(play(random)));
  await Promise.all(runs);
});
