/** Another program in place of this one, in the same process: what that needs of the system. Linux only, loaded on use. */
import { ptr } from "bun:ffi";
import { FugueError } from "./errors.ts";
import { openLibc } from "./libc.ts";

const SYMBOLS = {
  execve: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  memfd_create: { args: ["ptr", "u32"], returns: "i32" },
  waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
} as const;

const F_SETFD = 2;
const FD_CLOEXEC = 1;
const WNOHANG = 1;

let loaded: ReturnType<typeof openLibc<typeof SYMBOLS>> | undefined;

function libc() {
  if (process.platform !== "linux") throw new FugueError("failed", `a process can't be replaced in place on ${process.platform}`);
  return (loaded ??= openLibc(SYMBOLS));
}

/** Texts as a C program wants them. Both parts are to be kept as long as the call takes. */
function cStrings(texts: readonly string[]): { bytes: Uint8Array[]; pointers: BigUint64Array } {
  const bytes = texts.map((text) => new TextEncoder().encode(`${text}\0`));
  return { bytes, pointers: new BigUint64Array([...bytes.map((each) => BigInt(ptr(each))), 0n]) };
}

/**
 * Replaces this process's program (execve(2)): pid, children and the descriptors that are kept stay, all else ends.
 * Returns only if it failed: nothing has happened then.
 * @param argv the name that the program sees for itself, and its arguments
 */
export function execute(path: string, argv: readonly string[], env: Record<string, string | undefined>): void {
  const words = cStrings(argv);
  const variables = cStrings(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])));
  const file = cStrings([path]).bytes[0]!;
  libc().execve(ptr(file), ptr(words.pointers), ptr(variables.pointers));
}

/** Whether a descriptor is still open in the program that takes this one's place, and in programs that are started. */
export function keepOpen(fd: number, kept: boolean): void {
  libc().fcntl(fd, F_SETFD, kept ? 0 : FD_CLOEXEC);
}

/** A file in memory that only its descriptor leads to. It is kept open. @throws FugueError `system` */
export function memoryFile(name: string): number {
  const fd = libc().memfd_create(ptr(cStrings([name]).bytes[0]!), 0);
  if (fd < 0) throw new FugueError("system", "no file in memory can be made");
  return fd;
}

/**
 * How a child of this process ended, whoever started it.
 * @returns undefined while it runs; "unknown" if it is no child, or somebody has asked before
 */
export function endOf(pid: number): { code: number } | { signal: number } | "unknown" | undefined {
  const status = new Int32Array(1);
  const answer = libc().waitpid(pid, ptr(status), WNOHANG);
  if (answer === 0) return undefined;
  if (answer !== pid) return "unknown";
  const signal = status[0]! & 0x7f;
  return signal === 0 ? { code: (status[0]! >> 8) & 0xff } : { signal };
}
