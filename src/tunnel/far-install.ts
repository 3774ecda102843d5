/**
 * The offer to put this executable on a machine that has no fugue: over the SSH connection that stands, only after
 * somebody said yes, only to a machine of the same kind, and in one step at its end.
 */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { sleep, type Clock } from "../base/clock.ts";
import { FugueError, systemCode } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { printable } from "../base/names.ts";
import { randomHex, systemRandom } from "../base/random.ts";
import type { Prompter } from "../transport/dialer.ts";
import type { SshConnection, SshExec } from "./ssh/connection.ts";

/** Beyond this much waiting for the connection the file is not read on. */
const MOST_WAITING_BYTES = 256 * 1024;
const PIECE_BYTES = 32 * 1024;
const LOOK_EVERY_MS = 5;
/** A far command other than the copy itself is done within this time. */
const COMMAND_MS = 20_000;

/**
 * For sh, with a random word and the checksum: standard input becomes a file beside the one that is wanted, is compared,
 * tried, and moved to its place. It stays on one line, without `!` and backslashes, which some login shells would change.
 */
const SCRIPT = [
  'd=$HOME/.local/bin; mkdir -p "$d" || exit 20', 't=$d/.fugue-$1; trap "rm -f $t" EXIT HUP TERM', 'cat > "$t" || exit 21',
  'if command -v sha256sum >/dev/null; then s=$(sha256sum < "$t"); elif command -v shasum >/dev/null; then s=$(shasum -a 256 < "$t"); else s=$(openssl dgst -sha256 -r < "$t"); fi',
  '[ "${s%% *}" = "$2" ] || exit 22', 'chmod 755 "$t" || exit 21', '"$t" --version >/dev/null 2>&1 || exit 23', 'mv -f "$t" "$d/fugue" || exit 24',
].join("; ");

const FAILURES: Readonly<Record<number, string>> = {
  20: "~/.local/bin can't be made there", 21: "the file can't be written there: is the disk full?", 22: "what arrived is not what was sent",
  23: "the executable does not run there", 24: "it can't be moved to its place there",
};

export interface InstallParts {
  /** Path of this executable. */
  readonly executable: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** The far side took something: it lives, though its answers wait behind the copy. */
  alive(): void;
}

/**
 * Asks whether fugue is to be copied, and does it.
 * @returns false if it was not wanted, or the machine is of another kind
 * @throws FugueError `failed` if the copy does not work; then nothing of it is left there
 */
export async function offerInstall(connection: SshConnection, prompter: Prompter, { executable, clock, log, alive }: InstallParts): Promise<boolean> {
  const far = await kindOf(connection, clock);
  const own = ownKind();
  if (far !== own) {
    log.info("no offer to copy the executable", { here: own, there: printable(far, 64) });
    return false;
  }
  const { size, sum } = await checksum(executable);
  const question = `fugue is not installed on ${connection.label}. Copy this executable (${Math.ceil(size / 1e6)} MB, ${own}) to ~/.local/bin/fugue there?`;
  if (!(await prompter.confirm(question))) return false;
  log.info("copying the executable", { to: connection.label, size, sum });
  const program = await connection.exec(["sh", "-c", SCRIPT, "fugue", randomHex(systemRandom, 4), sum], { agentForward: false });
  program.duplex.listen({ data() {}, close() {} });
  const ended = program.exit.then(() => "ended" as const);
  await send(program, executable, { clock, ended, alive, progress: (sent) => prompter.progress("copying", `${Math.floor((100 * sent) / size)} %`) });
  const { code } = await program.exit;
  if (code === 0) return true;
  const why = (code !== undefined && FAILURES[code]) || printable(program.stderr().trim().split("\n").at(-1) ?? "", 200) || "the connection broke";
  throw new FugueError("failed", `fugue could not be copied to ${connection.label}: ${why}`, "install it there by hand; nothing of the copy is left");
}

/** `Linux x86_64`, as `uname -sm` says it. */
async function kindOf(connection: SshConnection, clock: Clock): Promise<string> {
  const program = await connection.exec(["uname", "-sm"], { agentForward: false });
  let text = "";
  program.duplex.listen({ data: (bytes) => void (text = (text + Buffer.from(bytes).toString("latin1")).slice(-4096)), close() {} });
  await Promise.race([program.exit, sleep(clock, COMMAND_MS)]);
  program.duplex.close(true);
  // start files of the shell may print before it, also without an end of line
  return /(\w+ [\w-]+)\s*$/.exec(text)?.[1] ?? "";
}

/** The same for this machine, whose executable runs here. */
export function ownKind(): string {
  const { stdout } = Bun.spawnSync(["uname", "-sm"], { stdin: "ignore", stderr: "ignore" });
  return stdout.toString().trim();
}

async function checksum(path: string): Promise<{ size: number; sum: string }> {
  try {
    const { size } = statSync(path);
    const hash = createHash("sha256");
    for await (const piece of Bun.file(path).stream()) hash.update(piece);
    return { size, sum: hash.digest("hex") };
  } catch (error) {
    throw new FugueError("failed", `can't read ${path}: ${systemCode(error) ?? "failed"}`, "was this fugue replaced while it runs? start it anew", error);
  }
}

interface Sending {
  readonly clock: Clock;
  readonly ended: Promise<"ended">;
  alive(): void;
  progress(sent: number): void;
}

/** The file to the program's standard input, which ends behind it. */
async function send({ duplex }: SshExec, path: string, { clock, ended, alive, progress }: Sending): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  let sent = 0;
  for await (const bytes of Bun.file(path).stream()) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      duplex.write(bytes.subarray(at, at + PIECE_BYTES));
      for (let before = duplex.buffered; before > MOST_WAITING_BYTES && !over; before = duplex.buffered) {
        await sleep(clock, LOOK_EVERY_MS);
        if (duplex.buffered < before) alive();
      }
      if (over) return;
    }
    progress((sent += bytes.length));
  }
  duplex.close();
}
