/** What copy mode is started with, and what it tells its owner. */
import type { Clock } from "../../base/clock.ts";
import type { Style } from "../../terminal/grid.ts";
import type { YankDetails, YankTarget } from "./action.ts";
import type { CopyStyles } from "./draw.ts";
import type { CopyBinding } from "./key-table.ts";
import type { LineSource } from "./source.ts";
import type { CopyMemory, KeyStyle } from "./state.ts";

/** A place in the text: a line and a terminal column in it, counted as if the line were not wrapped. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export interface CopyModeOptions {
  readonly source: LineSource;
  /** Size in cells. */
  readonly cols: number;
  readonly rows: number;
  readonly keys: KeyStyle;
  /** Changes to the default keys. */
  readonly bindings?: readonly CopyBinding[];
  readonly wordSeparators: string;
  /** Lines per notch of the wheel. */
  readonly wheelLines: number;
  readonly clock: Clock;
  /** Where the cursor begins. */
  readonly start: TextPlace;
  /** What is at the top left of the view; by default the end of the text is shown, if the cursor is there. */
  readonly top?: TextPlace;
  /** Scrolling down to the bottom leaves copy mode (tmux's copy-mode -e), until a key that does not scroll is used. */
  readonly exitAtBottom?: boolean;
  /** Letting go of a mouse selection copies it and leaves; by default true. */
  readonly copyOnRelease?: boolean;
  /** Last search, jump and patterns, kept by the owner between visits. */
  readonly memory?: CopyMemory;
  /** Style of the position, and of the selection unless it has its own (tmux's mode-style). */
  readonly modeStyle: Style;
  readonly selectionStyle?: Style;
  readonly matchStyle?: Style;
  readonly currentMatchStyle?: Style;
  readonly markStyle?: Style;
  /** Called once, when copy mode has ended by itself. */
  onExit(): void;
  onYank(text: string, target: YankTarget, details: YankDetails): void;
  /** Something is to be drawn anew. */
  changed(): void;
  /** One line for the user, such as "not found: x". */
  onMessage?(text: string): void;
  /** A key is bound to a line that is not made of copy mode's commands. */
  onCommand?(line: string): void;
  /** The pane's lines as they are now, for refresh-from-pane. */
  refresh?(): LineSource | undefined;
}

const BLACK = 1 << 24;

/** tmux's defaults of copy-mode-match-style, copy-mode-current-match-style and copy-mode-mark-style. */
const MATCH: Style = { fg: BLACK, bg: (1 << 24) | 6, ul: 0, attr: 0 };
const CURRENT_MATCH: Style = { fg: BLACK, bg: (1 << 24) | 5, ul: 0, attr: 0 };
const MARK: Style = { fg: BLACK, bg: (1 << 24) | 1, ul: 0, attr: 0 };

/** The styles to draw with. */
export function stylesOf(options: CopyModeOptions): CopyStyles {
  return {
    position: options.modeStyle,
    selection: options.selectionStyle ?? options.modeStyle,
    match: options.matchStyle ?? MATCH,
    currentMatch: options.currentMatchStyle ?? CURRENT_MATCH,
    mark: options.markStyle ?? MARK,
  };
}
