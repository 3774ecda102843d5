/** Terminal output of many kinds, made from a seed, for tests that compare emulators. */
import { seededRandom, type Random } from "../../src/base/random.ts";

const utf8 = new TextEncoder();
const GLYPHS = ["é", "é", "ñ", "日本", "漢", "한국", "각", "😀", "👨‍👩‍👧", "👍🏽", "🇩🇪", "🇩🇪🇫", "❤️", "❤", "✓", "─", "│", "█",
  "…", "“q”", "क्षि", "\u0600a", "ｆｕｌｌ", "\u200b", "\u{1f3f4}\u{e0067}\u{e007f}", "\ufeff", "☺︎"];
const OSC_NUMBERS = [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 52, 99, 104, 110, 111, 112, 133, 777, 1337];
const MODES = [1, 5, 7, 9, 25, 1000, 1002, 1005, 1006, 1007, 1015, 1016, 1049, 2004, 2026, 2031, 2048];
const NOTE_PARTS = ["title", "body", "?", "close"];

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

function word(random: Random): string {
  let out = "";
  for (let n = 1 + random.integer(9); n > 0; n--) out += String.fromCharCode(33 + random.integer(94));
  return out;
}

function words(random: Random, length: number): string {
  let out = "";
  while (out.length < length) out += `${word(random)} `;
  return out.slice(0, length);
}

function mixed(random: Random): string {
  let out = "";
  for (let n = 1 + random.integer(12); n > 0; n--) out += random.integer(2) ? pick(random, GLYPHS) : word(random);
  return out;
}

function color(random: Random): string {
  const kinds = [
    () => `${30 + random.integer(8)}`, () => `${40 + random.integer(8)}`, () => `${90 + random.integer(8)}`,
    () => `${100 + random.integer(8)}`, () => "39", () => "49",
    () => `38;5;${random.integer(256)}`, () => `48;5;${random.integer(256)}`,
    () => `38;2;${random.integer(256)};${random.integer(256)};${random.integer(256)}`,
    () => `48;2;${random.integer(300)};${random.integer(256)};${random.integer(256)}`,
    () => `38:2::${random.integer(256)}:9:${random.integer(256)}`, () => `48:5:${random.integer(256)}`,
    () => `58:5:${random.integer(256)}`, () => `58;2;1;${random.integer(256)};3`, () => `4:${random.integer(6)}`,
  ];
  return pick(random, kinds)();
}

function sgr(random: Random): string {
  const parts: string[] = [];
  for (let n = random.integer(4); n > 0; n--) {
    parts.push(random.integer(3) ? color(random) : pick(random,
      ["0", "", "1", "2", "3", "4", "5", "7", "8", "9", "21", "22", "23", "24", "25", "27", "28", "29", "53", "55"]));
  }
  return `\x1b[${parts.join(";")}m`;
}

function position(random: Random): string {
  return `\x1b[${random.integer(30)};${random.integer(90)}H`;
}

/** A sequence that moves, erases, inserts, deletes or scrolls; `number` gives its parameters. */
function edit(random: Random): string {
  const n = (): string => (random.integer(4) === 0 ? "" : `${random.integer(6)}`);
  return pick(random, [
    () => `\x1b[${n()}${pick(random, [..."@ABCDEFGIKLMPTXZ`abde"])}`,
    () => `\x1b[${pick(random, ["0", "2", ""])}J`,
    () => position(random), () => position(random),
    () => `\x1b[${1 + random.integer(8)};${10 + random.integer(14)}r`,
    () => "\x1b[r", () => "\x1bM", () => "\x1bD", () => "\x1bE", () => "\r", () => "\n", () => "\b", () => "\t",
      () => "\x0b",
    () => `\x1b[${n()} @`, () => `\x1b[${n()} A`, () => `\x1b[C\x1b[${n()}'}`, () => `\x1b[D\x1b[${n()}'~`,
    () => "\x1b7", () => "\x1b8", () => "\x1b[s", () => "\x1b[u", () => "\x1bH", () => "\x1b[g",
    () => "\u0085", () => "\u0084",
  ])();
}

