/** Operating system commands: titles, folder, links, colours, clipboard, notifications, progress, prompt marks. */
import { hostname } from "node:os";
import type { Progress, ProgressState } from "../effects.ts";
import { type Parts, replyNothing, replyOsc } from "./parts.ts";
import { notification, parseOsc777 } from "./notifications.ts";
import { formatColor, parseColor, SPECIAL_COLORS } from "./palette.ts";
import { BoundedString, cleanText, IGNORED_STRING, SIDEBAND, WINDOW_NAME } from "./strings.ts";

/** Bounds of payloads, in UTF-16 units. */
const SHORT = 4096;
const MOST_COLORS = 16 * 1024;
/** Bytes of one clipboard write. */
const MOST_CLIPBOARD = 1024 * 1024;
const MOST_PATH = 4096;
const MOST_SIDEBAND = 8192;
const PROGRESS: readonly ProgressState[] = ["none", "normal", "error", "busy", "paused"];

export function registerOsc(parts: Parts): void {
  const { events, titles } = parts;
  const parser = parts.core._inputHandler._parser;
  const on = (id: number, limit: number, run: (payload: string) => void): void => {
    parser.clearOscHandler(id);
    parser.registerOscHandler(id, new BoundedString(limit, run));
  };
  const setTitle = (text: string): void => {
    if (titles.setTitle(text)) events.effect({ kind: "title", title: titles.title });
  };
  on(0, SHORT, (text) => {
    titles.setIcon(text);
    setTitle(text);
  });
  on(1, SHORT, (text) => titles.setIcon(text));
  on(2, SHORT, setTitle);
  on(4, MOST_COLORS, (text) => paletteColors(parts, text));
  on(WINDOW_NAME, SHORT, (text) => events.effect({ kind: "windowName", name: cleanText(text, SHORT) }));
  on(SIDEBAND, MOST_SIDEBAND, (payload) => events.effect({ kind: "sideband", payload }));
  on(7, SHORT * 2, (text) => workingFolder(parts, text));
  on(8, SHORT, (text) => hyperlink(parts, text));
  on(9, SHORT, (text) => growlOrProgress(parts, text));
  for (let first = 0; first < 3; first++) on(10 + first, SHORT, (text) => specialColors(parts, first, text));
  on(52, Math.ceil(MOST_CLIPBOARD / 3) * 4 + 64, (text) => clipboard(parts, text));
  on(99, SHORT * 2, (text) => {
    const { effect, reply: answer } = parts.notifications.handle(text);
    if (effect) events.effect(effect);
    if (answer) replyOsc(parts, answer);
  });
  on(104, MOST_COLORS, (text) => {
    if (text === "") parts.palette.changed.clear();
    for (const index of text.split(";")) if (/^\d{1,3}$/.test(index)) parts.palette.changed.delete(Number(index));
  });
  SPECIAL_COLORS.forEach((name, i) => on(110 + i, SHORT, () => delete parts.palette.program[name]));
  on(133, SHORT, (text) => promptMark(parts, text));
  on(777, SHORT, (text) => {
    const effect = parseOsc777(text);
    if (effect) events.effect(effect);
  });
  // iTerm2's own commands carry whole files
  parser.registerOscHandler(1337, IGNORED_STRING);
}

/** OSC 4: pairs of index and colour, or `?`. */
function paletteColors(parts: Parts, text: string): void {
  const fields = text.split(";");
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const index = /^\d{1,3}$/.test(fields[i]!) ? Number(fields[i]) : 256;
    if (index > 255) continue;
    if (fields[i + 1] === "?") replyOsc(parts, `4;${index};${formatColor(parts.palette.entry(index))}`);
    else {
      const color = parseColor(fields[i + 1]!);
      if (color !== undefined) parts.palette.changed.set(index, color);
    }
  }
}

