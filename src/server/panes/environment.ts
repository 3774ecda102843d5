/** What a pane's program starts with: its shell, argv, environment and folder. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import { userInfo } from "node:os";

/** Variables of the daemon that must not leak into panes: our own, the runtime's, other multiplexers', and agents' who started it. */
const HIDDEN = /^(BUN_.*|FUGUE_.*|TMUX|TMUX_PANE|STY|WINDOW|LINES|COLUMNS|_|CLAUDECODE|CLAUDE_CODE_ENTRYPOINT|CODEX_THREAD_ID)$/;

/** The user's shell: the option, `SHELL`, the password file, `/bin/sh`; the first that is an absolute path. */
export function findShell(option: string | undefined, env: Record<string, string | undefined>): string {
  let login: string | null | undefined;
  try {
    login = userInfo().shell;
  } catch {
    login = undefined;
  }
  return [option, env.SHELL, login, "/bin/sh"].find((shell) => shell?.startsWith("/") && isFile(shell)) ?? "/bin/sh";
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The folder if it exists, else the home, else the root. */
export function usableFolder(wanted: string | undefined, home: string | undefined): string {
  for (const folder of [wanted, home]) {
    try {
      if (folder && statSync(folder).isDirectory()) return folder;
    } catch {
      // gone or forbidden: the next one
    }
  }
  return "/";
}

/** argv for a command of a user: none is a login shell, one word with blanks goes through the shell, more is an argv. */
export function programOf(command: string[], shell: string): { argv: string[]; argv0?: string } {
  if (command.length === 0) return { argv: [shell], argv0: `-${basename(shell)}` };
  if (command.length === 1 && /\s/.test(command[0]!)) return { argv: [shell, "-c", command[0]!] };
  return { argv: command };
}

/** The environment of a pane. Later sources win; `undefined` values are dropped. */
export function paneEnvironment(
  base: Record<string, string | undefined>,
  own: { pane: number; home: string; socket: string; term: string; shell: string; release: string },
  ...more: Record<string, string>[]
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) if (value !== undefined && !HIDDEN.test(name)) env[name] = value;
  Object.assign(env, {
    TERM: own.term, COLORTERM: "truecolor", TERM_PROGRAM: "fugue", TERM_PROGRAM_VERSION: own.release, SHELL: own.shell,
  });
  Object.assign(env, ...more);
  return { ...env, FUGUE_HOME: own.home, FUGUE_SOCKET: own.socket, FUGUE_PANE: String(own.pane) };
}
