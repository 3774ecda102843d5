/** What `doctor` looks at: one function for each check. They read, and change nothing. */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { asFugueError } from "../base/errors.ts";
import { systemClock } from "../base/clock.ts";
import { pathsFrom, type Paths } from "../base/paths.ts";
import { isAlive } from "../base/process-alive.ts";
import type { CliContext } from "./context.ts";
import type { StatusResult } from "./status.ts";
import { cell, count } from "./text-table.ts";

/** What came of one check. `warn`: it works, but something is worth knowing. */
export interface Finding {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** The longest path of a socket that every system takes (sockaddr_un of macOS: 104 with the NUL; Linux: 108). */
const LONGEST_SOCKET_PATH = 103;
const SMALLEST_TERMINAL = { cols: 20, rows: 5 };
/** A pane takes about five descriptors. */
const FEW_FILES = 1024;
const CLIPBOARD_TOOLS = ["wl-copy", "xclip", "xsel", "pbcopy", "clip.exe"];

/** Runs all checks, one after the other. */
export async function examine(ctx: CliContext): Promise<Finding[]> {
  const paths = pathsFrom(ctx.env);
  const server = await checkServer(ctx);
  return [
    checkHome(paths),
    checkSocketPath(paths),
    ...server.findings,
    ...checkLeftovers(paths, server.running),
    ...checkRestarts(paths, server.running, systemClock.wall()),
    ...checkLogout(ctx.env, "/"),
    checkTerm(ctx.env.TERM),
    checkTerminalSize(ctx),
    checkLocale(ctx.env),
    checkOpenFiles(openFilesLimit()),
    await checkConfig(ctx),
    checkClipboard(ctx.env),
    await checkTunnels(ctx.tunnels),
  ];
}

/** The folder is ours alone, or does not exist yet. */
export function checkHome(paths: Paths): Finding {
  const name = "home";
  if (!existsSync(paths.home)) return { name, state: "ok", text: `${paths.home} will be made when it is needed` };
  const stat = lstatSync(paths.home);
  if (stat.isSymbolicLink() || !stat.isDirectory()) {
    return {
      name, state: "fail", text: `${paths.home} is no folder of its own`, hint: "set FUGUE_HOME to a real folder",
    };
  }
  if (process.getuid && stat.uid !== process.getuid()) {
    return {
      name, state: "fail", text: `${paths.home} belongs to somebody else`, hint: "set FUGUE_HOME to a folder of yours",
    };
  }
  if ((stat.mode & 0o077) !== 0) {
    return {
      name, state: "warn", text: `others may look into ${paths.home}`, hint: `close it: chmod 700 ${paths.home}`,
    };
  }
  return { name, state: "ok", text: `${paths.home} is private` };
}

/** Socket addresses are short. */
export function checkSocketPath(paths: Paths): Finding {
  const longest = [paths.socket, paths.keeperSocket].sort((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a))[0]!;
  const bytes = Buffer.byteLength(longest);
  if (bytes <= LONGEST_SOCKET_PATH) return { name: "socket", state: "ok", text: paths.socket };
  return {
    name: "socket", state: "fail", text: `${longest} is ${bytes} bytes long, too many for a socket`,
    hint: "set FUGUE_HOME to a shorter path",
  };
}

async function checkServer(ctx: CliContext): Promise<{ running: boolean; findings: Finding[] }> {
  try {
    const { status } = (await ctx.call("status", {})) as StatusResult;
    const { keeper, daemon, release } = status[0]!;
    const findings: Finding[] = [
      {
        name: "daemon", state: "ok", text: `answers: pid ${daemon.pid}, release ${cell(release)}, keeper ${keeper.pid}`,
      },
    ];
    if (release !== ctx.release) {
      findings.push({
        name: "release", state: "warn", text: `the server is ${cell(release)}, this is ${ctx.release}`,
        hint: "replace it, keeping everything that runs: fugue upgrade",
      });
    }
    if (keeper.restarts > 0) {
      const last = keeper.lastExit === null ? "" : ` (last: ${cell(keeper.lastExit, 80)})`;
      findings.push({
        name: "restarts", state: "warn", text: `the daemon was restarted ${count(keeper.restarts, "time")}${last}`,
        hint: "see why: fugue logs",
      });
    } else {
      findings.push({ name: "restarts", state: "ok", text: "the daemon never ended since the keeper started it" });
    }
    return { running: true, findings };
  } catch (thrown) {
    const error = asFugueError(thrown);
    if (error.code === "noServer") return {
      running: false, findings: [{ name: "daemon", state: "ok", text: "no server runs; the first session starts one" }],
    };
    return {
      running: true, findings: [{ name: "daemon", state: "fail", text: cell(error.message), hint: error.hint }],
    };
  }
}

/** Sockets that nobody listens on, and files that fugue does not know. */
export function checkLeftovers(paths: Paths, running: boolean): Finding[] {
  const name = "files";
  if (!existsSync(paths.home)) return [];
  const stale = running ? [] : [paths.socket, paths.keeperSocket].filter((path) => existsSync(path));
  if (stale.length > 0) {
    return [{
      name, state: "warn", text: `left over from a server that is gone: ${stale.join(", ")}`,
      hint: "harmless: the next server replaces them",
    }];
  }
  const known = new Set([paths.socket, paths.token, paths.serverId, paths.tunnels, paths.state, paths.logs]);
  const strange = readdirSync(paths.home).map((file) => join(paths.home, file)).filter((path) => !known.has(path));
  if (strange.length === 0) return [{ name, state: "ok", text: "nothing is left over" }];
  return [{
    name, state: "warn", text: `not from fugue: ${strange.slice(0, 5).map((path) => cell(path)).join(", ")}`,
    hint: "move it elsewhere",
  }];
}

/** A terminal that can move its cursor. */
export function checkTerm(term: string | undefined): Finding {
  if (!term || term === "dumb") {
    return {
      name: "TERM", state: "warn", text: term ? "dumb terminals can't show sessions" : "is not set",
      hint: "sessions can still be used with send and capture",
    };
  }
  return { name: "TERM", state: "ok", text: cell(term, 80) };
}

function checkTerminalSize({ terminal }: CliContext): Finding {
  const name = "terminal";
  if (!terminal) return {
    name, state: "warn", text: "standard output is no terminal", hint: "sessions can't be shown here",
  };
  const text = `${terminal.cols}x${terminal.rows}`;
  const small = terminal.cols < SMALLEST_TERMINAL.cols || terminal.rows < SMALLEST_TERMINAL.rows;
  return small ? {
    name, state: "warn", text: `${text} is very small`, hint: "make the window larger",
  } : { name, state: "ok", text };
}

/** A keeper whose daemon does not stay up: the programs live, and nobody can reach them for now. */
export function checkRestarts(paths: Paths, running: boolean, now: number): Finding[] {
  if (running) return [];
  let note: { pid?: number; restarts?: number; lastExit?: string; nextStart?: number };
  try {
    note = JSON.parse(readFileSync(join(paths.state, "keeper.json"), "utf8"));
    if (note.pid === undefined || !isAlive(note.pid)) return [];
  } catch {
    // never written, or of a keeper that has ended
    return [];
  }
  const next = note.nextStart === undefined ? "" : `; started again in ${Math.max(0, Math.round((note.nextStart - now) / 1000))} s`;
  return [{
    name: "restarts", state: "fail",
    text: `the programs run, but their daemon ended ${count(note.restarts ?? 0, "time")} (last: ${cell(note.lastExit ?? "", 120)})${next}`,
    hint: `see ${join(paths.logs, "daemon.log")} and daemon.err; another build: start it with the old name, or wait`,
  }];
}

/** Whether the system ends a user's processes at logout (logind.conf(5)), and whether lingering keeps them. */
export function checkLogout(env: CliContext["env"], root: string): Finding[] {
  const name = "logout";
  const files = [join(root, "etc/systemd/logind.conf"), ...["usr/lib", "etc"].flatMap((top) => confFiles(join(root, top, "systemd/logind.conf.d")))];
  let kills = false;
  for (const file of files) {
    const found = /^[ \t]*KillUserProcesses[ \t]*=[ \t]*(\S+)/gim.exec(existsSync(file) ? readFileSync(file, "utf8") : "");
    if (found) kills = /^(1|yes|true|on)$/i.test(found[1]!);
  }
  if (!kills) return [];
  const user = env.USER || env.LOGNAME || "";
  if (user !== "" && existsSync(join(root, "var/lib/systemd/linger", user))) return [{ name, state: "ok", text: "lingering keeps the server when you log out" }];
  return [{
    name, state: "warn", text: "this system ends your programs when you log out, the server with all sessions too",
    hint: "keep it: loginctl enable-linger, then fugue service install",
  }];
}

function confFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".conf")).sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Programs in panes write UTF-8 only if the locale says so. */
export function checkLocale(env: CliContext["env"]): Finding {
  const name = "locale";
  const value = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (value && /utf-?8/i.test(value)) return { name, state: "ok", text: cell(value, 80) };
  return {
    name, state: "warn", text: value ? `${cell(value, 80)} is not UTF-8` : "none is set",
    hint: "set one, such as LANG=C.UTF-8",
  };
}

