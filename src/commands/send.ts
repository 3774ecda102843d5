/** `send`: types text or keys into a pane. */
import { FugueError } from "../base/errors.ts";
import { controlKey, parseKey } from "../base/keys.ts";
import type { InputEvent } from "../protocol/input.ts";
import { LARGEST_INPUT_TEXT } from "../protocol/limits.ts";
import { serverCommand } from "./command.ts";
import { checkTagOrTarget, panesTagged, TAG } from "./tagged.ts";
import { cell, listTable } from "./text-table.ts";

const ENTER: InputEvent = { kind: "key", key: { name: "Enter", mods: 0 } };
const LARGEST_TYPED_BYTES = 1024 * 1024;

/** Pieces of at most LARGEST_INPUT_TEXT bytes, cut between characters. */
function piecesOf(text: string): string[] {
  if (Buffer.byteLength(text) <= LARGEST_INPUT_TEXT) return [text];
  const pieces: string[] = [];
  // a UTF-16 unit is at most three bytes of UTF-8
  const step = Math.floor(LARGEST_INPUT_TEXT / 3) - 1;
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + step);
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1]!)) end++;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

/** Text as if typed: control characters become the keys that send them. */
export function typedText(text: string): InputEvent[] {
  const events: InputEvent[] = [];
  for (const run of text.match(/[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/g) ?? []) {
    const code = run.charCodeAt(0);
    if (code < 0x20 || code === 0x7f) events.push({ kind: "key", key: controlKey(code) });
    else events.push(...piecesOf(run).map((piece): InputEvent => ({ kind: "text", text: piece })));
  }
  return events;
}

/** Text as one paste, in as many pieces as the protocol's bound asks for. */
export function pastedText(text: string): InputEvent[] {
  const pieces = piecesOf(text);
  return pieces.map((piece, i) => ({ kind: "paste", text: piece, first: i === 0, more: i < pieces.length - 1 }));
}

interface SendValues {
  target?: string;
  tag?: string;
  keys: boolean;
  enter: boolean;
  paste: boolean;
  text: string[];
}

interface Sent {
  id: number;
  target: string;
  cursor: string;
  server?: string;
}

function checkSend(args: SendValues): void {
  checkTagOrTarget(args);
  if (args.keys) {
    if (args.enter || args.paste) {
      throw new FugueError(
        "usage", `--keys and ${args.enter ? "--enter" : "--paste"} don't go together`,
        "Enter is a key: --keys C-c Enter",
      );
    }
    if (args.text.length === 0) throw new FugueError("usage", "--keys needs keys", "such as: --keys C-c Up Enter");
    args.text.forEach((key) => parseKey(key));
    return;
  }
  const [, second] = args.text;
  if (second !== undefined) {
    throw new FugueError(
      "usage", `more than one TEXT: '${cell(second, 60)}'`, "put quotes around the whole text, or give --keys for keys",
    );
  }
  if (args.text.length === 0 && !args.enter) throw new FugueError(
    "usage", "'send' needs TEXT", "- reads it from standard input",
  );
  if (Buffer.byteLength(args.text[0] ?? "") > LARGEST_TYPED_BYTES) {
    throw new FugueError("tooLarge", "the text is longer than 1 MiB", "write it to a file and send its name");
  }
}

function eventsOf(args: SendValues): InputEvent[] {
  if (args.keys) return args.text.map((key) => ({ kind: "key", key: parseKey(key) }));
  const text = args.text[0] ?? "";
  const events = text === "" ? [] : args.paste ? pastedText(text) : typedText(text);
  return args.enter ? [...events, ENTER] : events;
}

export const send = serverCommand({
  name: "send",
  summary: "Type text or keys into a pane",
  details: `TEXT is typed as it is: no name of a key is read from it; - reads it from standard input. --paste sends it
as a paste, which programs don't take for typing. --keys takes names of keys (C-c, M-x, Up, F5, Enter) in place of
TEXT. When the command ends, the program's terminal has all of it. It prints the position in the pane's output from
before, for wait --since. With --tag the active pane of every session with that tag gets it, with -a on all servers; if
it fails anywhere, that is said and the exit status is not 0.`,
  group: "script",
  effect: "write",
  args: {
    target: {
      type: "target", positional: true, required: true, unless: "tag", value: "TARGET", complete: "target",
      help: "pane; . is the current one",
    },
    text: {
      type: "string", positional: true, repeat: true, stdin: true, value: "TEXT",
      help: "what to type, or keys with --keys", complete: "key",
    },
    enter: { type: "boolean", help: "press Enter at the end" },
    paste: { type: "boolean", help: "as a paste" },
    keys: { type: "boolean", help: "the words are names of keys" },
    tag: TAG,
  },
  tmux: ["send-keys"],
  mcp: [
    {
      name: "send_text", args: ["target", "text", "enter", "paste"], single: ["text"], required: ["target", "text"],
      description: `Types a text into a pane, exactly as it is; set enter to press Enter after it. Gives the output
cursor from before: pass it to wait_for or read_pane as since, to see only what came after. Refused while a person types
there.`,
    },
    {
      name: "send_keys", args: ["target", "text"], fixed: { keys: true }, names: { text: "keys" },
      required: ["target", "keys"],
      description: `Presses keys in a pane, by their names: C-c, Enter, Escape, Up, F5, M-x, a. Refused while a person
types there.`,
    },
  ],
  result: {
    "panes[].id": "integer: its id",
    "panes[].target": "string: it as SESSION/WINDOW.PANE",
    "panes[].cursor": "string: position in its output before, for wait --since",
  },
  check: checkSend,
  async run(ctx, args) {
    const panes = args.tag === undefined ? [ctx.find.pane(args.target)] : panesTagged(ctx.find, args.tag);
    const events = eventsOf(args);
    return { panes: await Promise.all(panes.map(async ({ id }) => {
      const target = ctx.find.label(id);
      return { id, target, cursor: await ctx.panes.send(id, events) };
    })) };
  },
  render: (result: { panes: Sent[] }, style, args) => (args.tag === undefined
    ? result.panes.map(({ cursor }) => cell(cursor)).join("\n")
    : listTable(result.panes, style.several, ({ target, cursor }) => [cell(target), cell(cursor)])),
});
