/** No multiplexer: the program on the bench's own terminal. What is measured here is the floor of all others. */
import type { Cleanup } from "../support/cleanup.ts";
import type { Command } from "../support/processes.ts";
import { Server, type ServerOptions, type Subject } from "./subject.ts";

export class BareSubject implements Subject {
  readonly name = "bare pty";

  missing(): string | undefined {
    return undefined;
  }

  version(): string {
    return "-";
  }

  versionCommand(): string[] {
    return ["true"];
  }

  server(folder: string, options: ServerOptions, cleanup: Cleanup): Server {
    return new BareServer(this, folder, options, cleanup);
  }
}

class BareServer extends Server {
  private readonly sessions = new Map<string, readonly string[]>();

  start(session: string, argv: readonly string[]): void {
    this.sessions.set(session, argv);
  }

  startCommand(): Command {
    throw new Error("a bare terminal has no sessions");
  }

  listCommand(): undefined {
    return undefined;
  }

  attachCommand(session: string): Command {
    return this.command(...(this.sessions.get(session) ?? ["sh"]));
  }

  split(): void {
    throw new Error("a bare terminal has no panes");
  }

  startHidden(): void {
    throw new Error("a bare terminal has no panes");
  }

  pids(): number[] {
    return [];
  }

  protected stop(): void {}
}