/** Modes that change how text is printed, and character sets. */
function mode(random: Random): string {
  return pick(random, [
    "\x1b[4h", "\x1b[4l", "\x1b[4l", "\x1b[?7l", "\x1b[?7h", "\x1b[?7h", "\x1b[?6h", "\x1b[?6l", "\x1b[?6l", "\x1b(0",
      "\x1b(B", "\x1b(B",
    "\x1b)0", "\x0e", "\x0f", "\x0f", "\x1b(A", "\x1b(B", "\x1b[20h", "\x1b[20l", "\x1b[?1049h", "\x1b[?1049l",
      "\x1b[?47h", "\x1b[?47l",
    "\x1b[?45h", "\x1b[?45l", "\x1b[1\"q", "\x1b[0\"q", "\x1b[?J", "\x1b[?K", "\x1b[!p", "\x1b[?25l", "\x1b[?25h",
      "\x1b[?1h", "\x1b[?1000h", "\x1b[?1006h",
    "\x1b[?2004h", "\x1b[5 q", "\x1b[?3h", "\x1b%G", "\x1bn", "\x1b*0",
  ]);
}

function parameter(random: Random): string {
  const kind = random.integer(12);
  if (kind < 3) return "";
  if (kind < 8) return `${random.integer(12)}`;
  if (kind < 10) return `${random.integer(3000)}`;
  return pick(random, ["2147483647", "99999999999", "4:3", "38:2::1:2:3", "2026", "1049", "2004", "1006", "1003", "6",
    "4", "5"]);
}

/** Any CSI sequence, known or not. */
function anyCsi(random: Random): string {
  const params = Array.from({ length: random.integer(4) }, () => parameter(random)).join(";");
  const prefix = random.integer(3) === 0 ? pick(random, [..."?><="]) : "";
  const intermediate = random.integer(5) === 0 ? pick(random, [...` !"#$'*+`]) : "";
  const introducer = random.integer(12) === 0 ? "\u009b" : "\x1b[";
  return `${introducer}${prefix}${params}${intermediate}${String.fromCharCode(0x40 + random.integer(63))}`;
}

function payload(random: Random): string {
  return pick(random, [
    () => words(random, random.integer(30)), () => mixed(random), () => "?", () => `1;?;2;#123456;3;rgb:1/22/333`,
      () => `${random.integer(300)};?`,
    () => `id=${random.integer(3)};http://x/${random.integer(4)}`, () => ";",
      () => `;https://e.org/${random.integer(9)}`, () => `c;${btoa(word(random))}`,
    () => "c;?", () => `4;${random.integer(6)};${random.integer(120)}`, () => `file:///tmp/${random.integer(5)}`,
      () => `file://elsewhere/x`,
    () => `i=${random.integer(3)}:d=${random.integer(2)}:p=${pick(random, NOTE_PARTS)};${word(random)}`,
    () => `notify;${word(random)};${word(random)}`, () => pick(random, ["A", "B", "C", "D;1", "D", "A;k=s"]),
      () => "#fff", () => "",
  ])();
}

/** Any OSC, DCS or other string, sometimes broken off. */
function anyString(random: Random): string {
  const end = pick(random, ["\x07", "\x1b\\", "\x1b\\", "\u009c", "\x18", "\x1b[m"]);
  return pick(random, [
    () => `\x1b]${pick(random, OSC_NUMBERS)};${payload(random)}${end}`,
    () => `\x1b]${random.integer(2000)};${payload(random)}${end}`,
    () => `\x1bP$q${pick(random, ["m", "r", " q", '"q', '"p', "s", "t", "x", ""])}${end}`,
    () => `\x1bP+q${pick(random, ["544e", "436f;524742", "5375", "zz", "6e6f"])}${end}`,
    () => `\x1b${pick(random, [..."P_^X"])}${payload(random)}${end}`,
    () => `\x1bP${parameter(random)}q${word(random)}${end}`,
  ])();
}

