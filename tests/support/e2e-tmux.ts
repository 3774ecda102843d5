/** A tmux of the test's own around fugue: typed into and looked at by its own commands, ended with the test. */
import type { E2eHome } from "./e2e-home.ts";
import { waitUntil } from "./wait-until.ts";

const SESSION = "outer";

/** Start it with `await using`, after the home that it runs in. */
export class OuterTmux {
  private constructor(private readonly home: E2eHome, private readonly socket: string) {}

  /** A tmux with one session that runs `sh`. */
  static async start(home: E2eHome, cols: number, rows: number): Promise<OuterTmux> {
    const tmux = new OuterTmux(home, `${home.mark}/tmux`);
    await tmux.run("new-session", "-d", "-s", SESSION, "-x", String(cols), "-y", String(rows), "sh");
    return tmux;
  }

  /** Runs a command of tmux, which must succeed. @returns what it printed. */
  private async run(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.home.run(["tmux", "-S", this.socket, "-f", "/dev/null", ...args]);
    if (status !== 0) throw new Error(`tmux ${args.join(" ")}: status ${status}\n${stderr}`);
    return stdout;
  }

  /** Types words and keys, as `tmux send-keys` names them. */
  async keys(...keys: string[]): Promise<void> {
    await this.run("send-keys", "-t", SESSION, ...keys);
  }

  async resize(cols: number, rows: number): Promise<void> {
    await this.run("resize-window", "-t", SESSION, "-x", String(cols), "-y", String(rows));
  }

  /** Waits until what tmux shows, by rows, is as it should be. @throws Error with what it shows. */
  async waitUntil(what: string, shows: (lines: string[]) => boolean): Promise<void> {
    let screen = "";
    await waitUntil(
      what,
      async () => {
        screen = await this.run("capture-pane", "-p", "-t", SESSION);
        return shows(screen.split("\n"));
      },
      () => `${screen}\n${this.home.logs()}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home.run(["tmux", "-S", this.socket, "kill-server"]);
  }
}
