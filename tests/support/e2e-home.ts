/** One person on one machine, for one test: a home of their own, a fugue of its own, and the command line in it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathsFrom, type Paths } from "../../src/base/paths.ts";
import { executable } from "./e2e-executable.ts";
import { isAlive, kill, processesOf, type ProcessInfo } from "./e2e-processes.ts";
import { TestTerminal } from "./e2e-terminal.ts";
import { tempFolder, type TempFolder } from "./temp-folder.ts";
import { waitUntil } from "./wait-until.ts";

const LOG_TAIL_LINES = 25;
const CLI_PATIENCE_MS = 40_000;
/** A program that ignores the hangup is killed after two seconds. */
const END_PATIENCE_MS = 6000;

/** What a command line gave. */
export interface CliResult {
  status: number;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  stdin?: string;
  env?: Record<string, string | undefined>;
  cwd?: string;
}

export interface HomeOptions {
  /** Text of config.toml. */
  config?: string;
  env?: Record<string, string>;
}

/** The environment in which everything of a test runs. */
function environment(home: string, fugueHome: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: home, FUGUE_HOME: fugueHome, SHELL: "/bin/sh",
    LANG: "C.UTF-8", LC_ALL: "C.UTF-8",
    TERM: "xterm-256color", COLORTERM: "truecolor", TZ: "UTC", PS1: "$ ", ...more,
  };
}

/** Create it with `await using`: it ends everything that was started in it, and fails if something outlives that. */
export class E2eHome {
  readonly home: string;
  readonly env: Record<string, string>;
  readonly paths: Paths;
  /** Text that only this test's processes have in their environment. */
  readonly mark: string;
  private readonly folder: TempFolder;
  private readonly terminals: TestTerminal[] = [];

  constructor(options: HomeOptions = {}) {
    this.folder = tempFolder();
    this.mark = this.folder.path;
    this.home = join(this.folder.path, "home");
    this.env = environment(this.home, join(this.folder.path, "f"), options.env);
    this.paths = pathsFrom(this.env);
    // a login shell reads this last: the prompt is the same everywhere
    this.write(".profile", "PS1='$ '\n");
    if (options.config !== undefined) this.configure(options.config);
  }

  /** Writes a file in the home and returns its path. */
  write(name: string, text: string | Uint8Array, mode?: number): string {
    const path = join(this.home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode });
    return path;
  }

  configure(text: string): string {
    return this.write(".config/fugue/config.toml", text);
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), "utf8");
  }

  /** Runs fugue without a terminal and waits for its end. */
  async cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return this.run([executable(), ...args], options);
  }

  /** Runs any program in this home. */
  async run(argv: readonly string[], { stdin = "", env = {}, cwd = this.home }: CliOptions = {}): Promise<CliResult> {
    const all = Object.fromEntries(
      Object.entries({ ...this.env, ...env }).filter(([, value]) => value !== undefined),
    ) as Record<string, string>;
    const input = stdin === "" ? "ignore" : new TextEncoder().encode(stdin);
    const proc = Bun.spawn([...argv], { env: all, cwd, stdin: input, stdout: "pipe", stderr: "pipe" });
    const timer = setTimeout(() => proc.kill("SIGKILL"), CLI_PATIENCE_MS);
    const [stdout, stderr, status] = await Promise.all(
      [new Response(proc.stdout).text(), new Response(proc.stderr).text(), proc.exited],
    );
    clearTimeout(timer);
    return { status, stdout, stderr };
  }

  /** Runs fugue, which must succeed. @returns its standard output without the last newline. */
  async fugue(...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await this.cli(args);
    if (status !== 0) throw new Error(`fugue ${args.join(" ")}: status ${status}\n${stdout}${stderr}\n${this.logs()}`);
    return stdout.replace(/\n$/, "");
  }

  /** Runs fugue with --json, which must succeed. */
  async json(...args: string[]): Promise<any> {
    return JSON.parse(await this.fugue("--json", ...args));
  }

  /** Shows fugue in a terminal of the given size. */
  tui(
    args: readonly string[] = [],
    size: { cols?: number; rows?: number; env?: Record<string, string>; cwd?: string } = {},
  ): TestTerminal {
    return this.terminal([executable(), ...args], size);
  }

  /** Runs any program in a terminal. */
  terminal(
    argv: readonly string[], size: { cols?: number; rows?: number; env?: Record<string, string>; cwd?: string } = {},
  ): TestTerminal {
    const { env, ...rest } = size;
    const terminal = new TestTerminal(argv, { ...rest, env: { ...this.env, ...env }, diagnose: () => this.logs() });
    this.terminals.push(terminal);
    return terminal;
  }

  /** fugue in a terminal, once the shell shows its prompt. */
  async shell(
    args: readonly string[] = [],
    size: { cols?: number; rows?: number; env?: Record<string, string>; cwd?: string } = {},
  ): Promise<TestTerminal> {
    const terminal = this.tui(args, size);
    await terminal.waitUntil("a prompt", () => terminal.row(0) === "$" || terminal.row(1) === "$");
    return terminal;
  }

  waitUntil(description: string, predicate: () => boolean | Promise<boolean>, ms?: number): Promise<void> {
    return waitUntil(description, predicate, () => this.logs(), ms);
  }

  /** The ends of the logs. */
  logs(): string {
    let names: string[] = [];
    try {
      names = readdirSync(this.paths.logs).sort();
    } catch {
      return "(no logs)";
    }
    return names.map((name) => {
      const lines = readFileSync(join(this.paths.logs, name), "utf8").trimEnd().split("\n");
      return `--- ${name}\n${lines.slice(-LOG_TAIL_LINES).join("\n")}`;
    }).join("\n");
  }

  /** Processes of this test. */
  processes(): ProcessInfo[] {
    return processesOf(this.mark);
  }

  /** Those of them that play a role: keeper or daemon. */
  role(name: "keeper" | "daemon"): ProcessInfo[] {
    return this.processes().filter(({ command }) => command.endsWith(`--role=${name}`));
  }

  async pids(): Promise<{ keeper: number; daemon: number }> {
    const { keeper, daemon } = (await this.json("status")).status[0];
    return { keeper: keeper.pid, daemon: daemon.pid };
  }

  /** Kills the daemon and waits until another one answers. @param daemon its pid, if it can't be asked */
  async killDaemon(daemon?: number): Promise<void> {
    const before = daemon ?? (await this.pids()).daemon;
    kill(before);
    await this.waitUntil("another daemon", async () => {
      const { status, stdout } = await this.cli(["status", "--json"]);
      return status === 0 && JSON.parse(stdout).status[0].daemon.pid !== before;
    });
  }

  /** Terminals first, then the server, then a look at what is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const terminal of this.terminals) await terminal[Symbol.asyncDispose]();
    await this.cli(["stop", "--yes"]);
    const end = performance.now() + END_PATIENCE_MS;
    let left = this.processes();
    while (left.length > 0 && performance.now() < end) {
      await Bun.sleep(5);
      left = left.filter(({ pid }) => isAlive(pid));
      if (left.length === 0) left = this.processes();
    }
    const logs = left.length > 0 ? this.logs() : "";
    for (const { pid } of left) kill(pid);
    this.folder[Symbol.dispose]();
    rmSync(this.mark, { recursive: true, force: true });
    if (left.length === 0) return;
    const message = `left running: ${left.map(({ pid, command }) => `${pid} ${command}`).join(", ")}\n${logs}`;
    // if the test has failed already, its error and this one become a SuppressedError, which shows neither
    console.error(message);
    throw new Error(message);
  }
}
