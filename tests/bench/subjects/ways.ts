/** Ways to a program on another machine, each with a terminal of the bench's own at this end. */
import { freePort } from "../../support/sshd.ts";
import { SlowDatagrams } from "../../support/slow-proxy.ts";
import { run } from "../support/processes.ts";
import { Tty, type Size, type TtyOptions } from "../support/tty.ts";
import type { FarMachine } from "./far-machine.ts";
import { quoted, type SubjectName } from "./subject.ts";

export interface WayOptions extends TtyOptions {
  /** Keys are shown before their echo has come, where the way can do that. */
  readonly guesses?: boolean;
}

export interface Way {
  readonly name: SubjectName;
  /** Why it can't be measured here. */
  missing(): string | undefined;
  /** Whether there are windows, sessions and history at the far end. */
  readonly multiplexes: boolean;
  /** Whether it can show keys before their echo. */
  readonly guesses?: boolean;
  /** A terminal that shows a new program over there. */
  open(machine: FarMachine, session: string, argv: readonly string[], size: Size, options?: WayOptions): Promise<Tty>;
}

function own(machine: FarMachine, tty: Tty): Tty {
  return machine.context.cleanup.own(tty, () => tty.close());
}

/** A session that is there already, through fugue's tunnel. */
export function attachFugue(machine: FarMachine, session: string, size: Size, options?: TtyOptions): Tty {
  return own(machine, new Tty(machine.say("attach", session), size, options));
}

/** The same of the far tmux, through ssh. */
export function attachTmux(machine: FarMachine, session: string, size: Size, options?: TtyOptions): Tty {
  const { argv, env } = machine.tmux.attachCommand(session);
  return own(machine, new Tty(machine.login(`TMUX_TMPDIR=${env.TMUX_TMPDIR} LANG=C.UTF-8 exec ${quoted(argv)}`, true), size, options));
}

const fugue: Way = {
  name: "fugue",
  multiplexes: true,
  guesses: true,
  missing: () => undefined,
  async open(machine, session, argv, size, options) {
    machine.fugue.start(session, argv, size);
    machine.writeConfig(options?.guesses ?? false);
    return attachFugue(machine, session, size, options);
  },
};

const ssh: Way = {
  name: "ssh",
  multiplexes: false,
  missing: () => (Bun.which("ssh") ? undefined : "ssh is not installed"),
  async open(machine, _, argv, size, options) {
    const { PS1, LANG } = machine.fugue.env;
    return own(machine, new Tty(machine.login(`exec env ${quoted([`PS1=${PS1}`, `LANG=${LANG}`, ...argv])}`, true), size, options));
  },
};

const sshTmux: Way = {
  name: "ssh+tmux",
  multiplexes: true,
  missing: () => (Bun.which("ssh") && Bun.which("tmux") ? undefined : "ssh or tmux is not installed"),
  async open(machine, session, argv, size, options) {
    machine.tmux.start(session, argv, size);
    return attachTmux(machine, session, size, options);
  },
};

const mosh: Way = {
  name: "mosh",
  multiplexes: false,
  guesses: true,
  missing: () => (Bun.which("mosh-server") && Bun.which("mosh-client") ? undefined : "mosh is not installed"),
  async open(machine, _, argv, size, options) {
    const { context, fugue: { env, folder }, link } = machine;
    const port = await freePort();
    const said = run({ argv: ["sh", "-c", 'exec "$@" 2>&1', "sh", "mosh-server", "new", "-i", "127.0.0.1", "-p", `${port}`, "--", ...argv], env, cwd: folder });
    const key = /MOSH CONNECT \d+ (\S+)/.exec(said)?.[1];
    const pid = Number(/pid = (\d+)/.exec(said)?.[1]);
    if (key === undefined || !(pid > 0)) throw new Error(`mosh-server: ${said.trim().slice(0, 200)}`);
    context.cleanup.own(pid, () => endMosh(pid));
    const proxy = await SlowDatagrams.open(link, port);
    context.cleanup.own(proxy, () => proxy.stop());
    const client = { ...machine.env, MOSH_KEY: key, MOSH_PREDICTION_DISPLAY: options?.guesses ? "adaptive" : "never" };
    return own(machine, new Tty({ argv: ["mosh-client", "127.0.0.1", `${proxy.port}`], env: client, cwd: machine.home }, size, options));
  },
};

function endMosh(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // it has ended with its client
  }
}

/** All of them; those that can't be measured are named by the case. */
export const WAYS: readonly Way[] = [fugue, ssh, sshTmux, mosh];