/** Sequences that are answered, that set modes, or that no one knows. */
function control(random: Random): string {
  return pick(random, [
    anyCsi, anyCsi, anyString, anyString, mode, edit, mixed,
    () => pick(random, ["\x1b[c", "\x1b[>c", "\x1b[=c", "\x1b[>q", "\x1b[5n", "\x1b[6n", "\x1b[?6n", "\x1b[?996n",
      "\x1b[18t", "\x1b[22t", "\x1b[23t"]),
    () => `\x1b[?${pick(random, MODES)}${pick(random, ["h", "l", "$p"])}`,
    () => `\x1b[${pick(random, [..."><="])}${random.integer(32)}${random.integer(2) ? `;${random.integer(4)}` : ""}u`,
    () => pick(random, ["\x1b[?u", "\x1b[>4;2m", "\x1b[>4m", "\x1b[?4m", "\x07", "\x1bc", "\x1b[3J", "\x1b#8",
      "\x1b[!p"]),
    () => `\x1b${String.fromCharCode(0x20 + random.integer(95))}`,
  ])(random);
}

/** Kinds of output; each function makes one unit of it. */
export const CORPORA: Record<string, (random: Random) => string> = {
  plain: (random) => `${words(random, random.integer(100))}\r\n`,
  yes: () => "y\n",
  unicode: (random) => `${mixed(random)}${random.integer(3) ? "\r\n" : ""}`,
  long: (random) => `${words(random, 100 + random.integer(900))}\r\n`,
  longUnicode: (random) => `${Array.from({ length: 40 }, () => mixed(random)).join("")}\r\n`,
  log: (random) => `${sgr(random)}${word(random)}${sgr(random)} ${words(random, random.integer(60))}\x1b[0m\r\n`,
  redraw: (random) =>
    position(random) + sgr(random) + words(random, random.integer(30)) +
    pick(random, ["\x1b[K", "", "\x1b[m", "\x1b[1K", "\x1b[J"]),
  regions: (random) => {
    const rows = Array.from({ length: random.integer(20) }, () => words(random, random.integer(40))).join("\r\n");
    const region = `\x1b[${1 + random.integer(5)};${8 + random.integer(16)}r`;
    return `${region}\x1b[${random.integer(24)};1H${rows}${edit(random)}`;
  },
  tabs: (random) => `${word(random)}\t${word(random)}\t${edit(random)}\t${word(random)}\r\n`,
  edits: (random) => `${edit(random)}${random.integer(3) ? mixed(random) : ""}${random.integer(3) ? "" : sgr(random)}`,
  modes: (random) =>
    mode(random) + mixed(random) + (random.integer(2) ? edit(random) : "") + (random.integer(4) ? "" : sgr(random)),
};

/** Kinds that stock xterm.js handles otherwise, on purpose or by mistake. */
export const WILD: Record<string, (random: Random) => string> = {
  controls: (random) => `${control(random)}${random.integer(3) ? "" : words(random, random.integer(20))}`,
  noise: (random) => String.fromCharCode(...Array.from({ length: 8 },
    () => random.integer(random.integer(3) ? 256 : 0x3000))),
};

/** About `size` bytes of one kind. */
export function corpus(kind: string, size: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const unit = (CORPORA[kind] ?? WILD[kind])!;
  const parts: string[] = [];
  for (let length = 0; length < size; ) {
    const part = unit(random);
    parts.push(part);
    length += part.length;
  }
  return utf8.encode(parts.join(""));
}

/** Cuts bytes into pieces of random lengths, some of a single byte. */
export function pieces(bytes: Uint8Array, random: Random, longest = 500): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = random.integer(4) === 0 ? 1 : 1 + random.integer(longest);
    out.push(bytes.subarray(at, at + length));
    at += length;
  }
  return out;
}
