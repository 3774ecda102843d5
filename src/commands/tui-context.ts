/** What commands of the terminal view run against: implemented by the client. */
import type { Side } from "./context.ts";

/** What a command of the TUI runs against. */
export interface TuiContext {
  /** Runs a server command for the person at this client and waits for its result. */
  call(command: string, args: Record<string, unknown>): Promise<unknown>;
  readonly focus: { window: number; pane: number };
  enterCopyMode(options: { up?: boolean; mouse?: boolean }): void;
  /** Opens the `:` prompt with a text already there. */
  openPrompt(options: { text?: string; label?: string; template?: string }): void;
  /** Asks yes or no, then runs the command line. */
  confirm(question: string, commandLine: string): void;
  openTree(options: { windows?: boolean }): void;
  /** Puts a pane of another server into the window; without a target, one that is chosen from the tree. */
  link(target: string | undefined, side: Side): Promise<void>;
  /** Shows the agent that has waited longest for a person, on any server that is open. @throws FugueError if none waits */
  nextAgent(): Promise<void>;
  /** Gives the pane behind the focused link the size of the link, or its own again. @throws FugueError `failed` if it is no link */
  claimSize(on: boolean | "toggle"): void;
  /** Whether synchronised input also goes to panes of other servers, for this client. */
  synchronizeLinks(on: boolean | "toggle"): void;
  /** Forgets input that waits for the server of the focused pane. */
  discardInput(): void;
  openHelp(): void;
  openBuffers(): void;
  openClients(): void;
  showPaneNumbers(): void;
  showClock(): void;
  /** @param format shown in place of the usual text. @throws FugueError `usage` if it is none */
  showInfo(format?: string): void;
  showMessages(): void;
  detach(): void;
  suspend(): void;
  redraw(): void;
  reloadConfig(): void;
  /** Sends the prefix key itself to the pane. */
  sendPrefix(): void;
  paste(buffer?: string): Promise<void>;
  message(text: string): void;
}
