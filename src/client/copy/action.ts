/** What a command of copy mode is: the shape of the tables that map tmux's names to functions. */
import type { PromptKind } from "./prompt.ts";
import type { CopyState } from "./state.ts";

/**
 * Where copied text goes. `clipboard`: the system's clipboard, and fugue's own buffer with it; `buffer`: only the
 * buffer (tmux's flag -C); `command`: only the command that is named (tmux's `pipe`).
 */
export type YankTarget = "clipboard" | "buffer" | "command";

/** How text is to be copied. */
export interface YankDetails {
  /** Append to the newest buffer instead of making one. */
  readonly append: boolean;
  /** The command to pipe to: of the `pipe` and `copy-pipe` commands, "" for the user's copy-command. */
  readonly command?: string;
  /** What the new buffer's name begins with. */
  readonly prefix?: string;
}

/** What actions ask of copy mode. */
export interface ActionHost {
  /** Leaves copy mode. */
  exit(): void;
  yank(text: string, target: YankTarget, details: YankDetails): void;
  /** One line for the user. */
  message(text: string): void;
  /** Reads the pane anew. */
  refresh(): void;
}

/** An action that cannot go on before a promise has settled. Nothing else is done meanwhile. */
export interface Wait {
  readonly until: Promise<unknown>;
  then(): Wait | undefined;
}

/** How an action was called. */
export interface Call {
  readonly args: readonly string[];
  /** At least 1; 1 for actions that are repeated. */
  readonly count: number;
}

/** A command of copy mode. It may throw LineMissing before it has changed anything for good; it is then run again. */
export interface Action {
  run(state: CopyState, call: Call, host: ActionHost): Wait | undefined | void;
  /** Is run as often as the count says, while it changes something. Others take the count themselves, or ignore it. */
  readonly repeats?: boolean;
  /** Asked for if it is called without an argument. */
  readonly asks?: { readonly kind: PromptKind; readonly label: string };
  /** Only scrolls: copy mode entered by scrolling goes on to end at the bottom, when this is what leads there. */
  readonly scrolls?: "up" | "down";
  /** Leaves what is highlighted as it is, also with emacs' keys. */
  readonly searches?: boolean;
}

export type ActionTable = Readonly<Record<string, Action>>;