/** The soft limit of open files, or undefined if it can't be read here. */
function openFilesLimit(): number | undefined {
  try {
    const match = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    if (match) return match[1] === "unlimited" ? Infinity : Number(match[1]);
  } catch {
    // not Linux: ask a shell
  }
  const answer = Bun.spawnSync(["/bin/sh", "-c", "ulimit -n"]).stdout.toString().trim();
  return /^\d+$/.test(answer) ? Number(answer) : answer === "unlimited" ? Infinity : undefined;
}

/** Whether a few hundred panes fit under the limit. */
export function checkOpenFiles(limit: number | undefined): Finding {
  const name = "open files";
  if (limit === undefined) return { name, state: "warn", text: "the limit is unknown" };
  if (limit >= FEW_FILES) return { name, state: "ok", text: limit === Infinity ? "no limit" : `at most ${limit}` };
  return {
    name, state: "warn", text: `at most ${limit}: about ${Math.floor(limit / 5)} panes`,
    hint: `raise it before the server starts: ulimit -n ${FEW_FILES}`,
  };
}

async function checkConfig(ctx: CliContext): Promise<Finding> {
  const { configPath } = await import("../config/location.ts");
  const { loadConfig } = await import("../config/config-file.ts");
  const path = configPath(ctx.env);
  const { check } = await ctx.language();
  const { problems, missing } = loadConfig(path, ctx.env, check);
  if (problems.length > 0) {
    return {
      name: "config", state: "fail",
      text: `${path} has ${count(problems.length, "mistake")}`,
      hint: "see: fugue config check",
    };
  }
  return { name: "config", state: "ok", text: missing ? `${path} does not exist: the defaults are in force` : path };
}

