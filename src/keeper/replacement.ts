/**
 * The keeper replaced by another build in the same process: programs keep their parent, their terminals and their exit
 * statuses. The other build first reads, in a process of its own, what it would have to take over; then the daemon ends,
 * programs that print are held for a moment, everything that is held of them is written to memory that outlives the image,
 * and the other build takes its place. If that one can't go on, it gives the place back.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { sleep, type Clock } from "../base/clock.ts";
import { FugueError, asFugueError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { execute, keepOpen, memoryFile } from "../base/process-image.ts";
import { handoverMessages, readHandover, type Handover } from "./handover.ts";

/** First words of the command lines of a keeper's role in this. */
const REHEARSE = "--rehearse";
const ADOPT = "--adopt";
/** How long another build has to start and read a handover. */
const REHEARSAL_MS = 10_000;
/** How long programs may take until nothing of their output is on its way; they are held at most that long. */
const DRAIN_MS = 3000;
const LOOK_EVERY_MS = 2;
const CHUNK_BYTES = 1024 * 1024;
const LONGEST_REASON = 500;

/** What the keeper that is in place does for its replacement. */
export interface Predecessor {
  /** All that it holds, as of now. */
  handover(): Handover;
  /** Reads what programs print, and holds those that go on. @returns whether all of it is in the handover; asked again and again */
  drain(): boolean;
  /** Ends the daemon, and resolves when all that it has said has been heard. */
  endDaemon(): Promise<void>;
  /** Undoes `drain` and `endDaemon`. */
  resume(): void;
  /** Whether everything is being stopped: then nothing is to be replaced. */
  readonly stopping: boolean;
}

/** A place in the life of this process at which its image is replaced. */
export interface Place {
  /** Executable and first arguments of this build: what is to come after a replacement that failed. */
  readonly own: readonly string[];
  /** A path to this build that stays valid when its file is gone. */
  readonly ownImage: string;
  /** Descriptor of the keeper's lock. */
  readonly lock: number;
  readonly env: Record<string, string | undefined>;
}

/** Descriptors and words that a keeper gets from the one before. */
export interface Inheritance {
  /** The handover, as a file in memory. */
  memory: number;
  lock: number;
  /** The executable of the keeper before. */
  image: number;
  /** Its command line, and the file that replaces it. */
  own: readonly string[];
  executable: string;
  /** Why the other build gave the place back, if it did. */
  failed?: string;
}

/** Replaces this process's image. @returns only if it failed: why; everything goes on as before */
export async function replaceKeeper(executable: string, predecessor: Predecessor, place: Place, clock: Clock, log: Logger): Promise<string> {
  try {
    await rehearse(executable, predecessor.handover(), clock);
  } catch (error) {
    return asFugueError(error).message;
  }
  if (predecessor.stopping) return "the server is stopping";
  log.info("replaced by another build", { executable });
  await predecessor.endDaemon();
  try {
    const end = clock.now() + DRAIN_MS;
    // each look in a turn of the event loop of its own; nothing is read between the last one and the replacement
    for (await sleep(clock, 0); !predecessor.drain(); await sleep(clock, LOOK_EVERY_MS)) {
      if (clock.now() > end) return "programs print faster than their output can be taken over";
    }
    if (predecessor.stopping) return "the server is stopping";
    return takePlace(executable, predecessor.handover(), place);
  } catch (error) {
    return asFugueError(error).message;
  } finally {
    predecessor.resume();
  }
}