/** OSC 10, 11, 12: colours or `?`, the second field being that of the next number. */
function specialColors(parts: Parts, first: number, text: string): void {
  const fields = text.split(";");
  for (let i = 0; i < fields.length && first + i < SPECIAL_COLORS.length; i++) {
    const name = SPECIAL_COLORS[first + i]!;
    if (fields[i] === "?") {
      const color = parts.palette.special(name);
      if (color === undefined) replyNothing(parts);
      else replyOsc(parts, `${10 + first + i};${formatColor(color)}`);
    } else {
      const color = parseColor(fields[i]!);
      if (color !== undefined) parts.palette.program[name] = color;
    }
  }
}

let thisHost: string | undefined;

/** Whether a file URL's host is this machine. */
function isHere(host: string): boolean {
  thisHost ??= hostname().toLowerCase();
  const name = host.toLowerCase();
  return name === "" || name === "localhost" || name === thisHost || name === thisHost.split(".")[0];
}

/** OSC 7: `file://host/path`, percent-encoded; kitty's shells send `kitty-shell-cwd://host/path` as it is. */
function workingFolder(parts: Parts, text: string): void {
  const match = /^(file|kitty-shell-cwd):\/\/([^/]*)(\/.*)$/s.exec(text);
  if (!match || !isHere(match[2]!)) return;
  let path = match[3]!;
  if (match[1] === "file") {
    try {
      path = decodeURIComponent(path);
    } catch {
      return;
    }
  }
  if (path.length > MOST_PATH || cleanText(path, MOST_PATH) !== path || path === parts.state.cwd) return;
  parts.state.cwd = path;
  parts.events.effect({ kind: "cwd", cwd: path });
}

/** OSC 8: `params;uri` begins a link, without a URI it ends. */
function hyperlink(parts: Parts, text: string): void {
  const split = text.indexOf(";");
  if (split < 0) return;
  const number = split === text.length - 1 ? 0 : parts.links.intern(text);
  const pen = parts.core._inputHandler._curAttrData;
  if (pen.extended.urlId === number) return;
  const extended = pen.extended.clone();
  extended.urlId = number;
  pen.extended = extended;
  pen.updateExtended();
}

/** OSC 9: `4;state;percent` is progress, other numbers are ConEmu's, everything else is a notification. */
function growlOrProgress(parts: Parts, text: string): void {
  const progress = /^4;([0-4])?(?:;(\d{1,3})?.*)?$/.exec(text);
  if (progress) {
    const state = PROGRESS[Number(progress[1] ?? 0)]!;
    const percent = state === "none" || state === "busy" ? 0 : Math.min(100, Number(progress[2] ?? 0));
    setProgress(parts, { state, percent });
  } else if (!/^\d{1,2};/.test(text) && text !== "") parts.events.effect(notification("", "", text, "normal"));
}

function setProgress(parts: Parts, progress: Progress): void {
  const before = parts.state.progress;
  if (before.state === progress.state && before.percent === progress.percent) return;
  parts.state.progress = progress;
  parts.events.effect({ kind: "progress", progress });
}

/** OSC 52: `selections;base64`, or `?` for the data. */
function clipboard(parts: Parts, text: string): void {
  const split = text.indexOf(";");
  if (split < 0) return;
  const selection = text.slice(0, split).replace(/[^cpqs0-7]/g, "").slice(0, 12) || "c";
  const data = text.slice(split + 1);
  if (data === "?") {
    parts.events.effect({ kind: "clipboardRead", selection });
    return;
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) return;
  const bytes = new Uint8Array(Buffer.from(data, "base64"));
  if (bytes.length <= MOST_CLIPBOARD) parts.events.effect({ kind: "clipboardWrite", selection, data: bytes });
}

/** OSC 133 (FinalTerm): A, B, C, D, each with options, of which we take `aid`. */
function promptMark(parts: Parts, text: string): void {
  const match = /^([ABCD])(?:;([^;]*))?(?:;|$)/.exec(text);
  if (!match) return;
  const mark = match[1] as "A" | "B" | "C" | "D";
  const status = mark === "D" && /^-?\d{1,9}$/.test(match[2] ?? "") ? Number(match[2]) : undefined;
  const aid = /;aid=([\w-]{1,64})(?:;|$)/.exec(text)?.[1];
  parts.events.effect({ kind: "prompt", mark, row: parts.screen.buffer.y, exitStatus: status, ...(aid !== undefined && { aid }) });
}
