/** Running fugue on the far machine, in its user's login shell, whatever that shell is and whatever its start files print. */
import type { Clock, Timer } from "../base/clock.ts";
import { FugueError } from "../base/errors.ts";
import { printable } from "../base/names.ts";
import type { Duplex } from "../transport/duplex.ts";
import { HeldStream } from "./held-stream.ts";
import { quoteWord } from "./ssh/quoting.ts";
import type { SshConnection, SshExec, SshExecOptions } from "./ssh/connection.ts";

/** Most output of a command that is kept. */
const MOST_OUTPUT_BYTES = 64 * 1024;
const NOT_FOUND = 127;

/**
 * For sh: runs `fugue $1` by the user's own shell as a login shell, so that PATH and environment are the user's. csh knows
 * -l only alone, and reads its start file in any case. Where that PATH has no fugue, the usual folders are looked at.
 * Everything stays on one line and without `!` and `\`, which some login shells would change.
 */
const SCRIPT = [
  's=${SHELL:-/bin/sh}; case $s in *csh) l=-c;; *) l=-lc;; esac',
  '"$s" "$l" "exec fugue $1"; r=$?; [ "$r" = 127 ] || [ "$r" = 1 ] || exit "$r"',
  'command -v fugue >/dev/null 2>&1 && exit "$r"',
  'for d in "$HOME/.local/bin" "$HOME/bin" /usr/local/bin /opt/homebrew/bin; do [ -x "$d/fugue" ] && exec "$s" "$l" "exec $d/fugue $1"; done',
  'exit "$r"',
].join("; ");

/** What not every login shell reads back the same, even in quotes. */
const ODD = /['\\!\u0000-\u001f\u007f]/;

/** argv, for `exec`, of fugue with these words. @throws FugueError `config` on words that not every shell can be told */
export function farArgv(words: readonly string[]): string[] {
  const odd = words.find((word) => ODD.test(word));
  if (odd !== undefined) throw new FugueError("config", `'${printable(odd, 200)}' can't be said in every shell`, "use a path without ', \\ and ! in remote_addr");
  return ["sh", "-c", SCRIPT, "fugue", words.map(quoteWord).join(" ")];
}

/** What a far command printed, and how it ended. */
export interface FarResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | undefined;
}

/** Runs fugue there and waits for its end. @throws FugueError `timeout`, or as `exec` does */
export async function runFar(
  connection: SshConnection, words: readonly string[], clock: Clock, timeoutMs: number, options: SshExecOptions = {},
): Promise<FarResult> {
  const program = await connection.exec(farArgv(words), options);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  program.duplex.listen({
    data(chunk) {
      if (bytes < MOST_OUTPUT_BYTES) pieces.push(chunk.slice(0, MOST_OUTPUT_BYTES - bytes));
      bytes += chunk.length;
    },
    close() {},
  });
  let timer: Timer | undefined;
  const late = new Promise<undefined>((resolve) => (timer = clock.after(timeoutMs, () => resolve(undefined))));
  const exit = await Promise.race([program.exit, late]);
  timer?.cancel();
  if (!exit) {
    program.duplex.close(true);
    throw new FugueError("timeout", `the login shell on ${connection.label} did not come to an end`, "does a start file of that shell wait for something?");
  }
  return { stdout: Buffer.concat(pieces).toString("utf8"), stderr: program.stderr(), code: exit.code };
}

/** Why fugue could not be run there, from what its shell said. */
export function farFailure(label: string, { stdout, stderr, code }: FarResult): FugueError {
  const said = printable(lastLine(stderr) || lastLine(stdout), 200);
  if (code === NOT_FOUND || /fugue.{0,12}(not found|unknown command|no such file)/i.test(said)) return new NotInstalled(label);
  if (code === undefined) return new FugueError("closed", `${label} closed the connection`);
  // what a fugue there says: its message, and what to do in brackets
  const own = /^fugue: (.+?)(?: \((.+)\))?$/.exec(said);
  if (own) return new FugueError("noServer", `fugue on ${label}: ${own[1]}`, own[2] ?? "log in there and try: fugue status");
  return new FugueError("noServer", `no fugue server could be reached on ${label}: ${said || `status ${code}`}`, "log in there and try: fugue status");
}

/** The far machine has no fugue. */
export class NotInstalled extends FugueError {
  constructor(label: string) {
    super(
      "noServer", `fugue is not installed on ${label}`,
      "copy the executable there, into a folder of its PATH: scp $(command -v fugue) HOST:.local/bin/; at a terminal fugue offers to do it",
    );
    this.name = "NotInstalled";
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/**
 * The standard output of a program from behind the line that begins with `mark`, as a stream of its own. Resolves when that
 * line is here, with what follows the mark on it. @throws FugueError `noServer` if the program ends before
 */
export function behindMark(
  program: SshExec, mark: string, failure: (stdout: string) => Promise<FugueError>,
): Promise<{ line: string; duplex: Duplex }> {
  return new Promise((resolve, reject) => {
    const { duplex } = program;
    let before = "";
    let found = false;
    const bytesBefore: Uint8Array[] = [];
    let held = 0;
    duplex.listen({
      data(bytes) {
        if (found) return;
        bytesBefore.push(bytes.slice());
        held += bytes.length;
        const all = Buffer.concat(bytesBefore);
        const at = findMark(all, mark);
        if (at) {
          found = true;
          resolve({ line: at.line, duplex: new HeldStream(duplex, () => {}, new Uint8Array(all.subarray(at.end))) });
        } else if (held > MOST_OUTPUT_BYTES) {
          duplex.close(true);
          reject(new FugueError("protocol", "the login shell there prints too much before it runs a command"));
        } else before = all.toString("utf8");
      },
      close() {
        if (!found) void failure(before).then(reject, reject);
      },
    });
  });
}

function findMark(all: Buffer, mark: string): { line: string; end: number } | undefined {
  for (let at = all.indexOf(mark); at >= 0; at = all.indexOf(mark, at + 1)) {
    if (at > 0 && all[at - 1] !== 10) continue;
    const end = all.indexOf(10, at);
    return end < 0 ? undefined : { line: all.subarray(at + mark.length, end).toString("utf8").trim(), end: end + 1 };
  }
  return undefined;
}