/** Has another build read a handover, without consequences. @throws FugueError `failed` if it can't, with its reason */
async function rehearse(executable: string, handover: Handover, clock: Clock): Promise<void> {
  const { fd, bytes } = writeMemory(handover);
  let proc: Bun.Subprocess<number, "pipe", "pipe">;
  try {
    proc = Bun.spawn([executable, "--role=keeper", REHEARSE], { stdio: [fd, "pipe", "pipe"], cwd: "/" });
  } catch (error) {
    throw new FugueError("failed", `it can't be started: ${error instanceof Error ? error.message : String(error)}`, undefined, error);
  } finally {
    closeSync(fd);
  }
  const timer = clock.after(REHEARSAL_MS, () => proc.kill("SIGKILL"));
  const [said, why] = await Promise.all([firstText(proc.stdout), firstText(proc.stderr), proc.exited]);
  timer.cancel();
  if (said.trim() === summary(handover.panes.length, bytes)) return;
  throw new FugueError("failed", `it can't take over from the keeper${why.trim() === "" ? "" : `: ${why.trim()}`}`);
}

/** The beginning of what a process says. It can't say more. */
async function firstText(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const piece of stream) {
    text += Buffer.from(piece).toString();
    if (text.length > LONGEST_REASON) break;
  }
  return text.slice(0, LONGEST_REASON);
}

/** What a rehearsal that went well says. */
function summary(panes: number, bytes: number): string {
  return `${panes} panes, ${bytes} bytes`;
}

/** The other side of a rehearsal: reads the handover that is this process's standard input. @returns the exit status */
function runRehearsal(): number {
  let bytes = 0;
  const counted = function* (): Generator<Uint8Array> {
    for (const chunk of readMemory(0)) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    const { panes } = readHandover(counted());
    writeSync(1, `${summary(panes.length, bytes)}\n`);
    return 0;
  } catch (error) {
    writeSync(2, `${asFugueError(error).message}\n`);
    return 1;
  }
}

/** @returns only if the image could not be replaced: why */
function takePlace(executable: string, handover: Handover, { own, ownImage, lock, env }: Place): string {
  const image = openSync(ownImage, "r");
  let memory: number;
  try {
    memory = writeMemory(handover).fd;
  } catch (error) {
    closeSync(image);
    throw error;
  }
  const kept = [memory, lock, image, ...handover.panes.map(({ program }) => program.master)];
  for (const fd of kept) keepOpen(fd, true);
  const inheritance: Inheritance = { memory, lock, image, own, executable };
  execute(executable, [executable, "--role=keeper", ADOPT, JSON.stringify(inheritance)], env);
  for (const fd of kept) keepOpen(fd, false);
  closeSync(memory);
  closeSync(image);
  return "the system refused to execute it";
}

/** Gives the place back to the build before, with all that it left. @returns only if that failed */
export function giveBack(inheritance: Inheritance, why: string, env: Record<string, string | undefined>): void {
  const { own, image } = inheritance;
  const words = JSON.stringify({ ...inheritance, failed: why } satisfies Inheritance);
  execute(`/proc/self/fd/${image}`, [...own, "--role=keeper", ADOPT, words], env);
}

/** Takes what the keeper before left, and closes what was open for that only. @throws FugueError if it can't be read */
export function takeOver({ memory, lock, image }: Inheritance): Handover {
  const handover = readHandover(readMemory(memory));
  for (const fd of [lock, ...handover.panes.map(({ program }) => program.master)]) keepOpen(fd, false);
  closeSync(memory);
  closeSync(image);
  return handover;
}

/** The role that a keeper's command line asks for besides the usual one. */
export function keeperErrand(words: readonly string[]): { inheritance?: Inheritance; status?: number } {
  if (words[0] === REHEARSE) return { status: runRehearsal() };
  if (words[0] === ADOPT) return { inheritance: JSON.parse(words[1]!) as Inheritance };
  return {};
}

function writeMemory(handover: Handover): { fd: number; bytes: number } {
  const fd = memoryFile("fugue-keeper");
  let bytes = 0;
  try {
    for (const message of handoverMessages(handover)) {
      for (let at = 0; at < message.length;) at += writeSync(fd, message, at, message.length - at, bytes + at);
      bytes += message.length;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { fd, bytes };
}

function* readMemory(fd: number): Generator<Uint8Array> {
  for (let at = 0; ;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const length = readSync(fd, chunk, 0, chunk.length, at);
    if (length === 0) return;
    at += length;
    yield chunk.subarray(0, length);
  }
}
