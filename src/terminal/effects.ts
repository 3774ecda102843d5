/** What a program asks of the world outside its screen, and all else that an emulator reports while it parses. */
import type { XtermLine } from "./xterm/internals.ts";

/** OSC 9;4 states: 0 none, 1 a percentage, 2 failed, 3 working without a percentage, 4 paused. */
export type ProgressState = "none" | "normal" | "error" | "busy" | "paused";

/** Progress of the program in the pane, as OSC 9;4 reports it. */
export interface Progress {
  readonly state: ProgressState;
  /** 0-100; 0 where the state has none. */
  readonly percent: number;
}

/** How pressing a notification is (OSC 99 `u=`). */
export type Urgency = "low" | "normal" | "critical";

/**
 * One request of a program. Effects are reported at their point of the stream, in order, and the same bytes always
 * give the same effects, however they are cut into pieces.
 */
export type TerminalEffect =
  /** BEL. */
  | { readonly kind: "bell" }
  /** Another title (OSC 0 and 2, or CSI 23 t). */
  | { readonly kind: "title"; readonly title: string }
  /** ESC k: a name for the window, as programs for screen give it; may be empty. */
  | { readonly kind: "windowName"; readonly name: string }
  /** OSC 7 named another folder. */
  | { readonly kind: "cwd"; readonly cwd: string }
  /** OSC 52 with data: `selection` is its first field (`c`, `p`, ...); no bytes clear the selection. */
  | { readonly kind: "clipboardWrite"; readonly selection: string; readonly data: Uint8Array }
  /** OSC 52 with `?`: whoever may answers with `clipboardReply`. */
  | { readonly kind: "clipboardRead"; readonly selection: string }
  /** OSC 9, 99 and 777. `id` is OSC 99's identifier, "" without one. */
  | {
      readonly kind: "notification";
      readonly id: string;
      readonly title: string;
      readonly body: string;
      readonly urgency: Urgency;
    }
  /** OSC 99 with `p=close`: the program takes a notification back. */
  | { readonly kind: "notificationClosed"; readonly id: string }
  /** OSC `fugue;…`: what a program asks of us. What follows the prefix, as it came. */
  | { readonly kind: "sideband"; readonly payload: string }
  /** OSC 9;4 with another value than before. */
  | { readonly kind: "progress"; readonly progress: Progress }
  /**
   * OSC 133: A a prompt begins, B the command line begins, C its output begins, D it ended. `row` is the cursor's row
   * at that point, `exitStatus` that of D if it names one.
   */
  | {
      readonly kind: "prompt";
      readonly mark: "A" | "B" | "C" | "D";
      readonly row: number;
      readonly exitStatus: number | undefined;
      /** Id that the mark carries (`aid=`), if it does. */
      readonly aid?: string;
    };

/**
 * What an emulator tells its owner, synchronously, from inside the call that caused it. The state of the emulator may
 * be read there, but nothing may be parsed or resized.
 */
export interface EmulatorEvents {
  /**
   * The answer to a query, to be written to the program as it is. Empty for a question about the client's terminal
   * (colours, pixels) that cannot be answered now: so the number of answers never depends on who is attached.
   */
  reply(bytes: Uint8Array): void;
  effect(effect: TerminalEffect): void;
  /** The oldest row of the normal screen's scrollback is about to be reused: copy what is needed. */
  lineTrimmed(line: XtermLine): void;
  /**
   * The scrollback is about to go: the program erased it (CSI 3 J, RIS), or the owner did. No row of it was reported as
   * trimmed. `screenToo`: the screen goes as well.
   */
  scrollbackCleared(screenToo: boolean): void;
  /** Mode 2026 was reset just now: the screen is one that the program wants to be seen. */
  synchronizedEnd(): void;
}

/** The bytes that answer an OSC 52 request: base64 of `data` for `selection`. */
export function clipboardReply(selection: string, data: Uint8Array): Uint8Array {
  return new TextEncoder().encode(`\x1b]52;${selection};${Buffer.from(data).toString("base64")}\x1b\\`);
}