/** A tool for the clipboard, for terminals that don't know OSC 52. */
export function checkClipboard(env: CliContext["env"]): Finding {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder.startsWith("/"));
  const tool = CLIPBOARD_TOOLS.find((name) => folders.some((folder) => existsSync(join(folder, name))));
  if (tool) return { name: "clipboard", state: "ok", text: tool };
  return { name: "clipboard", state: "ok", text: "no tool: copies go to the terminal by OSC 52" };
}

/** Tunnels that live and do their work, and files of the registry that nobody can read. */
export async function checkTunnels(tunnels: Pick<CliContext["tunnels"], "list" | "damaged">): Promise<Finding> {
  const name = "tunnels";
  const damaged = await tunnels.damaged();
  if (damaged.length > 0) {
    return { name, state: "warn", text: `${cell(damaged[0]!)} is damaged, or not yours`, hint: "remove it: a tunnel makes it anew" };
  }
  const all = await tunnels.list();
  const silent = all.find(({ state }) => state === "silent");
  if (silent) {
    return {
      name, state: "fail", text: `the process of the tunnel to ${cell(silent.server, 80)} (pid ${silent.pid}) does not answer`,
      hint: `restart it: fugue tunnel restart ${cell(silent.server, 80)}`,
    };
  }
  const lost = all.find(({ state, host }) => host === null && (state === "waiting" || state === "stuck"));
  if (lost) {
    const why = lost.lastError === null ? "" : `: ${cell(lost.lastError, 160)}`;
    return { name, state: "warn", text: `the tunnel to ${cell(lost.server, 80)} has no connection${why}`, hint: `see: fugue tunnel logs ${cell(lost.server, 80)}` };
  }
  return { name, state: "ok", text: all.length === 0 ? "there are none" : count(all.length, "tunnel") };
}
