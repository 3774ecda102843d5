/** The options that the daemon itself acts on. Filled from the user's config by the daemon's main. */
export interface ServerSettings {
  baseIndex: number;
  historyLines: number;
  historyBytes: number;
  defaultShell: string | undefined;
  defaultCommand: string[];
  term: string;
  env: Record<string, string>;
  remainOnExit: "off" | "on" | "failed";
  automaticRename: boolean;
  /** Programs may name their window. */
  allowRename: boolean;
  renumberWindows: boolean;
  monitorActivity: boolean;
  monitorBell: boolean;
  /** Programs may set the clipboard (OSC 52), and read it. */
  setClipboard: boolean;
  readClipboard: boolean;
  mainPane: { cols: number; rows: number };
}

export const DEFAULT_SETTINGS: ServerSettings = {
  baseIndex: 0,
  historyLines: 10_000,
  historyBytes: 64 * 1024 * 1024,
  defaultShell: undefined,
  defaultCommand: [],
  term: "xterm-256color",
  env: {},
  remainOnExit: "off",
  automaticRename: true,
  allowRename: false,
  renumberWindows: false,
  monitorActivity: false,
  monitorBell: true,
  setClipboard: true,
  readClipboard: false,
  mainPane: { cols: 80, rows: 24 },
};
