/**
 * The control sequence by which a terminal is given text for the clipboard: OSC 52 (xterm's control sequences,
 * "Manipulate Selection Data"), and the wrappings that take it through tmux and GNU screen.
 */

/** Base64 characters in one piece of a sequence for screen, which cuts longer strings off. */
const SCREEN_PIECE = 240;

/** Multiplexers between us and the terminal. */
export type Nesting = "none" | "tmux" | "screen";

/** What we run in, as far as the environment tells. A TERM of screen's without more may be either: screen's it is. */
export function nestingOf(env: Readonly<Record<string, string | undefined>>): Nesting {
  const term = env.TERM ?? "";
  if (env.TMUX || term === "tmux" || term.startsWith("tmux-")) return "tmux";
  if (env.STY || term === "screen" || term.startsWith("screen-") || term.startsWith("screen.")) return "screen";
  return "none";
}

/** Bytes that `length` bytes take in base64. */
export function encodedLength(length: number): number {
  return Math.ceil(length / 3) * 4;
}

/**
 * The bytes that set the clipboard. Within tmux the plain sequence (which tmux itself obeys with set-clipboard on) and
 * one wrapped for the terminal outside (with allow-passthrough on): the same text twice does no harm.
 */
export function osc52(text: string, nesting: Nesting): Uint8Array {
  const base64 = Buffer.from(text, "utf8").toString("base64");
  const plain = `\x1b]52;c;${base64}\x07`;
  if (nesting === "tmux") return ascii(`${plain}\x1bPtmux;${plain.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`);
  return ascii(nesting === "screen" ? inPieces(plain) : plain);
}

/** screen hands each DCS string to the terminal as it is, and joins nothing: the terminal sees one sequence. */
function inPieces(sequence: string): string {
  let wrapped = "";
  for (let at = 0; at < sequence.length; at += SCREEN_PIECE) {
    wrapped += `\x1bP${sequence.slice(at, at + SCREEN_PIECE)}\x1b\\`;
  }
  return wrapped;
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
